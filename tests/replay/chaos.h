/* Any kernel at all: random stops and answers, the same ones for the same seed. */
#ifndef TESTS_CHAOS_H
#define TESTS_CHAOS_H

#include "script.h"

#define N_STEPS 4000
#define N_TIDS 12
#define N_REPORTS 20

/* What wait() has told of a thread, since all of it was last answered. */
struct report {
	pid_t tid;
	int status;
	unsigned int answers;
	bool forgotten; /* it was killed, and nobody knows any more what it had reported */
	bool lost;      /* an ESRCH was given for it */
	bool overtaken; /* the thread has reported its end since, or an exec under its number */
};

struct chaos {
	struct kernel kernel; /* first: the functions get a pointer to it */
	struct run *run;
	uint64_t state;
	unsigned int seed, step, deaths;
	struct report reports[N_REPORTS];
	size_t n_reports;
	bool orderly; /* calls have a beginning before an end, as on every kernel: phase.h */
	bool selfish; /* all make calls without a pause, and wait() tells of the last thread first */
	bool soon;    /* as selfish, and what comes next is never there at once, but soon */
	bool asked;
	bool lets_go; /* now and then a process gets a filter that notifies */
	unsigned int loaded, closed, received, detached;
	uint64_t waits;        /* a call that was received and not answered; 0: none */
	bool untraced[N_TIDS]; /* where orderly: who was detached reports nothing but its end */
	unsigned int turns[N_TIDS];
	bool gone[N_TIDS]; /* killed while it stood: its end is the next that it reports */
	bool started;
	double clock;
	unsigned int ticking;
	struct ledger ledger;
};

/* All functions that the tracer may call. */
void chaos_fill(struct kernel *k);

extern const struct observer chaos_observer;

/* Fails the test when something is wrong. */
void chaos_hold(const struct chaos *c, const char *wrong);

#endif

/* What the parts of the paper kernel share. */
#ifndef TESTS_SCRIPT_STATE_H
#define TESTS_SCRIPT_STATE_H

#include "script.h"
#include "sieve.h"
#include "strbuf.h"
#include "world.h"

#define MAX_STANDING 8
#define MAX_LISTENERS 8
#define FIRST_PAGE 0x7000

enum play {
	PLAY_AS_WRITTEN,
	PLAY_ONE_GONE, /* question number `fail_at` is answered by "no such thread" */
	PLAY_NO_PROC,
};

struct script {
	struct kernel kernel; /* first: the functions get a pointer to it */
	const struct scenario *scenario;
	struct run *run;
	enum play play;
	unsigned int asked, fail_at;

	size_t next;
	const struct line *now; /* what wait() reported last */
	struct line death;      /* made for a variation; also the next one */
	struct line hang_up;
	unsigned int answers; /* to that line */
	/* All that stand, each with what was reported of it. */
	const struct line *standing[MAX_STANDING];
	struct sock_filter loaded[SIEVE_MAX];
	int listeners[MAX_LISTENERS];
	size_t n_listeners;
	const struct line *call; /* that waits, and was told of */
	bool received;           /* ... and received */
	pid_t injecting;
	bool fresh;    /* nobody has waited since it was reported */
	bool finished; /* what was done about it has been looked at */
	bool excused;  /* the thread is gone: no answer is needed */
	bool started, outlived, ended;

	struct world world;
	double clock;
	unsigned int ticking;
	struct strbuf done; /* what was done about `now` */
	struct ledger ledger;
};

static inline struct script *script_of(struct kernel *k)
{
	return (struct script *)k;
}

/* Fails the test, with the line of the script. */
_Noreturn void script_broken(const struct script *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Notes what was done about the line. */
void script_did(struct script *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Is this the question that gets no answer, or is the thread dead? */
bool script_gone(struct script *s, pid_t tid);

/* Where a thread that stands is noted, with what it has reported; NULL: it does not stand. */
const struct line **script_find_standing(struct script *s, pid_t tid);

/* Only a thread that stands can be asked. What it has reported is the answer to most questions. */
const struct line *script_stopped(struct script *s, pid_t tid);

/* The next line that there is in this variation; NULL: none. It is looked at, not taken. */
const struct line *script_peek(struct script *s);

/* It happens now. */
void script_take(struct script *s, const struct line *line);

/* Is that descriptor of this process an open listener? */
bool script_listens(const struct script *s, int listener);

/* The tracer waits again, or has ended: has it done what it had to do? */
void script_finish_line(struct script *s);

/* All functions of the paper kernel; one that it does not have fails the test. */
void script_fill(struct kernel *k);

/* Of these, the functions for memory, registers, signals and filters of a thread. */
void script_fill_thread(struct kernel *k);

/* ... and those for listeners and processes that are let go. */
void script_fill_listen(struct kernel *k);

#endif

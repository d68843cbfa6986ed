/*
 * How to wait for the next stop while stops come in quick succession: ask for it again and again, or sleep.
 * A tracer that sleeps has to be woken. That costs next to nothing where the kernel does it on the processor
 * of the thread that stops, and several times the whole stop where it wakes an idle one: it depends on the
 * kernel, the host and on who else is busy, and changes during a run. So both are tried, in turns, and what took
 * less time from stop to stop is done until they are tried again.
 */
#ifndef TRACER_POLL_H
#define TRACER_POLL_H

#include <stdbool.h>

/* Zero-initialised: the first trial begins, by sleeping. */
struct poll {
	unsigned int turn;    /* of the trial, even ones sleep; POLL_TURNS: it is over */
	unsigned int n;       /* stops in this turn, or since the trial */
	unsigned int settled; /* stops from this trial to the next one */
	double took[2];       /* seconds of all turns: asleep, asking */
	bool better;          /* to ask, by the last trial */
};

#define POLL_TURNS 4 /* of a trial */
#define POLL_TURN 16 /* stops in one: short runs are to have something of it, too */
/* Stops from the first trial to the next; then twice as many each time. */
#define POLL_SETTLED 256
#define POLL_SETTLED_MAX 8192

/* Is it to be asked for the next stop, rather than slept? */
bool poll_asks(const struct poll *poll);

/* A stop came `gap` seconds after the one before. Those that came late for another reason are not to be told. */
void poll_note(struct poll *poll, double gap);

#endif

/*
 * Who hears what a run brings to light. The callbacks take plain values, so that it does not matter who
 * observes the workload, and how.
 */
#ifndef TRACER_OBSERVER_H
#define TRACER_OBSERVER_H

#include <stddef.h>
#include <sys/types.h>

#include "gap.h"
#include "observation.h"

/* Who is left of the workload. */
struct survivors {
	size_t threads, processes;
	pid_t pid;        /* of one of the processes, it does not matter which; 0: none is known */
	const char *name; /* its name, which may hold any bytes; NULL: not known */
};

/* How far the run has come. */
struct progress {
	double t;                          /* seconds since the start */
	double last_new;                   /* when the last new call came */
	size_t calls;                      /* learnt; what was known is not counted */
	size_t threads, processes;         /* alive */
	const struct survivors *survivors; /* once the main process has ended, else NULL */
};

struct observer {
	/* The program is in place and about to run. Called first, and not when it can't run. */
	void (*started)(void *data);

	/*
	 * Something new; called once for each call, when it returns, when its thread ends, or when
	 * it has not returned after a tenth of a second.
	 */
	void (*observed)(void *data, const struct observation *o);

	/* A reason why the run may be incomplete. `detail` is for people and may hold any bytes. */
	void (*gap)(void *data, double t, enum gap_kind kind, const char *detail);

	/* The main process has ended, others have not. Called once at most. */
	void (*outlived)(void *data, const struct survivors *survivors);

	/* Called at regular intervals when that was asked for. */
	void (*tick)(void *data, const struct progress *progress);
};

#endif

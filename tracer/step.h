/*
 * The state machine: one stop of one thread in, the answer to it out. All its knowledge of the
 * world comes through struct kernel, so that tests can lead it through any sequence.
 */
#ifndef TRACER_STEP_H
#define TRACER_STEP_H

#include <sys/types.h>

#include "run.h"

struct action {
	enum resume resume;
	int sig; /* to deliver when resuming */
};

/* What to do with thread `tid`, whose wait status is `status`. The caller does it. */
struct action step(struct run *run, pid_t tid, int status);

#endif

/*
 * The next status: of any thread, or of one. What is not asked for is kept, and looked at in its turn. This
 * is the only place that waits, and it always waits for any thread.
 */
#ifndef TRACER_WAITS_H
#define TRACER_WAITS_H

#include <sys/types.h>

#include "run.h"

/*
 * The next status of any thread, of those that are kept first: its tid; -EINTR: something may be due;
 * -ECHILD: there is nobody left to wait for; 0: something else was done, and it is to be asked again; or
 * another negative errno.
 */
pid_t waits_next(struct run *run, int *status);

/*
 * Waits for the next status of `tid`, and keeps all others for later: unlike waitpid(tid) this
 * reaps siblings that have died, without which an exec in the same process would never get on.
 * 0, or a negative errno.
 */
int waits_next_of(struct run *run, pid_t tid, int *status);

/* Puts a status at the end of those that are kept for later. */
void waits_keep(struct run *run, pid_t tid, int status);

#endif

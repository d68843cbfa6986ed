/*
 * What is due at a time, not at a stop: results that do not come, the end of what is left, a thread that
 * stands unanswered, children that are not the workload's. The timer runs as long as there is any of it.
 */
#ifndef TRACER_DUE_H
#define TRACER_DUE_H

#include <stdbool.h>

#include "run.h"

/* Does what is due now. Called when the timer has gone off, or a signal has come. */
void due_on_tick(struct run *run);

/* Sets the timer to what is needed, where it is not. */
void due_set_timer(struct run *run);

/* It may have gone off meanwhile, or been set by somebody else: sets it again in any case. */
void due_forget_timer(struct run *run);

/* Ends what is left: SIGTERM now, SIGKILL two seconds later. */
void due_end_all(struct run *run);

/* A thread is not let go on, because it is gone, or said to be. `task` NULL: it is not known. */
void due_leave_standing(struct run *run, struct task *task);

/*
 * There may be children that were not started by us: whoever executed this program had made them.
 * They have nothing to do with the workload, and waitpid() never says that there are none left. So
 * once no task is known it is waited for a little longer: a child of a process that was killed just
 * after making it is not known yet, but its first stop is about to be reported.
 */
void due_note_strangers(struct run *run);
bool due_only_strangers_are_left(const struct run *run);

#endif

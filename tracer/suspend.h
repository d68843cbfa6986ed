/*
 * When the main process is stopped, this one stops too: it is this one that a shell watches. Before
 * that, all of the workload is given the time to stop by itself: a stopped tracer can't let an editor
 * run that wants to put the terminal in order first.
 *
 * But a tracer that is stopped stands in the way of everybody whom it traces. So it stops only if
 * nobody is left who runs, or if the user has asked for it at the terminal. And what continues this
 * process (a shell's "fg") is for the main process as well, which need not be in our process group.
 */
#ifndef TRACER_SUSPEND_H
#define TRACER_SUSPEND_H

#include <stdbool.h>
#include <sys/types.h>

#include "run.h"

/* A thread of the process has reported that it is stopped by `sig`, or (0) that it is not. */
void suspend_note(struct run *run, struct process *process, int sig);

/* The main process, which is not traced any more, has stopped by `sig`. */
void suspend_note_job(struct run *run, int sig);

/* Does it go on again? To be asked when something may have happened. */
void suspend_look_at_job(struct run *run);

/* A thread has ended, or a process: is nobody left who runs? */
void suspend_on_death(struct run *run, pid_t tid);

/* Is there something that suspend_on_tick() has to do before long? */
bool suspend_is_due(const struct run *run);

void suspend_on_tick(struct run *run);

#endif

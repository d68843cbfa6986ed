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

struct tracer;
struct process;

struct suspend {
	int sig;           /* the main process is stopped by it; 0: it is not stopped */
	bool settled;      /* nothing is to be done until something changes */
	double asked_at;   /* when the last one was; in seconds since the start */
	bool asked;        /* a stop was asked for at the terminal, or by somebody of our group */
	double due;        /* when it is to be decided; in seconds since the start */
	double went_on_at; /* when the main process was continued last */
	double continue_at; /* when the main process is to be continued if it still stands; 0: never */
};

/* A thread of the process has reported that it is stopped by `sig`, or (0) that it is not. */
void suspend_note(struct tracer *t, struct process *process, int sig);

/* A thread has ended, or a process: is nobody left who runs? */
void suspend_on_death(struct tracer *t, pid_t tid);

/* Is there something that suspend_on_tick() has to do before long? */
bool suspend_is_due(const struct tracer *t);

void suspend_on_tick(struct tracer *t);

#endif

/* Starting the workload so that it is held before its first instruction and notices nothing. */
#ifndef TRACER_SPAWN_H
#define TRACER_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

/*
 * Starts a child that executes argv[0] (searched in PATH as execvp(3) does) with the signal mask,
 * the signal dispositions and the descriptors that this process has, and seizes it before that.
 * Signals should be blocked by the caller until its own handlers are in place; `mask` is the one
 * that the child gets. `seccomp` and `exit_kill`: see kernel_seize().
 *
 * On success *pid is the child and *error_pipe a descriptor that the caller closes: it stays
 * empty when the program could be executed, and otherwise holds an errno (an int).
 * -EPERM: tracing is not allowed here; the message says by what and what to do.
 */
int spawn(char *const argv[], const sigset_t *mask, bool seccomp, bool exit_kill, pid_t *pid,
	  int *error_pipe, struct err *err);

/* Reads what a failed child left in the pipe: its errno, or 0 when there is none. */
int spawn_exec_error(int error_pipe);

#endif

/*
 * A fault of the first process of a PID namespace. Untraced it dies of it as any other does. While it is
 * traced the kernel drops the signal, as it does with all that such a process has no handler for, and the
 * program runs into the same fault again, for ever.
 */
#ifndef TRACER_FAULT_H
#define TRACER_FAULT_H

#include "run.h"

/*
 * A thread is about to get `sig`. When that is a fault as above it is let go, for it to die as it would
 * have done; true: it is not traced any more.
 */
bool fault_let_go(struct run *run, struct task *task, int sig);

/*
 * Such a process is not stopped by itself nor by others of its namespace either: untraced the kernel
 * drops SIGSTOP when it is sent. Passed on by a tracer it does stop it, and nobody would continue it.
 */
bool fault_drops_stop(struct run *run, const struct task *task, int sig);

#endif

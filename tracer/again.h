/*
 * Calls that end with EINTR when their thread is stopped, although no handler has run: see signal(7),
 * "Interruption of system calls and library functions by stop signals". A tracer stops threads for
 * every signal, also for those that nobody would hear of otherwise (SIGCHLD at its default).
 *
 * On x86-64 the kernel looks at the result after each stop, and one that only it sees lets it make the call
 * again, or end it with EINTR if a handler is to run. On aarch64 that is so at the exit of a call only; at
 * the stop for a signal it has looked already. There the thread is set back to before the call instead, if
 * no handler is to run. And that is taken back when, before the call is made, another signal comes that
 * has one: the kernel lets us hear of each in a stop of its own. The first argument has to be known for
 * it, so it works for calls whose entry was seen, and not for what a sieve lets pass.
 */
#ifndef TRACER_AGAIN_H
#define TRACER_AGAIN_H

#include <stdbool.h>

#include "kernel.h"
#include "task.h"

/* A thread makes a call. `info` is of its entry or a seccomp stop; `abi` NULL: not known. */
void again_on_call(struct task *task, const struct abi *abi, int32_t nr, const syscall_info *info);

/* A thread is let run past calls that nobody looks at. */
void again_forget(struct task *task);

/*
 * At the stop for a signal that the thread is about to get (0: none after all): if a call that waits
 * without an end was broken off for that, lets it be made again, or end with EINTR if a handler is to
 * run. One with a timeout would wait that long once more, which could go on for ever.
 */
void again_on_signal(struct kernel *k, struct task *task, int sig);

/*
 * At a stop that we have asked for, or at the exit of a call that stands in its place: the same, also for a
 * wait with a timeout, because this happens once.
 */
void again_on_interrupt(struct kernel *k, const struct task *task, bool at_exit);

#endif

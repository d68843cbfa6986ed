/*
 * Processes to which signals come thick and fast are not let go. A call that waits at a listener, and that we have
 * not received yet, is broken off by a signal that has a handler. Without SA_RESTART it then fails with EINTR,
 * whichever call it is, and where it is the return from another handler, the program crashes:
 *
 *   a handler returns by rt_sigreturn, which is not learnt and waits
 *   another signal comes before we have received the call (some microseconds)
 *   rt_sigreturn "fails", and what stands behind it is executed
 *
 * The kernel does not do that any more once we have received the call (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
 * and it is nothing to a call that is learnt. A thread that is traced is not disturbed at all.
 */
#ifndef TRACER_STORM_H
#define TRACER_STORM_H

#include <stdbool.h>

#include "run.h"

/* A thread of a process is about to get a signal. `process` may be NULL. */
void storm_note_signal(struct process *process, int sig);

/*
 * Have many signals come to it, or are they to be expected: does it catch some that come often, while the return
 * from a handler is not learnt? `abi` is that of its calls.
 */
bool storm_is_likely(struct run *run, const struct task *task, const struct abi *abi);

#endif

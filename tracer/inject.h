/*
 * Installs the sieve in a process, by letting one of its threads make a few calls while it
 * stands at the exit of a call of its own: map a page, load the filter that was written there,
 * unmap it. The thread's registers, signal mask and memory are afterwards as they were.
 */
#ifndef TRACER_INJECT_H
#define TRACER_INJECT_H

#include "tracer.h"

enum injected {
	INJECTED,       /* the process has the sieve; the thread stands where it stood */
	INJECT_REFUSED, /* it can't have one; the thread stands where it stood */
	INJECT_LOST,    /* something came in between: its status is queued, don't answer */
};

/*
 * The thread must stand at the exit of a call whose result is not a restart code, and not at the
 * exit of an exec, whose instruction is in another image. The filter is loaded into all threads
 * of the process at once (SECCOMP_FILTER_FLAG_TSYNC): each with a filter of its own would make a
 * later TSYNC of the workload's fail.
 */
enum injected inject_sieve(struct tracer *t, struct task *task);

/* Takes back the page that a lost injection left. The thread must stand as above. */
enum injected inject_unmap(struct tracer *t, struct task *task);

#endif

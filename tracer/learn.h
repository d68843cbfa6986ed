/*
 * An observation from the entry of its call to the result. It waits at its thread meanwhile, for as long as
 * the call takes, but for no longer than it takes to say that it does not return.
 */
#ifndef TRACER_LEARN_H
#define TRACER_LEARN_H

#include <stdint.h>

#include "run.h"

/* A call is made that was not known, at `ip`: describes who makes it. */
void learn_begin(struct run *run, struct task *task, const struct abi *abi, int32_t nr,
		 uint64_t ip);

/* It has returned. The kernel makes it again after some results: these are none. */
void learn_end(struct run *run, struct task *task, int64_t result);

/* Reports what waits at a thread, with the result if there is one. */
void learn_report(struct run *run, struct task *task);

/*
 * Reports observations whose calls have not returned since `before` (seconds since the start),
 * without a result: a call may block for as long as its process lives.
 */
void learn_report_overdue(struct run *run, double before);

/*
 * The same for a call that waits at a listener: reported at once, and never with a result. Who it was is left
 * out where it has been killed meanwhile, and its number may be another one's.
 */
void learn_notified(struct run *run, int listener, const struct notification *n,
		    const struct abi *abi, int32_t nr);

/*
 * Is it the page from which old programs call time(), gettimeofday() and getcpu()? See vsyscall(7). A filter
 * sees these, a tracer does not.
 */
bool learn_is_vsyscall(uint64_t ip);

/* Has the call returned with a code of the kernel's own that says "make it again"? */
bool learn_is_restart(int64_t result);

#endif

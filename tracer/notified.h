/*
 * Gaps of processes that were let go: found when a call waits at a listener, so before it has a result. What of
 * alarm.h is said for a traced thread is here said for one that is not.
 */
#ifndef TRACER_NOTIFIED_H
#define TRACER_NOTIFIED_H

#include "gap_raise.h"
#include "run.h"
#include "watch.h"

/* Who makes it; asks /proc. */
struct caller notified_caller(struct run *run, const struct notification *n);

/*
 * A call that may be of a kind that is watched; `nr` is its number as abi_of_call() has it. When it loads a
 * filter of the workload's own, its process is traced again from then on: what that filter refuses comes to
 * no listener.
 */
void notified_look_at(struct run *run, const struct notification *n, enum watched watched,
		      const struct abi *abi, int32_t nr);

#endif

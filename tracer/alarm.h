/* Finds gaps where they happen, in calls of threads that are traced. */
#ifndef TRACER_ALARM_H
#define TRACER_ALARM_H

#include "run.h"
#include "watch.h"

/*
 * At the entry of a watched call. Returns what to give to alarm_exit() if the call succeeds, or
 * WATCH_NOTHING when its result does not matter.
 */
enum watched alarm_entry(struct run *run, struct task *task, enum watched watched,
			 const struct abi *abi, const syscall_info *info);

/* At the exit of such a call. */
void alarm_exit(struct run *run, struct task *task, enum watched watched, int64_t result,
		bool failed);

/* Has the workload put a seccomp filter on this thread? */
bool alarm_filtered(struct run *run, const struct task *task);

#endif

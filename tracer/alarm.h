/*
 * Finds gaps where they happen. Each kind is reported once for each program, however often it is
 * executed, so that a loop can't flood the recording.
 */
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

/* A call was learnt: has it a name? */
void alarm_unnamed(struct run *run, struct task *task, const struct abi *abi, int32_t nr);

/* A call of an ABI that is not in our table. */
void alarm_unknown_abi(struct run *run, struct task *task, uint32_t audit);

/* An exec dropped the privileges of the program's file; `what` names them. */
void alarm_privileges(struct run *run, struct task *task, const char *what);

#endif

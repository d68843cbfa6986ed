/*
 * Lets a thread make calls for us while it stands at the exit of one of its own. Its registers and signal
 * mask are afterwards as they were.
 *
 * inject_begin(), any number of inject_call(), inject_end(). Between them something else may come: SIGKILL
 * and SIGSTOP can't be held back, and a sibling may execute a program. Then the injection is lost: whatever
 * status came is kept for its turn (waits.h), and there is nothing to answer.
 */
#ifndef TRACER_INJECT_H
#define TRACER_INJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"

struct injection {
	struct run *run;
	struct task *task; /* stays valid: other statuses are only kept meanwhile */
	pid_t tid;
	const struct abi *abi; /* of the instruction that is repeated */
	arch_registers saved;
	uint64_t saved_mask;
	struct stray stray; /* what has to be put away before its end */
	bool guarded;       /* it need not die with us once it has a sieve */
	bool lost;
};

/* False: no call can be made at this place; nothing has been changed. */
bool inject_begin(struct injection *in, struct run *run, struct task *task);

/* Makes one call in the thread. -ESRCH: lost. */
int inject_call(struct injection *in, const char *name, const uint64_t args[6], int64_t *result);

/* Puts everything back. The thread stands at the exit of the last injected call. False: lost. */
bool inject_end(struct injection *in);

#endif

#include "again.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "array.h"
#include "syscalls.h"

/* Which argument is the timeout, and when it means "for ever". */
enum timeout { TIMEOUT_NONE, TIMEOUT_NEGATIVE, TIMEOUT_NULL };

static const struct {
	const char *name;
	unsigned int argument;
	enum timeout kind;
} calls[] = {
	{"epoll_wait", 3, TIMEOUT_NEGATIVE},
	{"epoll_pwait", 3, TIMEOUT_NEGATIVE},
	{"epoll_pwait2", 3, TIMEOUT_NULL},
	{"rt_sigtimedwait", 2, TIMEOUT_NULL},
	{"rt_sigtimedwait_time64", 2, TIMEOUT_NULL},
	{"semop", 0, TIMEOUT_NONE},
	{"semtimedop", 3, TIMEOUT_NULL},
	{"semtimedop_time64", 3, TIMEOUT_NULL},
	{"io_getevents", 4, TIMEOUT_NULL},
	{"io_pgetevents", 4, TIMEOUT_NULL},
	{"io_pgetevents_time64", 4, TIMEOUT_NULL},
};

static bool waits_for_ever(enum timeout kind, uint64_t value)
{
	switch (kind) {
	case TIMEOUT_NEGATIVE:
		return (int32_t)(uint32_t)value < 0;
	case TIMEOUT_NULL:
		return value == 0;
	default:
		return true;
	}
}

static bool is_wait(const struct abi *abi, int32_t nr, const uint64_t args[6], bool timeouts)
{
	char name[SYSCALL_NAME_MAX];

	if (!syscalls_name(abi, nr, name))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (strcmp(calls[i].name, name) == 0)
			return timeouts || waits_for_ever(calls[i].kind, args[calls[i].argument]);
	return false;
}

/* The kernel has not looked at the result yet. */
static void leave_to_kernel(struct kernel *k, pid_t tid, bool timeouts)
{
	arch_registers regs;
	uint64_t args[6];
	int32_t nr;

	if (k->get_registers(k, tid, &regs) < 0)
		return;
	const struct abi *abi = arch_broken_off(&regs, &nr, args);
	if (abi == NULL || !is_wait(abi, nr, args, timeouts))
		return;
	arch_restart_call(&regs);
	(void)k->set_registers(k, tid, &regs);
}

/* A stop signal breaks such a call off without a tracer as well. */
static bool stops_or_continues(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU ||
	       sig == SIGCONT;
}

/* Where it is not known whether there is a handler, rather an EINTR too many than a wait without an end. */
static bool breaks_off(struct kernel *k, pid_t tid, int sig)
{
	return stops_or_continues(sig) || (sig != 0 && k->handles(k, tid, sig) != 0);
}

/*
 * Is it the last call that was made, and has nothing run since? After a handler has, rt_sigreturn is the
 * last one, and the registers are the same.
 */
static bool was_last(const struct last_call *call, const arch_registers *regs,
		     const struct abi *abi, int32_t nr)
{
	return call->abi == abi && call->nr == nr && call->ip == arch_instruction_pointer(regs);
}

/* The kernel has looked at the result, and what becomes of the call is decided here. */
static void decide_ourselves(struct kernel *k, struct task *task, int sig)
{
	struct last_call *call = &task->last_call;
	arch_registers regs;
	uint64_t args[6];
	int32_t nr;

	if (call->abi == NULL || k->get_registers(k, task->tid, &regs) < 0)
		return;
	/* A signal before this one has let the call be made again, but it was not yet. */
	if (call->rewound) {
		if (breaks_off(k, task->tid, sig) &&
		    arch_take_back_rewind(&regs, call->ip, call->nr, call->first_argument) &&
		    k->set_registers(k, task->tid, &regs) == 0)
			call->rewound = false;
		return;
	}
	const struct abi *abi = arch_broken_off(&regs, &nr, args);
	if (abi == NULL || !was_last(call, &regs, abi, nr))
		return;
	args[0] = call->first_argument;
	if (!is_wait(abi, nr, args, false) || breaks_off(k, task->tid, sig))
		return;
	arch_rewind(&regs, call->first_argument);
	call->rewound = k->set_registers(k, task->tid, &regs) == 0;
}

void again_on_call(struct task *task, const struct abi *abi, int32_t nr, const syscall_info *info)
{
	if (!arch_forgets_calls())
		return;
	task->last_call = (struct last_call){
		.abi = abi,
		.nr = nr,
		.first_argument = info->entry.args[0],
		.ip = info->instruction_pointer,
	};
}

void again_forget(struct task *task)
{
	task->last_call.abi = NULL;
}

void again_on_signal(struct kernel *k, struct task *task, int sig)
{
	if (arch_forgets_calls())
		decide_ourselves(k, task, sig);
	else if (!stops_or_continues(sig))
		leave_to_kernel(k, task->tid, false);
}

void again_on_interrupt(struct kernel *k, const struct task *task, bool at_exit)
{
	if (at_exit || !arch_forgets_calls())
		leave_to_kernel(k, task->tid, true);
}

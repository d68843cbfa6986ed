#include "again.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

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

void again(struct kernel *k, pid_t tid, bool timeouts)
{
	arch_registers regs;
	uint64_t args[6];
	int32_t nr;
	char name[SYSCALL_NAME_MAX];

	if (k->get_registers(k, tid, &regs) < 0)
		return;
	const struct abi *abi = arch_broken_off(&regs, &nr, args);
	if (abi == NULL || !syscalls_name(abi, nr, name))
		return;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, name) != 0)
			continue;
		if (!timeouts && !waits_for_ever(calls[i].kind, args[calls[i].argument]))
			return;
		arch_restart_call(&regs);
		(void)k->set_registers(k, tid, &regs);
		return;
	}
}

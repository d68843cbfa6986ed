#include "registers.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#if defined(__x86_64__) && !defined(__ILP32__)
/* The 64-bit shape whatever the program is; PTRACE_GETREGSET would give a 32-bit one its own. */
int registers_get(pid_t tid, arch_registers *regs)
{
	return ptrace(PTRACE_GETREGS, tid, NULL, regs) < 0 ? -errno : 0;
}

int registers_set(pid_t tid, const arch_registers *regs)
{
	return ptrace(PTRACE_SETREGS, tid, NULL, regs) < 0 ? -errno : 0;
}
#else
int registers_get(pid_t tid, arch_registers *regs)
{
	struct iovec set = {.iov_base = regs, .iov_len = sizeof(*regs)};

	if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0)
		return -errno;
	return set.iov_len == sizeof(*regs) ? 0 : -EOPNOTSUPP;
}

int registers_set(pid_t tid, const arch_registers *regs)
{
	struct iovec set = {.iov_base = (void *)(uintptr_t)regs, .iov_len = sizeof(*regs)};
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -errno : 0;
}
#endif

#if defined(__aarch64__)
static int set_call_number(pid_t tid, int nr)
{
	struct iovec set = {.iov_base = &nr, .iov_len = sizeof(nr)};

	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &set) < 0 ? -errno : 0;
}

/* What a 32-bit program has instead: r0 to r15, the status, and r0 at the entry. */
static int refuse_call_32(pid_t tid)
{
	uint32_t regs[18];
	struct iovec set = {.iov_base = regs, .iov_len = sizeof(regs)};

	if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0)
		return -errno;
	regs[0] = (uint32_t)-ENOSYS;
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -errno : 0;
}

/*
 * The number is not among the registers here, and -1 is none. The result has to be there before,
 * and would otherwise be the call's first argument.
 */
int registers_refuse_call(pid_t tid)
{
	arch_registers regs;
	int r = registers_get(tid, &regs);

	if (r == -EOPNOTSUPP) {
		r = refuse_call_32(tid);
	} else if (r == 0) {
		arch_refuse_call(&regs);
		r = registers_set(tid, &regs);
	}
	return r < 0 ? r : set_call_number(tid, -1);
}
#else
int registers_refuse_call(pid_t tid)
{
	arch_registers regs;
	int r = arch_can_inject() ? registers_get(tid, &regs) : -EOPNOTSUPP;

	if (r < 0)
		return r;
	arch_refuse_call(&regs);
	return registers_set(tid, &regs);
}
#endif

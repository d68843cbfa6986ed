#include "arch.h"

#if defined(__aarch64__)

#include <errno.h>
#include <signal.h>
#include <string.h>

/* svc #0, as it lies in memory. */
static const unsigned char insn_svc[4] = {0x01, 0x00, 0x00, 0xd4};

bool arch_can_inject(void)
{
	return true;
}

uint64_t arch_instruction_pointer(const arch_registers *regs)
{
	return regs->pc;
}

/*
 * Only 64-bit code gets here with registers of this shape: for a 32-bit program the kernel hands
 * out the shorter set of arm, and reading them fails.
 */
const struct abi *arch_call_abi(const arch_registers *regs, const unsigned char *code)
{
	(void)regs;
	return memcmp(code, insn_svc, sizeof(insn_svc)) == 0 ? abi_by_name("aarch64") : NULL;
}

void arch_set_call(arch_registers *regs, int32_t nr, const uint64_t args[6])
{
	regs->pc -= sizeof(insn_svc);
	regs->regs[8] = (unsigned long long)nr;
	for (int i = 0; i < 6; i++)
		regs->regs[i] = args[i];
}

int64_t arch_result(const arch_registers *regs)
{
	return (int64_t)regs->regs[0];
}

void arch_set_first_argument(arch_registers *regs, uint64_t value)
{
	regs->regs[0] = value;
}

const struct abi *arch_broken_off(const arch_registers *regs, int32_t *nr, uint64_t args[6])
{
	if (arch_result(regs) != -EINTR)
		return NULL;
	*nr = (int32_t)(uint32_t)regs->regs[8];
	for (int i = 0; i < 6; i++)
		args[i] = regs->regs[i];
	return abi_by_name("aarch64");
}

/* ERESTARTNOHAND, from linux/errno.h of the kernel itself: programs never see it. */
void arch_restart_call(arch_registers *regs)
{
	regs->regs[0] = (unsigned long long)-514;
}

/*
 * do_signal() there. What it leaves is the number in x8 and the arguments from the second one on. The first
 * is not to be had at such a stop: no register set has orig_x0, and /proc/TID/syscall, which has it, shows
 * none without a call. Given its number back (NT_ARM_SYSTEM_CALL), it shows the result there (Linux 6.1).
 */
bool arch_forgets_calls(void)
{
	return true;
}

void arch_rewind(arch_registers *regs, uint64_t first_argument)
{
	regs->pc -= sizeof(insn_svc);
	regs->regs[0] = first_argument;
}

bool arch_take_back_rewind(arch_registers *regs, uint64_t ip, int32_t nr, uint64_t first_argument)
{
	if (regs->pc + sizeof(insn_svc) != ip || regs->regs[0] != first_argument ||
	    (int32_t)(uint32_t)regs->regs[8] != nr)
		return false;
	regs->pc = ip;
	regs->regs[0] = (unsigned long long)-EINTR;
	return true;
}

/* It says there whether it is at the entry (0) or the exit (1) of a call: report_syscall() there. */
#define HIDDEN_REGISTER 7

void arch_fill_in(arch_registers *saved, const arch_registers *now)
{
	saved->regs[HIDDEN_REGISTER] = now->regs[HIDDEN_REGISTER];
}

void arch_refuse_call(arch_registers *regs)
{
	regs->regs[0] = (unsigned long long)-ENOSYS;
}

/* brk leaves the program counter where it is; after svc it stands behind it. */
bool arch_repeat_fault(arch_registers *regs, int sig, const unsigned char *code)
{
	(void)code;
	if (sig != SIGSYS)
		return false;
	regs->pc -= 4;
	return true;
}

#endif

#include "arch.h"

#if defined(__x86_64__) && !defined(__ILP32__)

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "text.h"

/* The selector of 64-bit user code; 0x23 is that of 32-bit user code. */
#define CS_64 0x33
#define CS_32 0x23

static const unsigned char insn_syscall[2] = {0x0f, 0x05};
static const unsigned char insn_int80[2] = {0xcd, 0x80};

bool arch_can_inject(void)
{
	return true;
}

uint64_t arch_instruction_pointer(const arch_registers *regs)
{
	return regs->rip;
}

/*
 * A 32-bit program that came in by sysenter or syscall returns to the vDSO's landing place, and
 * the kernel puts an int $0x80 in front of that for its own restarts. int $0x80 from 64-bit code
 * is left alone: its pointers have only 32 bits.
 */
const struct abi *arch_call_abi(const arch_registers *regs, const unsigned char *code)
{
	const unsigned char *insn = code + ARCH_CALL_BYTES - 2;

	if (regs->cs == CS_64 && memcmp(insn, insn_syscall, 2) == 0)
		return abi_by_name("x86_64");
	if (regs->cs == CS_32 && memcmp(insn, insn_int80, 2) == 0)
		return abi_by_name("x86");
	return NULL;
}

void arch_set_call(arch_registers *regs, int32_t nr, const uint64_t args[6])
{
	regs->rip -= 2;
	regs->rax = (unsigned long long)nr;
	/* Not in a call: nothing to restart if a signal comes first. */
	regs->orig_rax = ~0ULL;
	if (regs->cs == CS_32) {
		regs->rbx = args[0];
		regs->rcx = args[1];
		regs->rdx = args[2];
		regs->rsi = args[3];
		regs->rdi = args[4];
		regs->rbp = args[5];
		return;
	}
	regs->rdi = args[0];
	regs->rsi = args[1];
	regs->rdx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

/* A 32-bit program's result has 32 bits; errors are the same small negative numbers. */
int64_t arch_result(const arch_registers *regs)
{
	if (regs->cs == CS_32) {
		int32_t result = (int32_t)(uint32_t)regs->rax;
		return result < 0 && result >= -ERRNO_MAX ? result : (int64_t)(uint32_t)regs->rax;
	}
	return (int64_t)regs->rax;
}

void arch_set_first_argument(arch_registers *regs, uint64_t value)
{
	if (regs->cs == CS_32)
		regs->rbx = value;
	else
		regs->rdi = value;
}

const struct abi *arch_broken_off(const arch_registers *regs, int32_t *nr, uint64_t args[6])
{
	bool compat = regs->cs == CS_32;
	const uint64_t in_order[2][6] = {
		{regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8, regs->r9},
		{regs->rbx, regs->rcx, regs->rdx, regs->rsi, regs->rdi, regs->rbp},
	};

	/* Negative: not in a call. */
	if ((int64_t)regs->orig_rax < 0 || arch_result(regs) != -EINTR)
		return NULL;
	memcpy(args, in_order[compat], sizeof(in_order[0]));
	if (!compat)
		return abi_of_call(abi_by_name("x86_64")->audit, regs->orig_rax, nr);
	*nr = (int32_t)regs->orig_rax;
	return abi_by_name("x86");
}

/* ERESTARTNOHAND, from linux/errno.h of the kernel itself: programs never see it. */
void arch_restart_call(arch_registers *regs)
{
	regs->rax = (unsigned long long)-514;
}

void arch_refuse_call(arch_registers *regs)
{
	regs->orig_rax = ~0ULL;
	regs->rax = (unsigned long long)-ENOSYS;
}

bool arch_repeat_fault(arch_registers *regs, int sig, const unsigned char *code)
{
	static const unsigned char insn_int3 = 0xcc, insn_int_3[2] = {0xcd, 0x03};
	unsigned int back = 0;

	/* SIGSYS: a call that a filter answers with a signal. */
	if (sig == SIGTRAP && code[ARCH_CALL_BYTES - 1] == insn_int3)
		back = 1;
	else if (sig == SIGSYS ||
		 (sig == SIGTRAP && memcmp(code + ARCH_CALL_BYTES - 2, insn_int_3, 2) == 0))
		back = 2;
	regs->rip -= back;
	return back > 0;
}

#endif

#include "arch.h"

/*
 * What is hard about calls and registers on one processor, and asks for nothing on all others: the kernel
 * keeps a call that was broken off until it has shown us the stop, and every stop shows all registers.
 */
#if !defined(__aarch64__)

bool arch_forgets_calls(void)
{
	return false;
}

void arch_rewind(arch_registers *regs, uint64_t first_argument)
{
	(void)regs;
	(void)first_argument;
}

bool arch_take_back_rewind(arch_registers *regs, uint64_t ip, int32_t nr, uint64_t first_argument)
{
	(void)regs;
	(void)ip;
	(void)nr;
	(void)first_argument;
	return false;
}

void arch_fill_in(arch_registers *saved, const arch_registers *now)
{
	(void)saved;
	(void)now;
}

#endif

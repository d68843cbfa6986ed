#include "arch.h"

#if !(defined(__x86_64__) && !defined(__ILP32__)) && !defined(__aarch64__)

bool arch_can_inject(void)
{
	return false;
}

uint64_t arch_instruction_pointer(const arch_registers *regs)
{
	(void)regs;
	return 0;
}

const struct abi *arch_call_abi(const arch_registers *regs, const unsigned char *code)
{
	(void)regs;
	(void)code;
	return NULL;
}

void arch_set_call(arch_registers *regs, int32_t nr, const uint64_t args[6])
{
	(void)regs;
	(void)nr;
	(void)args;
}

int64_t arch_result(const arch_registers *regs)
{
	(void)regs;
	return -1;
}

void arch_set_first_argument(arch_registers *regs, uint64_t value)
{
	(void)regs;
	(void)value;
}

const struct abi *arch_broken_off(const arch_registers *regs, int32_t *nr, uint64_t args[6])
{
	(void)regs;
	(void)nr;
	(void)args;
	return NULL;
}

void arch_restart_call(arch_registers *regs)
{
	(void)regs;
}

void arch_refuse_call(arch_registers *regs)
{
	(void)regs;
}

bool arch_repeat_fault(arch_registers *regs, int sig, const unsigned char *code)
{
	(void)regs;
	(void)sig;
	(void)code;
	return false;
}

#endif

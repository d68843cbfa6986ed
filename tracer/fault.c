#include "fault.h"

#include <signal.h>

/* Those that the kernel sends for what an instruction does. */
static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE ||
	       sig == SIGTRAP || sig == SIGSYS;
}

/* It is asked once for each process: a program may live on faults that it handles. */
static bool in_init(struct run *run, const struct task *task)
{
	struct process *process = task->process;

	if (process == NULL)
		return false;
	if (process->init == INIT_UNKNOWN) {
		int r = run->kernel->is_init(run->kernel, task->tid);
		if (r < 0)
			return false;
		process->init = r > 0 ? INIT_YES : INIT_NO;
	}
	return process->init == INIT_YES;
}

bool fault_drops_stop(struct run *run, const struct task *task, int sig)
{
	siginfo_t info;

	/* A sender in a namespace above has no number here, and does stop it. */
	return sig == SIGSTOP && in_init(run, task) &&
	       run->kernel->signal_info(run->kernel, task->tid, &info) == 0 && info.si_code <= 0 &&
	       info.si_pid != 0;
}

bool fault_let_go(struct run *run, struct task *task, int sig)
{
	struct kernel *k = run->kernel;
	arch_registers regs;
	unsigned char code[ARCH_CALL_BYTES] = {0};
	siginfo_t info;

	if (!is_fault(sig) || !in_init(run, task) || k->signal_info(k, task->tid, &info) < 0)
		return false;
	/* Sent by somebody: dropped without a tracer, too. One with a handler, or not known, is passed on. */
	if (info.si_code <= 0 || k->handles(k, task->tid, sig) != 0)
		return false;
	/* After most faults the instruction is made again by itself. */
	if (k->get_registers(k, task->tid, &regs) == 0) {
		uint64_t ip = arch_instruction_pointer(&regs);
		(void)k->read_memory(k, task->tid, ip - sizeof(code), code, sizeof(code));
		if (arch_repeat_fault(&regs, sig, code))
			(void)k->set_registers(k, task->tid, &regs);
	}
	return k->detach(k, task->tid, 0) == 0;
}

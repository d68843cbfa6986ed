#include "inject.h"

#include <errno.h>

#include "memory.h"
#include "stop.h"
#include "syscalls.h"
#include "waits.h"

/*
 * As long as a thread is about calls of ours it must not go on without us: with our registers it would do
 * anything. `end` is called once for each injection that has begun, whatever becomes of it.
 */
static void begin(struct injection *in)
{
	struct run *run = in->run;

	run->injected = in->tid;
	if (!run->host.lets_go || in->task->exit_kill)
		return;
	run->kernel->injecting(run->kernel, in->tid);
	(void)run->kernel->exit_kill(run->kernel, in->tid, true);
}

static void end(struct injection *in)
{
	struct run *run = in->run;

	run->injected = 0;
	if (!run->host.lets_go || in->task->exit_kill)
		return;
	(void)run->kernel->exit_kill(run->kernel, in->tid, false);
	run->kernel->injecting(run->kernel, 0);
}

/*
 * The thread did something else than what was expected of it. SIGKILL and SIGSTOP can't be held
 * back, and a sibling may exec. If it still stands and has its memory, it gets back what is its
 * own; then the status goes the usual way.
 */
static void give_up(struct injection *in, int status)
{
	struct kernel *k = in->run->kernel;
	enum stop_kind kind = stop_decode(status).kind;

	in->lost = true;
	if (kind != STOP_EXITED && kind != STOP_KILLED && kind != STOP_EXEC) {
		arch_registers now;
		if (k->get_registers(k, in->tid, &now) == 0) {
			arch_fill_in(&in->saved, &now);
			(void)k->set_registers(k, in->tid, &in->saved);
		}
		(void)k->set_signal_mask(k, in->tid, in->saved_mask);
		in->task->stray = in->stray;
	}
	end(in);
	waits_keep(in->run, in->tid, status);
}

/*
 * A kernel function failed: with -ESRCH it was killed, and wait() will tell. After anything else the thread
 * can't be put back to where it stood.
 */
static int fail(struct injection *in, int error, const char *what)
{
	if (error != -ESRCH)
		run_fail(in->run, error, what, in->tid);
	in->lost = true;
	end(in);
	return -ESRCH;
}

/* Lets the thread run to its next stop, which must be a syscall stop. */
static int to_syscall_stop(struct injection *in)
{
	struct kernel *k = in->run->kernel;
	int status, r;

	for (;;) {
		r = k->resume(k, in->tid, RESUME_SYSCALL, 0);
		if (r < 0)
			return fail(in, r, "restart for an injected call");
		r = waits_next_of(in->run, in->tid, &status);
		if (r < 0)
			return fail(in, r, "waitpid");
		enum stop_kind kind = stop_decode(status).kind;
		if (kind == STOP_SYSCALL)
			return 0;
		/* A filter that is there already traces our call: let it be made all the same. */
		if (kind == STOP_SECCOMP)
			continue;
		give_up(in, status);
		return -ESRCH;
	}
}

int inject_call(struct injection *in, const char *name, const uint64_t args[6], int64_t *result)
{
	struct kernel *k = in->run->kernel;
	arch_registers regs = in->saved;
	int32_t nr;

	if (!syscalls_number(in->abi, name, &nr)) {
		*result = -ENOSYS;
		return 0;
	}
	arch_set_call(&regs, nr, args);
	int r = k->set_registers(k, in->tid, &regs);
	if (r < 0)
		return fail(in, r, "setting registers");
	r = to_syscall_stop(in); /* entry */
	if (r == 0)
		r = to_syscall_stop(in); /* exit */
	if (r < 0)
		return r;
	r = k->get_registers(k, in->tid, &regs);
	if (r < 0)
		return fail(in, r, "reading registers");
	*result = arch_result(&regs);
	return 0;
}

bool inject_begin(struct injection *in, struct run *run, struct task *task)
{
	struct kernel *k = run->kernel;
	pid_t tid = task->tid;
	unsigned char code[ARCH_CALL_BYTES];

	*in = (struct injection){.run = run, .task = task, .tid = tid};
	if (k->get_registers(k, tid, &in->saved) < 0 ||
	    k->get_signal_mask(k, tid, &in->saved_mask) < 0)
		return false;
	uint64_t ip = arch_instruction_pointer(&in->saved);
	if (memory_read(run, task, ip - sizeof(code), code, sizeof(code)) < 0)
		return false;
	in->abi = arch_call_abi(&in->saved, code);
	/* After an exit stop the kernel delivers what is pending before the next instruction. */
	if (in->abi == NULL || k->set_signal_mask(k, tid, ~UINT64_C(0)) < 0)
		return false;
	begin(in);
	return true;
}

bool inject_end(struct injection *in)
{
	struct kernel *k = in->run->kernel;

	if (in->lost)
		return false;
	int r = k->set_registers(k, in->tid, &in->saved);
	if (r == 0)
		r = k->set_signal_mask(k, in->tid, in->saved_mask);
	if (r < 0)
		(void)fail(in, r, "restoring registers");
	else
		end(in);
	return r == 0;
}

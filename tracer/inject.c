#include "inject.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "alloc.h"
#include "cleanup.h"
#include "memory.h"
#include "sieve.h"
#include "stop.h"
#include "syscalls.h"

#define PAGE 8192

/* Where in the page the description of the program ends and the program begins. */
#define PROGRAM_OFFSET 64

/*
 * How long to wait after an attempt that came to nothing, as a power of two of stops: twice as long each
 * time. What depends on the place is soon tried again; what is the same in the children and in the next
 * program of a process, and may change all the same (who it is, what it may), less often.
 */
#define SOON_MAX 7
#define LATE_MAX 16

enum outcome {
	INJECTED,       /* the process has the sieve; the thread stands where it stood */
	INJECT_NOT_NOW, /* not in this thread, or not at this place */
	INJECT_REFUSED, /* the kernel does not want to load it */
	INJECT_NEVER,   /* there are filters of others */
	INJECT_LOST,    /* something came in between: its status is queued, don't answer */
};

struct injection {
	struct tracer *t;
	struct task *task; /* stays valid: other statuses are only queued meanwhile */
	pid_t tid;
	const struct abi *abi; /* of the instruction that is repeated */
	arch_registers saved;
	uint64_t saved_mask;
	uint64_t page; /* in the thread's memory; 0: none */
	bool lost;
};

/*
 * The thread did something else than what was expected of it. SIGKILL and SIGSTOP can't be held
 * back, and a sibling may exec. If it still stands and has its memory, it gets back what is its
 * own; then the status goes the usual way.
 */
static void give_up(struct injection *in, int status)
{
	struct kernel *k = in->t->kernel;
	enum stop_kind kind = stop_decode(status).kind;

	in->lost = true;
	if (kind != STOP_EXITED && kind != STOP_KILLED && kind != STOP_EXEC) {
		arch_registers now;
		if (k->get_registers(k, in->tid, &now) == 0) {
			arch_fill_in(&in->saved, &now);
			(void)k->set_registers(k, in->tid, &in->saved);
		}
		(void)k->set_signal_mask(k, in->tid, in->saved_mask);
		in->task->stray_page = in->page;
	}
	tracer_queue(in->t, in->tid, status);
}

/*
 * A kernel function failed: with -ESRCH it was killed, and wait() will tell. After anything else the thread
 * can't be put back to where it stood.
 */
static int fail(struct injection *in, int error, const char *what)
{
	if (error != -ESRCH)
		tracer_fail(in->t, error, what, in->tid);
	in->lost = true;
	return -ESRCH;
}

/* Lets the thread run to its next stop, which must be a syscall stop. */
static int to_syscall_stop(struct injection *in)
{
	struct kernel *k = in->t->kernel;
	int status, r;

	for (;;) {
		r = k->resume(k, in->tid, RESUME_SYSCALL, 0);
		if (r < 0)
			return fail(in, r, "restart for an injected call");
		r = tracer_wait_for(in->t, in->tid, &status);
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

/* Makes one call in the thread. -ESRCH: lost. */
static int call(struct injection *in, const char *name, const uint64_t args[6], int64_t *result)
{
	struct kernel *k = in->t->kernel;
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

static bool begin(struct injection *in, struct tracer *t, struct task *task)
{
	struct kernel *k = t->kernel;
	pid_t tid = task->tid;
	unsigned char code[ARCH_CALL_BYTES];

	*in = (struct injection){.t = t, .task = task, .tid = tid};
	if (k->get_registers(k, tid, &in->saved) < 0 ||
	    k->get_signal_mask(k, tid, &in->saved_mask) < 0)
		return false;
	uint64_t ip = arch_instruction_pointer(&in->saved);
	if (memory_read(t, task, ip - sizeof(code), code, sizeof(code)) < 0)
		return false;
	in->abi = arch_call_abi(&in->saved, code);
	/* After an exit stop the kernel delivers what is pending before the next instruction. */
	return in->abi != NULL && k->set_signal_mask(k, tid, ~UINT64_C(0)) == 0;
}

/* Puts everything back. The thread stands at the exit of the last injected call. */
static enum outcome end(struct injection *in, bool done)
{
	struct kernel *k = in->t->kernel;

	if (in->lost)
		return INJECT_LOST;
	int r = k->set_registers(k, in->tid, &in->saved);
	if (r == 0)
		r = k->set_signal_mask(k, in->tid, in->saved_mask);
	if (r < 0) {
		(void)fail(in, r, "restoring registers");
		return INJECT_LOST;
	}
	return done ? INJECTED : INJECT_NOT_NOW;
}

static int map(struct injection *in)
{
	bool mmap2 = strcmp(in->abi->name, "x86") == 0;
	const uint64_t args[6] = {0,
				  PAGE,
				  PROT_READ, /* not to be written to by anybody but us: inject.h */
				  MAP_PRIVATE | MAP_ANONYMOUS,
				  mmap2 ? UINT32_MAX : UINT64_MAX,
				  0};
	int64_t result;
	int r = call(in, mmap2 ? "mmap2" : "mmap", args, &result);

	if (r < 0)
		return r;
	if (result < 0 && result >= -4095)
		return (int)result;
	in->page = (uint64_t)result;
	return 0;
}

static int unmap(struct injection *in)
{
	const uint64_t args[6] = {in->page, PAGE};
	int64_t result;
	int r = call(in, "munmap", args, &result);

	if (r == 0)
		in->page = 0;
	return r;
}

/* struct sock_fprog as the thread's ABI has it, and the program behind it. */
static int write_program(struct injection *in, const struct sieve *sieve)
{
	size_t bytes = sieve->n * sizeof(sieve->insns[0]);
	cleanup_free unsigned char *image = xcalloc(PROGRAM_OFFSET + bytes, 1);
	uint16_t len = (uint16_t)sieve->n;
	uint64_t at = in->page + PROGRAM_OFFSET;
	uint32_t at32 = (uint32_t)at;

	memcpy(image, &len, sizeof(len));
	if (strcmp(in->abi->name, "x86") == 0)
		memcpy(image + 4, &at32, sizeof(at32));
	else
		memcpy(image + 8, &at, sizeof(at));
	memcpy(image + PROGRAM_OFFSET, sieve->insns, bytes);
	return memory_write(in->t, in->task, in->page, image, PROGRAM_OFFSET + bytes);
}

/* Is what was loaded another filter than this one? Where that can't be found out, it is not. */
static bool was_changed(struct injection *in, const struct sieve *sieve)
{
	struct kernel *k = in->t->kernel;
	cleanup_free struct sock_filter *insns = xcalloc(SIEVE_MAX, sizeof(*insns));
	long n = k->last_filter(k, in->tid, insns, SIEVE_MAX);

	if (n < 0)
		return n == -EMSGSIZE;
	return (size_t)n != sieve->n ||
	       memcmp(insns, sieve->insns, (size_t)n * sizeof(*insns)) != 0;
}

static int load(struct injection *in, int64_t *result)
{
	const uint64_t args[6] = {SECCOMP_SET_MODE_FILTER,
				  SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW,
				  in->page};

	return call(in, "seccomp", args, result);
}

/*
 * Without CAP_SYS_ADMIN a filter needs no_new_privs, and that takes away the effect of
 * set-user-ID programs. A tracer without CAP_SYS_PTRACE has taken it away already by tracing
 * (cap_bprm_creds_from_file() in the kernel), except in user namespaces that the workload made:
 * over those the tracer's user is all-powerful.
 */
static bool may_set_no_new_privs(const struct tracer *t, pid_t tid)
{
	return !t->privileged && t->kernel->same_user_namespace(t->kernel, tid);
}

static int load_somehow(struct injection *in, int64_t *result)
{
	const uint64_t args[6] = {PR_SET_NO_NEW_PRIVS, 1};
	int r = load(in, result);

	if (r < 0 || *result != -EACCES || !may_set_no_new_privs(in->t, in->tid))
		return r;
	r = call(in, "prctl", args, result);
	if (r < 0 || *result < 0)
		return r;
	in->task->process->made_no_new_privs = true;
	return load(in, result);
}

/*
 * Only the filters that we know of may be there: with one of the workload's own, calls that it
 * refuses would not be seen any more, and loading could change what it means.
 */
static bool filters_are_known(struct tracer *t, pid_t tid, enum outcome *otherwise)
{
	long n = t->kernel->filter_count(t->kernel, tid);

	/* Older kernels do not tell. Those that the workload loads are seen there, too. */
	*otherwise = n < 0 ? INJECT_NOT_NOW : INJECT_NEVER;
	return n == -ENODATA || n == t->own_filters;
}

/* Loaded is loaded, whatever becomes of the rest. */
static void on_loaded(struct injection *in, const struct sieve *sieve)
{
	struct process *process = in->task->process;

	if (was_changed(in, sieve)) {
		/* Then it is a filter of the workload's, and its calls are looked at one by one. */
		process->own_filter = true;
		return;
	}
	process->sieved = true;
	in->t->sieves++;
}

/* Memory may be short for a moment, and a sibling have a filter that it is about to share. */
static bool may_pass(int64_t result)
{
	return result >= 0 || result == -ENOMEM || result == -EAGAIN || result == -ESRCH ||
	       result == -EINTR;
}

static enum outcome inject_sieve(struct tracer *t, struct task *task)
{
	struct injection in;
	enum outcome otherwise;
	int64_t result = -ENOMEM;

	if (!filters_are_known(t, task->tid, &otherwise))
		return otherwise;
	if (!begin(&in, t, task))
		return INJECT_NOT_NOW;
	if (map(&in) == 0) {
		cleanup_free struct sieve *sieve = xmalloc(sizeof(*sieve));
		sieve_build(sieve, &t->learnt, &t->watch);
		if (write_program(&in, sieve) == 0)
			(void)load_somehow(&in, &result);
		if (result == 0)
			on_loaded(&in, sieve);
		if (!in.lost)
			(void)unmap(&in);
	}
	enum outcome outcome = end(&in, result == 0);
	return outcome == INJECT_NOT_NOW && !may_pass(result) ? INJECT_REFUSED : outcome;
}

static enum outcome inject_unmap(struct tracer *t, struct task *task)
{
	struct injection in;

	if (!begin(&in, t, task))
		return INJECT_NOT_NOW;
	in.page = task->stray_page;
	task->stray_page = 0;
	(void)unmap(&in);
	return end(&in, true);
}

/*
 * Loading a filter into all threads waits for a sibling's exec. That one may itself wait for another
 * process of the workload, which serves the file system or is asked for permission, and which would
 * stand until we look at it again.
 */
static bool sibling_executes(const struct tracer *t, const struct task *task)
{
	const struct task *other, *next;

	HASH_ITER(hh, t->tasks.by_tid, other, next)
		if (other != task && other->process == task->process && other->in_call &&
		    other->executing)
			return true;
	return false;
}

/* As long as its parent has not told, it may share its memory with that. */
static bool owns_memory(const struct tracer *t, const struct process *process)
{
	return !process->shares_memory &&
	       (process->has_parent || process->decide.executed || process->tgid == t->main_pid);
}

bool inject_wanted(struct tracer *t, const struct task *task)
{
	struct process *process = task->process;

	/* With a filter of its own, or in strict mode, an injected call could kill it. */
	if (!t->sieve || process == NULL || process->own_filter || task->in_exec ||
	    task->dispatches || t->stops < process->next_attempt)
		return false;
	return task->stray_page != 0 ||
	       (!process->sieved && !process->no_sieve && owns_memory(t, process) &&
		decide_now(t, process) && !sibling_executes(t, task));
}

static void put_off(struct tracer *t, struct process *process, unsigned int power)
{
	process->refusals = power;
	process->next_attempt = t->stops + (UINT64_C(1) << power);
}

bool inject(struct tracer *t, struct task *task)
{
	struct process *process = task->process;
	unsigned int power = process->refusals + 1;

	switch (task->stray_page != 0 ? inject_unmap(t, task) : inject_sieve(t, task)) {
	case INJECT_LOST:
		return false;
	case INJECT_NEVER:
		process->no_sieve = true;
		break;
	case INJECT_REFUSED:
		put_off(t, process,
			power > LATE_MAX   ? LATE_MAX
			: power > SOON_MAX ? power
					   : SOON_MAX + 1);
		break;
	case INJECT_NOT_NOW:
		put_off(t, process, power > SOON_MAX ? SOON_MAX : power);
		break;
	default:
		put_off(t, process, 0);
		break;
	}
	return true;
}

void inject_inherit(struct tracer *t, const struct process *parent, struct process *child)
{
	child->no_sieve = child->no_sieve || parent->no_sieve;
	if (parent->refusals > SOON_MAX)
		put_off(t, child, parent->refusals);
}

void inject_on_exec(struct process *process)
{
	if (process->refusals <= SOON_MAX)
		process->refusals = 0;
}

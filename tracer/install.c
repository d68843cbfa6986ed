#include "install.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "alloc.h"
#include "cleanup.h"
#include "inject.h"
#include "memory.h"
#include "sieve.h"
#include "storm.h"
#include "text.h"

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
	INSTALLED,       /* the process has the sieve; the thread stands where it stood */
	INSTALL_NOT_NOW, /* not in this thread, or not at this place */
	INSTALL_REFUSED, /* the kernel does not want to load it */
	INSTALL_NEVER,   /* there are filters of others */
	INSTALL_LOST,    /* something came in between: its status is kept, don't answer */
};

static int map(struct injection *in)
{
	bool mmap2 = strcmp(in->abi->name, "x86") == 0;
	/* Not to be written to by anybody but us: install.h. */
	const uint64_t args[6] = {0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
				  mmap2 ? UINT32_MAX : UINT64_MAX};
	int64_t result;
	int r = inject_call(in, mmap2 ? "mmap2" : "mmap", args, &result);

	if (r < 0)
		return r;
	if (result < 0 && result >= -ERRNO_MAX)
		return (int)result;
	in->stray.page = (uint64_t)result;
	return 0;
}

/* Takes away what is in the thread's memory and among its descriptors and is not its own. */
static int put_away(struct injection *in)
{
	const uint64_t page[6] = {in->stray.page, PAGE};
	const uint64_t listener[6] = {(uint64_t)in->stray.listener - 1};
	int64_t result;
	int r = 0;

	if (in->stray.listener != 0)
		r = inject_call(in, "close", listener, &result);
	if (r == 0)
		in->stray.listener = 0;
	if (r == 0 && in->stray.page != 0)
		r = inject_call(in, "munmap", page, &result);
	if (r == 0)
		in->stray.page = 0;
	return r;
}

/* struct sock_fprog as the thread's ABI has it, and the program behind it. */
static int write_program(struct injection *in, const struct sieve *sieve)
{
	size_t bytes = sieve->n * sizeof(sieve->insns[0]);
	cleanup_free unsigned char *image = xcalloc(PROGRAM_OFFSET + bytes, 1);
	uint16_t len = (uint16_t)sieve->n;
	uint64_t at = in->stray.page + PROGRAM_OFFSET;
	uint32_t at32 = (uint32_t)at;

	memcpy(image, &len, sizeof(len));
	if (strcmp(in->abi->name, "x86") == 0)
		memcpy(image + 4, &at32, sizeof(at32));
	else
		memcpy(image + 8, &at, sizeof(at));
	memcpy(image + PROGRAM_OFFSET, sieve->insns, bytes);
	return memory_write(in->run, in->task, in->stray.page, image, PROGRAM_OFFSET + bytes);
}

/* Is what was loaded another filter than this one? Where that can't be found out, it is not. */
static bool was_changed(struct injection *in, const struct sieve *sieve)
{
	cleanup_free struct sock_filter *insns = xcalloc(SIEVE_MAX, sizeof(*insns));
	long n = in->run->kernel->last_filter(in->run->kernel, in->tid, insns, SIEVE_MAX);

	if (n < 0)
		return n == -EMSGSIZE;
	return (size_t)n != sieve->n ||
	       memcmp(insns, sieve->insns, (size_t)n * sizeof(*insns)) != 0;
}

/* Builds the sieve, writes it to the thread's page, and has it loaded. */
static int load(struct injection *in, enum sieve_kind kind, struct sieve *sieve, int64_t *result)
{
	uint64_t flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	struct knowledge *learnt = &in->run->learnt;

	if (kind != SIEVE_TRACES)
		flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_NEW_LISTENER |
			 SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	const uint64_t args[6] = {SECCOMP_SET_MODE_FILTER, flags, in->stray.page};
	sieve_build(sieve, kind, &learnt->calls, &learnt->watch);
	*result = -ENOMEM;
	return write_program(in, sieve) < 0 ? 0 : inject_call(in, "seccomp", args, result);
}

/*
 * Without CAP_SYS_ADMIN a filter needs no_new_privs, and that takes away the effect of
 * set-user-ID programs. A tracer without CAP_SYS_PTRACE has taken it away already by tracing
 * (cap_bprm_creds_from_file() in the kernel), except in user namespaces that the workload made:
 * over those the tracer's user is all-powerful.
 */
static bool may_set_no_new_privs(const struct run *run, pid_t tid)
{
	return !run->host.privileged && run->kernel->same_user_namespace(run->kernel, tid);
}

/* Where we have taken privileges away from what it executes, each exec has to be looked at. */
static enum sieve_kind with_exec(enum sieve_kind kind, const struct process *process)
{
	return kind == SIEVE_NOTIFIES && process->sieve.set_no_new_privs ? SIEVE_NOTIFIES_EXEC
									 : kind;
}

static int load_with_privileges(struct injection *in, enum sieve_kind kind, struct sieve *sieve,
				int64_t *result)
{
	const uint64_t args[6] = {PR_SET_NO_NEW_PRIVS, 1};
	struct process *process = in->task->process;
	int r = load(in, with_exec(kind, process), sieve, result);

	if (r < 0 || *result != -EACCES || !may_set_no_new_privs(in->run, in->tid))
		return r;
	r = inject_call(in, "prctl", args, result);
	if (r < 0 || *result < 0)
		return r;
	process->sieve.set_no_new_privs = in->run->learnt.took_privileges = true;
	return load(in, with_exec(kind, process), sieve, result);
}

/* A sieve that traces, and of which a thread could not be given it, is the number of that one. */
static bool is_loaded(const struct sieve *sieve, int64_t result)
{
	return sieve->kind == SIEVE_TRACES ? result == 0 : result >= 0;
}

static bool can_let_go(const struct injection *in)
{
	struct kernel *k = in->run->kernel;

	return in->guarded && !storm_is_likely(in->run, in->task, in->abi) &&
	       k->can_listen(k, in->task->process->tgid) == 0;
}

/* Is there a listener already, or no room for a descriptor? */
static bool is_about_listener(int64_t result)
{
	return result == -EBUSY || result == -EMFILE || result == -ENFILE || result == -EINVAL;
}

/* What can't be let go is traced for life. */
static int load_somehow(struct injection *in, struct sieve *sieve, int64_t *result)
{
	if (can_let_go(in)) {
		int r = load_with_privileges(in, SIEVE_NOTIFIES, sieve, result);
		if (r < 0 || !is_about_listener(*result))
			return r;
	}
	return load_with_privileges(in, SIEVE_TRACES, sieve, result);
}

/*
 * Only the filters that we know of may be there: with one of the workload's own, calls that it
 * refuses would not be seen any more, and loading could change what it means.
 */
static bool filters_are_known(struct run *run, pid_t tid, enum outcome *otherwise)
{
	long n = run->kernel->filter_count(run->kernel, tid);

	/* Older kernels do not tell. Those that the workload loads are seen there, too. */
	*otherwise = n < 0 ? INSTALL_NOT_NOW : INSTALL_NEVER;
	return n == -ENODATA || n == run->host.filters;
}

/*
 * The listener becomes ours. Without it nobody could ever answer a call that waits there, and so this was
 * tried out before. Who was killed meanwhile needs none.
 */
static bool take_listener(struct injection *in, int fd)
{
	struct kernel *k = in->run->kernel;
	arch_registers regs;

	in->stray.listener = fd + 1;
	int r = k->take_listener(k, in->tid, in->task->process->tgid, fd);
	if (r >= 0)
		in->run->listeners++;
	else if (k->get_registers(k, in->tid, &regs) != -ESRCH)
		run_fail(in->run, r, "taking a listener", in->tid);
	return r >= 0;
}

/* Loaded is loaded, whatever becomes of the rest. */
static void on_loaded(struct injection *in, const struct sieve *sieve, int64_t result)
{
	struct process *process = in->task->process;
	bool traces = sieve->kind == SIEVE_TRACES;

	if (!traces && !take_listener(in, (int)result))
		return;
	if (was_changed(in, sieve)) {
		/* Then it is a filter of the workload's, and its calls are looked at one by one. */
		process->sieve.own_filter = true;
		return;
	}
	run_enter_sieve_state(in->run, process, traces ? SIEVE_LOADED : NOTIFIER_LOADED);
	in->run->learnt.sieves++;
}

/* Memory may be short for a moment, and a sibling have a filter that it is about to share. */
static bool may_pass(int64_t result)
{
	return result >= 0 || result == -ENOMEM || result == -EAGAIN || result == -ESRCH ||
	       result == -EINTR;
}

static enum outcome try_sieve(struct run *run, struct task *task)
{
	struct injection in;
	enum outcome otherwise;
	int64_t result = -ENOMEM;
	bool loaded = false;

	if (!filters_are_known(run, task->tid, &otherwise))
		return otherwise;
	/* Before anything is done: who is about calls of ours when we are killed dies, too, and the guardian says so. */
	bool guarded = run->host.lets_go && run->kernel->guard(run->kernel) == 0;
	if (!inject_begin(&in, run, task))
		return INSTALL_NOT_NOW;
	in.guarded = guarded;
	if (map(&in) == 0) {
		cleanup_free struct sieve *sieve = xmalloc(sizeof(*sieve));
		(void)load_somehow(&in, sieve, &result);
		loaded = !in.lost && is_loaded(sieve, result);
		if (loaded)
			on_loaded(&in, sieve, result);
		/* Where the run can't go on, nobody would answer that. */
		if (!in.lost && !run_has_failed(run))
			(void)put_away(&in);
	}
	if (!inject_end(&in))
		return INSTALL_LOST;
	if (loaded)
		return INSTALLED;
	return may_pass(result) ? INSTALL_NOT_NOW : INSTALL_REFUSED;
}

static enum outcome put_away_stray(struct run *run, struct task *task)
{
	struct injection in;

	if (!inject_begin(&in, run, task))
		return INSTALL_NOT_NOW;
	in.stray = task->stray;
	task->stray = (struct stray){0};
	(void)put_away(&in);
	return inject_end(&in) ? INSTALLED : INSTALL_LOST;
}

/*
 * Loading a filter into all threads waits for a sibling's exec. That one may itself wait for another
 * process of the workload, which serves the file system or is asked for permission, and which would
 * stand until we look at it again.
 */
static bool sibling_executes(const struct run *run, const struct task *task)
{
	const struct task *other, *next;

	HASH_ITER(hh, run->tasks.by_tid, other, next)
		if (other != task && other->process == task->process &&
		    other->phase == PHASE_EXECUTING)
			return true;
	return false;
}

/* As long as its parent has not told, it may share its memory with that. */
static bool owns_memory(const struct run *run, const struct process *process)
{
	return !process->shares_memory &&
	       (process->has_parent || process->habits.executed || process->tgid == run->main.pid);
}

enum sieve_reason install_decide(const struct run *run, const struct task *task)
{
	const struct process *process = task->process;

	if (!run->request.sieve)
		return SIEVE_NOT_ASKED_FOR;
	if (process == NULL)
		return SIEVE_PROCESS_UNKNOWN;
	/* An injected call could kill it. */
	if (process->sieve.own_filter)
		return SIEVE_OWN_FILTER;
	if (task->phase == PHASE_EXECED)
		return SIEVE_AT_EXEC;
	if (task->dispatches)
		return SIEVE_DISPATCHES;
	if (run->pacing.stops < process->sieve.next_attempt)
		return SIEVE_PUT_OFF;
	if (task_has_stray(task))
		return SIEVE_STRAY;
	if (process->sieve.state == SIEVED || process->sieve.state == LET_GO)
		return SIEVE_THERE;
	if (process->sieve.state == UNSIEVABLE)
		return SIEVE_CANNOT;
	if (!owns_memory(run, process))
		return SIEVE_SHARES_MEMORY;
	/*
	 * First as if its calls had come at once: this is asked at each stop, and the clock is read only
	 * where the answer turns on it.
	 */
	const struct process_habits *habits = &process->habits;
	enum sieve_reason reason = decide(&run->request.tuning, &run->learnt.habits, habits,
					  run->pacing.stops, habits->quiet_since);
	if (sieve_reason_is_for(reason))
		reason = decide(&run->request.tuning, &run->learnt.habits, habits,
				run->pacing.stops, run_time(run));
	return sieve_reason_is_for(reason) && sibling_executes(run, task) ? SIEVE_SIBLING_EXECUTES
									  : reason;
}

bool install_is_wanted(struct run *run, const struct task *task)
{
	enum sieve_reason reason = install_decide(run, task);

	if (reason == SIEVE_SLOW)
		habits_count_anew(&task->process->habits, run_time(run));
	return sieve_reason_is_for(reason);
}

static void put_off(struct run *run, struct process *process, unsigned int power)
{
	process->sieve.refusals = power;
	process->sieve.next_attempt = run->pacing.stops + (UINT64_C(1) << power);
}

bool install_sieve(struct run *run, struct task *task)
{
	struct process *process = task->process;
	unsigned int power = process->sieve.refusals + 1;

	switch (task_has_stray(task) ? put_away_stray(run, task) : try_sieve(run, task)) {
	case INSTALL_LOST:
		return false;
	case INSTALL_NEVER:
		run_enter_sieve_state(run, process, SIEVE_RULED_OUT);
		break;
	case INSTALL_REFUSED:
		put_off(run, process,
			power > LATE_MAX   ? LATE_MAX
			: power > SOON_MAX ? power
					   : SOON_MAX + 1);
		break;
	case INSTALL_NOT_NOW:
		put_off(run, process, power > SOON_MAX ? SOON_MAX : power);
		break;
	default:
		put_off(run, process, 0);
		break;
	}
	return true;
}

void install_inherit(struct run *run, const struct process *parent, struct process *child)
{
	if (parent->sieve.state == UNSIEVABLE)
		run_enter_sieve_state(run, child, PARENT_UNSIEVABLE);
	if (parent->sieve.refusals > SOON_MAX)
		put_off(run, child, parent->sieve.refusals);
}

void install_on_exec(struct process *process)
{
	if (process->sieve.refusals <= SOON_MAX)
		process->sieve.refusals = 0;
}

#include "step.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>

#include "again.h"
#include "alarm.h"
#include "alloc.h"
#include "fault.h"
#include "inject.h"
#include "memory.h"
#include "sieve.h"
#include "stop.h"

/* The kernel's own codes for "restart this call", never seen by the program: linux/errno.h. */
#define RESTART_FIRST (-516)
#define RESTART_LAST (-512)

static void report_pending(struct tracer *t, struct task *task)
{
	struct observation *o = task->pending;

	if (o == NULL)
		return;
	task->pending = NULL;
	t->tasks.n_pending--;
	t->events->observed(t->data, o);
	observation_free(o);
}

void step_report_pending(struct tracer *t, double before)
{
	struct task *task, *next;

	HASH_ITER(hh, t->tasks.by_tid, task, next)
		if (task->pending != NULL && task->pending->t < before)
			report_pending(t, task);
}

/* Until the program is started it is our own code that runs: its calls are not the workload's. */
static enum resume resume_running(const struct tracer *t, const struct task *task)
{
	if (!t->started)
		return RESUME_CONT;
	/*
	 * In a sieve only what waits for the exit of a call needs syscall stops. But where the workload
	 * has a filter of its own, what that one refuses never gets as far as the sieve's stop.
	 */
	const struct process *process = task->process;
	if (process != NULL && process->sieved && !process->own_filter && task->pending == NULL &&
	    task->watched == WATCH_NOTHING && task->stray_page == 0)
		return RESUME_CONT;
	return RESUME_SYSCALL;
}

static struct action run_on(const struct tracer *t, struct task *task)
{
	enum resume resume = resume_running(t, task);

	if (resume == RESUME_CONT)
		task->in_call = task->in_exec = false;
	return (struct action){resume, 0};
}

/*
 * With after_filter it matters from which moment on a thread is under a filter of the workload's.
 * The kernel knows: it is born with its parent's, whichever event is reported first.
 */
static struct task *add_task(struct tracer *t, pid_t tid, pid_t tgid)
{
	struct task *task = tasks_add(&t->tasks, tid, tgid);

	if (t->after_filter)
		task->filtered = alarm_filtered(t, task);
	return task;
}

/*
 * A new thread and its parent's event come in either order, and the parent's may never come: a
 * parent that is killed between making the child and reporting it says nothing. So whichever is
 * first makes the entry, and everything that is needed is found without the other.
 */
static struct task *task_of(struct tracer *t, pid_t tid)
{
	struct kernel *k = t->kernel;
	struct task *task = tasks_find(&t->tasks, tid);

	if (task != NULL)
		return task;
	task = add_task(t, tid, k->in_process(k, tid, tid) ? tid : k->process_of(k, tid));
	if (task->process != NULL && task->process->n_tasks == 1)
		task->process->decide.quiet_since = tracer_time(t);
	return task;
}

/*
 * What a child process has from its parent. A sieve it has for certain only if the parent had it
 * when it was last let run: a sibling may have loaded it after the child was born.
 */
static void inherit(struct tracer *t, struct task *parent, struct task *child)
{
	struct process *process = child->process;

	if (process == NULL || process == parent->process || process->has_parent)
		return;
	process->has_parent = true;
	process->shares_memory = process->shares_memory || parent->shares_memory;
	if (parent->sieved_when_resumed)
		process->sieved = true;
	if (parent->process != NULL) {
		inject_inherit(t, parent->process, process);
		process->own_filter = process->own_filter || parent->process->own_filter;
		process->made_no_new_privs = parent->process->made_no_new_privs;
	}
	decide_on_fork(t, parent->process, process);
}

static void on_fork(struct tracer *t, struct task *parent, int status)
{
	struct kernel *k = t->kernel;
	unsigned long message;

	parent->forked = true;
	parent->shares_memory = parent->shares_memory || status >> 16 == PTRACE_EVENT_VFORK;
	if (k->event_message(k, parent->tid, &message) < 0)
		return;
	pid_t tid = (pid_t)message;
	struct task *child = tasks_find(&t->tasks, tid);
	/*
	 * It may have stopped, run, died and been waited for before its parent's event was
	 * reported. An entry made now would stay for ever.
	 */
	if (child == NULL && k->kill(k, tid, 0) == -ESRCH)
		return;
	if (child == NULL || child->process == NULL) {
		struct process *process = parent->process;
		bool thread = process != NULL && k->in_process(k, process->tgid, tid);
		pid_t tgid = thread ? process->tgid : tid;
		if (child == NULL)
			child = add_task(t, tid, tgid);
		else
			tasks_set_process(&t->tasks, child, tgid);
	}
	inherit(t, parent, child);
}

/* The last that is seen of a thread, before its entry goes. */
static void on_gone(void *data, struct task *task)
{
	struct tracer *t = data;

	report_pending(t, task);
	if (task->process != NULL && task->process->sieved)
		t->sieved++;
}

static void on_start(struct tracer *t)
{
	syscall_info info;

	t->started = true;
	t->events->started(t->data);
	/* Asked by trying it, before the program's first instruction. */
	t->unsupported = t->kernel->syscall_info(t->kernel, t->main_pid, &info) == -EIO;
	if (t->filtered)
		t->events->gap(t->data, tracer_time(t), GAP_ALREADY_FILTERED,
			       "recording itself runs under a seccomp filter");
}

static struct task *on_exec(struct tracer *t, struct task *task)
{
	unsigned long message;
	char *what = NULL;
	struct program_id id = {0};
	pid_t tid = task->tid;

	/* A thread that is not the leader takes over the leader's number. */
	int r = t->kernel->event_message(t->kernel, tid, &message);
	if (r < 0) {
		if (r != -ESRCH)
			tracer_fail(t, r, "PTRACE_GETEVENTMSG", tid);
		return NULL;
	}
	task = tasks_exec(&t->tasks, (pid_t)message, tid, on_gone, t);
	task->in_call = task->in_exec = true;
	task->stray_page = 0;
	task->dispatches = false;
	task->process->gaps = 0;
	task->process->shares_memory = false;
	memory_forget(task->process);
	inject_on_exec(task->process);
	free(task->process->exe);
	task->process->exe = NULL;
	if (tid == t->main_pid && !t->started)
		on_start(t);
	bool known = t->kernel->program(t->kernel, tid, &id) == 0;
	decide_on_exec(t, task->process, known ? programs_get(&t->programs, id) : NULL);
	/* A privileged tracer takes nothing away. */
	if (!t->privileged && t->kernel->privileges_dropped(
				      t->kernel, tid, task->process->made_no_new_privs, &what)) {
		alarm_privileges(t, task, what);
		free(what);
	}
	return task;
}

/* The file is the same until the next exec. */
static void describe(struct tracer *t, struct task *task, uint64_t ip, struct observation *o)
{
	struct process *process = task->process;

	if (process != NULL && process->exe != NULL)
		o->exe = xstrdup(process->exe);
	t->kernel->describe(t->kernel, task->tid, ip, o);
	if (process != NULL && process->exe == NULL && o->exe != NULL)
		process->exe = xstrdup(o->exe);
}

static void learn(struct tracer *t, struct task *task, const struct abi *abi, int32_t nr,
		  uint64_t ip)
{
	struct observation *o = xcalloc(1, sizeof(*o));

	/* Its exit was never reported: the thread went through a death of its old program. */
	report_pending(t, task);
	o->abi = abi;
	o->nr = nr;
	o->t = tracer_time(t);
	o->tid = task->tid;
	o->pid = task->process != NULL ? task->process->tgid : task->tid;
	describe(t, task, ip, o);
	t->last_new = o->t;
	task->pending = o;
	t->tasks.n_pending++;
	alarm_unnamed(t, task, abi, nr);
}

/* A call is about to be made. The members for it are the same at entry and at seccomp stops. */
static void on_call(struct tracer *t, struct task *task, const syscall_info *info)
{
	int32_t nr;
	const struct abi *abi = abi_of_call(info->arch, info->entry.nr, &nr);

	task->in_call = true;
	task->executing = task->forked = task->shares_memory = false;
	task->watched = WATCH_NOTHING;
	again_on_call(task, abi, nr, info);
	if (abi == NULL) {
		alarm_unknown_abi(t, task, info->arch);
		return;
	}
	enum watched kind = watch_kind(&t->watch, abi, nr);
	task->executing = kind == WATCH_EXECUTES;
	if (!t->after_filter || task->filtered) {
		bool taught = sysset_add(&t->learnt, abi, nr);
		decide_on_call(t, task->process, nr, taught, kind);
		if (taught)
			learn(t, task, abi, nr, info->instruction_pointer);
	}
	if (watch_opens_gap(kind))
		task->watched = (unsigned char)alarm_entry(t, task, kind, abi, info);
	if (kind == WATCH_NO_RETURN)
		report_pending(t, task);
}

static bool is_restart(int64_t result)
{
	return result >= RESTART_FIRST && result <= RESTART_LAST;
}

/*
 * After EINTR of a call that came with a signal mask of its own, as epoll_pwait(2), that mask still
 * holds until the signal's handler was called. Setting another one would lose that.
 */
static bool can_inject_after(int64_t result)
{
	return !is_restart(result) && result != -EINTR;
}

static void on_return(struct tracer *t, struct task *task, const syscall_info *info)
{
	int64_t result = info->exit.rval;

	task->in_call = false;
	if (task->watched != WATCH_NOTHING)
		alarm_exit(t, task, task->watched, result, info->exit.is_error != 0);
	task->watched = WATCH_NOTHING;
	if (task->pending == NULL)
		return;
	if (!is_restart(result)) {
		task->pending->has_result = true;
		task->pending->result = result;
	}
	report_pending(t, task);
}

/* It stands, perhaps because we wanted it to: alarm.c. */
static void settle_interrupt(struct tracer *t, struct task *task, bool at_exit)
{
	if (task->interrupted)
		again_on_interrupt(t->kernel, task, at_exit);
	task->interrupted = false;
}

/*
 * Entry or exit? The kernel is asked, except where there is no doubt and nothing to learn from
 * the answer: a thread that was let run from the entry of a call stops next at its exit. in_call
 * is set only there and at an exec; every other way on clears it. A plain toggle would go wrong
 * at exec, at seccomp stops, and when a thread is first met in the middle of a call.
 */
static struct action on_syscall(struct tracer *t, struct task *task)
{
	syscall_info info = {0};
	bool injectable = task->in_call && inject_wanted(t, task);

	/* The stop at the exit takes the place of the one that we have asked for. */
	if (task->in_call)
		settle_interrupt(t, task, true);
	if (task->in_call && !injectable && task->pending == NULL &&
	    task->watched == WATCH_NOTHING) {
		task->in_call = task->in_exec = false;
		return run_on(t, task);
	}
	int r = t->kernel->syscall_info(t->kernel, task->tid, &info);
	if (r == -ESRCH)
		return (struct action){RESUME_NONE, 0};
	if (r < 0)
		tracer_trouble(t, r, "PTRACE_GET_SYSCALL_INFO", task->tid);
	else if (info.op == PTRACE_SYSCALL_INFO_ENTRY && t->started)
		on_call(t, task, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		on_return(t, task, &info);
	/* Asked again: this very call may have loaded a filter, and not at an exec's exit. */
	injectable = injectable && inject_wanted(t, task) && info.op == PTRACE_SYSCALL_INFO_EXIT &&
		     can_inject_after(info.exit.rval);
	task->in_exec = false;
	if (injectable && !inject(t, task))
		return (struct action){RESUME_NONE, 0};
	return run_on(t, task);
}

/* The page from which old programs call time(), gettimeofday() and getcpu(); see vsyscall(7). */
static bool from_vsyscall_page(const syscall_info *info)
{
	return (info->instruction_pointer & ~UINT64_C(0xfff)) == UINT64_C(0xffffffffff600000);
}

/*
 * A filter said TRACE before a call is made. If it was not a sieve, it is one of the workload's
 * own, for which nobody would be listening: the kernel then refuses the call with ENOSYS.
 */
static struct action on_seccomp(struct tracer *t, struct task *task)
{
	struct kernel *k = t->kernel;
	syscall_info info = {0};
	int r = k->syscall_info(k, task->tid, &info);

	if (r == -ESRCH)
		return (struct action){RESUME_NONE, 0};
	if (r < 0 || info.op != PTRACE_SYSCALL_INFO_SECCOMP) {
		tracer_trouble(t, r < 0 ? r : -EINVAL, "PTRACE_GET_SYSCALL_INFO", task->tid);
		return run_on(t, task);
	}
	bool ours = (info.seccomp.ret_data & SECCOMP_RET_DATA) == SIEVE_COOKIE;
	if (ours && task->process != NULL)
		task->process->sieved = true;
	/* Without a sieve there is no stop for these, and they need not be learnt: layer vdso. */
	if (from_vsyscall_page(&info))
		return run_on(t, task);
	on_call(t, task, &info);
	if (!ours)
		(void)k->refuse_call(k, task->tid);
	return run_on(t, task);
}

/* What a process does when it is told to end belongs to it; where it dies of that, something is missing. */
static void note_ended(struct tracer *t, int status)
{
	if (t->ending != ENDING_TERM || t->ended_some || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGTERM)
		return;
	t->ended_some = true;
	t->events->gap(t->data, tracer_time(t), GAP_INTERRUPTED,
		       "processes that were left were ended by SIGTERM");
}

static struct action on_death(struct tracer *t, pid_t tid, int status)
{
	struct task *task = tasks_find(&t->tasks, tid);

	note_ended(t, status);

	/*
	 * The wait status of the main process is that of its whole thread group: it comes when
	 * its last thread is gone, even if the leader itself left long before.
	 */
	if (tid == t->main_pid && !t->main_ended) {
		t->main_ended = true;
		t->main_status = status;
	}
	/* Unknown: a newborn that was killed, or a child that we inherited and never traced. */
	if (task != NULL) {
		on_gone(t, task);
		tasks_remove(&t->tasks, task);
	}
	/* The death of a leader is reported last, so none of the others is there any more. */
	tasks_end_process(&t->tasks, tid, on_gone, t);
	suspend_on_death(t, tid);
	return (struct action){RESUME_NONE, 0};
}

struct action step(struct tracer *t, pid_t tid, int status)
{
	struct stop stop = stop_decode(status);

	if (stop.kind == STOP_EXITED || stop.kind == STOP_KILLED)
		return on_death(t, tid, status);
	struct task *task = task_of(t, tid);
	if (task->process != NULL)
		suspend_note(t, task->process, stop.kind == STOP_GROUP ? stop.value : 0);
	switch (stop.kind) {
	case STOP_SYSCALL:
		return on_syscall(t, task);
	case STOP_SECCOMP:
		return on_seccomp(t, task);
	case STOP_FORK:
		on_fork(t, task, status);
		break;
	case STOP_EXEC:
		task = on_exec(t, task);
		if (task == NULL)
			return (struct action){RESUME_NONE, 0};
		break;
	case STOP_ATTACHED:
		settle_interrupt(t, task, false);
		break;
	case STOP_GROUP:
		task->interrupted = false;
		return (struct action){RESUME_LISTEN, 0};
	case STOP_SIGNAL:
		if (fault_let_go(t, task, stop.value)) {
			on_gone(t, task);
			tasks_remove(&t->tasks, task);
			return (struct action){RESUME_NONE, 0};
		}
		if (fault_drops_stop(t, task, stop.value))
			stop.value = 0;
		again_on_signal(t->kernel, task, stop.value);
		return (struct action){resume_running(t, task), stop.value};
	default:
		break;
	}
	return run_on(t, task);
}

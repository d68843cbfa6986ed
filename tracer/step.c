#include "step.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>

#include "again.h"
#include "alarm.h"
#include "births.h"
#include "fault.h"
#include "gap_raise.h"
#include "install.h"
#include "learn.h"
#include "letgo.h"
#include "sieve.h"
#include "stop.h"
#include "storm.h"
#include "suspend.h"

/*
 * Is nothing left that only a tracer sees of it? A thread in an exec is let go when that has come to its end:
 * what it has executed is looked at there. One that has a filter of its own is not, because what that
 * refuses does not get as far as our listener.
 */
static bool may_go(const struct task *task)
{
	const struct process *process = task->process;

	return process != NULL && process->sieve.state == LET_GO && !process->sieve.own_filter &&
	       !task_awaits_result(task) && !task_has_stray(task);
}

/* Until the program is started it is our own code that runs: its calls are not the workload's. */
static enum resume resume_running(const struct run *run, const struct task *task)
{
	if (!run->main.started)
		return RESUME_CONT;
	if (may_go(task))
		return task->phase == PHASE_EXECUTING ? RESUME_CONT : RESUME_DETACH;
	/*
	 * In a sieve only what waits for the exit of a call needs syscall stops. But where the workload
	 * has a filter of its own, what that one refuses never gets as far as the sieve's stop.
	 */
	if (task_is_sieved(task) && !task->process->sieve.own_filter && !task_awaits_result(task) &&
	    !task_has_stray(task))
		return RESUME_CONT;
	return RESUME_SYSCALL;
}

static struct action run_on(const struct run *run, const struct task *task)
{
	return (struct action){resume_running(run, task), 0};
}

static struct action leave(void)
{
	return (struct action){RESUME_NONE, 0};
}

static void on_start(struct run *run)
{
	syscall_info info;

	run->main.started = true;
	run->observer->started(run->data);
	/* Asked by trying it, before the program's first instruction. */
	run->host.unsupported =
		run->kernel->syscall_info(run->kernel, run->main.pid, &info) == -EIO;
	if (run->host.filtered)
		run_tell_gap(run, GAP_ALREADY_FILTERED,
			     "recording itself runs under a seccomp filter");
}

static void note_program(struct run *run, struct task *task)
{
	struct programs *programs = &run->learnt.programs;
	struct kernel *k = run->kernel;
	struct program *program = NULL, *way = NULL;
	struct program_id id = {0};

	if (k->program(k, task->tid, &id) == 0) {
		program = programs_get(programs, id);
		/* Only the decision for a sieve turns on it. */
		id.way = run->request.sieve ? k->way(k, task->tid) : 0;
		way = id.way != 0 ? programs_get(programs, id) : NULL;
	}
	habits_note_exec(&run->learnt.habits, &task->process->habits, program, way, run_time(run));
}

static struct task *on_exec(struct run *run, struct task *task)
{
	unsigned long message;
	char *what = NULL;
	pid_t tid = task->tid;

	/* A thread that is not the leader takes over the leader's number. */
	int r = run->kernel->event_message(run->kernel, tid, &message);
	if (r < 0) {
		if (r != -ESRCH)
			run_fail(run, r, "PTRACE_GETEVENTMSG", tid);
		return NULL;
	}
	task = tasks_exec(&run->tasks, (pid_t)message, tid, letgo_note_gone, run);
	run_enter_phase(run, task, PHASE_EXEC);
	task->stray = (struct stray){0};
	task->dispatches = false;
	task->process->gaps = 0;
	task->process->shares_memory = false;
	process_close_memory(task->process);
	install_on_exec(task->process);
	free(task->process->exe);
	task->process->exe = NULL;
	if (tid == run->main.pid && !run->main.started)
		on_start(run);
	note_program(run, task);
	/* A privileged tracer takes nothing away. */
	if (!run->host.privileged &&
	    run->kernel->privileges_dropped(run->kernel, tid, task->process->sieve.set_no_new_privs,
					    &what)) {
		gap_raise_privileges(run, gap_caller(task), what);
		free(what);
	}
	return task;
}

static void note_habits(struct run *run, struct process *process, int32_t nr, bool taught,
			enum watched kind)
{
	struct process_habits *habits = process != NULL ? &process->habits : NULL;

	if (taught)
		habits_note_new_call(&run->learnt.habits, habits, kind, run->pacing.stops,
				     run_time(run));
	else
		habits_note_known_call(&run->learnt.habits, habits, kind, nr);
}

static enum phase_event entry_event(enum watched kind, bool traced)
{
	if (kind == WATCH_EXECUTES)
		return traced ? PHASE_EXEC_TRACED : PHASE_EXEC_ENTRY;
	return traced ? PHASE_TRACED : PHASE_ENTRY;
}

/*
 * A call is about to be made, as a stop at its entry or a filter's says (`traced`). The members for it are
 * the same for both.
 */
static void at_entry(struct run *run, struct task *task, const syscall_info *info, bool traced)
{
	int32_t nr;
	const struct abi *abi = abi_of_call(info->arch, info->entry.nr, &nr);
	enum watched kind = abi != NULL ? watch_kind(&run->learnt.watch, abi, nr) : WATCH_NOTHING;

	run_enter_phase(run, task, entry_event(kind, traced));
	task->births.reported = task->births.shares_memory = false;
	task->awaits = WATCH_NOTHING;
	again_on_call(task, abi, nr, info);
	if (abi == NULL) {
		gap_raise_unknown_abi(run, gap_caller(task), info->arch);
		return;
	}
	if (!run->request.after_filter || task->filtered) {
		bool taught = sysset_add(&run->learnt.calls, abi, nr);
		note_habits(run, task->process, nr, taught, kind);
		if (taught)
			learn_begin(run, task, abi, nr, info->instruction_pointer);
	}
	if (watch_opens_gap(kind))
		task->awaits = alarm_entry(run, task, kind, abi, info);
	if (kind == WATCH_NO_RETURN)
		learn_report(run, task);
}

/* A call has returned. */
static void at_exit(struct run *run, struct task *task, const syscall_info *info)
{
	int64_t result = info->exit.rval;

	run_enter_phase(run, task, PHASE_EXIT);
	if (task->awaits != WATCH_NOTHING)
		alarm_exit(run, task, task->awaits, result, info->exit.is_error != 0);
	task->awaits = WATCH_NOTHING;
	learn_end(run, task, result);
}

/*
 * After EINTR of a call that came with a signal mask of its own, as epoll_pwait(2), that mask still
 * holds until the signal's handler was called. Setting another one would lose that.
 */
static bool can_inject_after(int64_t result)
{
	return !learn_is_restart(result) && result != -EINTR;
}

/* The sieve now? Asked once more: this very call may have loaded a filter. */
static struct action after_exit(struct run *run, struct task *task, int64_t result)
{
	if (install_is_wanted(run, task) && can_inject_after(result) && !install_sieve(run, task))
		return leave();
	return run_on(run, task);
}

/* It stands, perhaps because we wanted it to: alarm.c. */
static void settle_interrupt(struct run *run, struct task *task, bool at_exit_stop)
{
	if (task->interrupted)
		again_on_interrupt(run->kernel, task, at_exit_stop);
	task->interrupted = false;
}

/*
 * Entry or exit? The kernel is asked, except where there is no doubt and nothing to learn from
 * the answer: a thread that was let run from the entry of a call stops next at its exit. Its phase
 * says so only there and at an exec; every other way on leads outside. A plain toggle would go wrong
 * at exec, at seccomp stops, and when a thread is first met in the middle of a call.
 */
static struct action on_syscall(struct run *run, struct task *task)
{
	bool inside = task->phase != PHASE_OUTSIDE;
	bool sieve_wanted = inside && install_is_wanted(run, task);
	syscall_info info = {0};

	/* The stop at the exit takes the place of the one that we have asked for. */
	if (inside)
		settle_interrupt(run, task, true);
	if (inside && !sieve_wanted && !task_awaits_result(task)) {
		run_enter_phase(run, task, PHASE_EXIT);
		return run_on(run, task);
	}
	int r = run->kernel->syscall_info(run->kernel, task->tid, &info);
	if (r == -ESRCH)
		return leave();
	if (r < 0) {
		run_note_trouble(run, r, "PTRACE_GET_SYSCALL_INFO", task->tid);
	} else if (info.op == PTRACE_SYSCALL_INFO_ENTRY && run->main.started) {
		at_entry(run, task, &info, false);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		at_exit(run, task, &info);
		if (sieve_wanted)
			return after_exit(run, task, info.exit.rval);
	}
	return run_on(run, task);
}

/*
 * A filter said TRACE before a call is made. If it was not a sieve, it is one of the workload's
 * own, for which nobody would be listening: the kernel then refuses the call with ENOSYS.
 */
static struct action on_seccomp(struct run *run, struct task *task)
{
	struct kernel *k = run->kernel;
	syscall_info info = {0};
	int r = k->syscall_info(k, task->tid, &info);

	if (r == -ESRCH)
		return leave();
	if (r < 0 || info.op != PTRACE_SYSCALL_INFO_SECCOMP) {
		run_note_trouble(run, r < 0 ? r : -EINVAL, "PTRACE_GET_SYSCALL_INFO", task->tid);
		return run_on(run, task);
	}
	bool ours = (info.seccomp.ret_data & SECCOMP_RET_DATA) == SIEVE_COOKIE;
	if (ours && task->process != NULL)
		run_enter_sieve_state(run, task->process, SIEVE_MET);
	/* Without a sieve there is no stop for these, and they need not be learnt: layer vdso. */
	if (learn_is_vsyscall(info.instruction_pointer))
		return run_on(run, task);
	at_entry(run, task, &info, true);
	if (!ours)
		(void)k->refuse_call(k, task->tid);
	return run_on(run, task);
}

/* What a process does when it is told to end belongs to it; where it dies of that, something is missing. */
static void note_ended(struct run *run, int status)
{
	if (run->ending.stage != ENDING_TERM || run->ending.ended_some || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGTERM)
		return;
	run->ending.ended_some = true;
	run_tell_gap(run, GAP_INTERRUPTED, "processes that were left were ended by SIGTERM");
}

static struct action on_death(struct run *run, pid_t tid, int status)
{
	struct task *task = tasks_find(&run->tasks, tid);

	note_ended(run, status);

	/*
	 * The wait status of the main process is that of its whole thread group: it comes when
	 * its last thread is gone, even if the leader itself left long before.
	 */
	if (tid == run->main.pid && !run->main.ended) {
		run->main.ended = true;
		run->main.status = status;
	}
	/* Unknown: a newborn that was killed, or a child that we inherited and never traced. */
	if (task != NULL)
		letgo_forget(run, task);
	/* The death of a leader is reported last, so none of the others is there any more. */
	tasks_end_process(&run->tasks, tid, letgo_note_gone, run);
	suspend_on_death(run, tid);
	return leave();
}

/* Is it a child that is not traced, which has stopped, as a shell hears of its jobs? */
static bool is_job_stop(const struct run *run, pid_t tid, const struct stop *stop)
{
	siginfo_t info;

	/* Nobody is about to get a signal there, so there is nothing to be asked of it. */
	return stop->kind == STOP_SIGNAL && tasks_find(&run->tasks, tid) == NULL &&
	       run->kernel->signal_info(run->kernel, tid, &info) == -ESRCH;
}

struct action step(struct run *run, pid_t tid, int status)
{
	struct stop stop = stop_decode(status);

	if (stop.kind == STOP_EXITED || stop.kind == STOP_KILLED)
		return on_death(run, tid, status);
	if (is_job_stop(run, tid, &stop)) {
		if (tid == run->main.pid)
			suspend_note_job(run, stop.value);
		return leave();
	}
	struct task *task = births_find(run, tid);
	if (task->process != NULL)
		suspend_note(run, task->process, stop.kind == STOP_GROUP ? stop.value : 0);
	switch (stop.kind) {
	case STOP_SYSCALL:
		return on_syscall(run, task);
	case STOP_SECCOMP:
		return on_seccomp(run, task);
	case STOP_FORK:
		births_on_event(run, task, status);
		break;
	case STOP_EXEC:
		task = on_exec(run, task);
		if (task == NULL)
			return leave();
		break;
	case STOP_ATTACHED:
		settle_interrupt(run, task, false);
		break;
	case STOP_GROUP:
		task->interrupted = false;
		return (struct action){RESUME_LISTEN, 0};
	case STOP_SIGNAL:
		if (fault_let_go(run, task, stop.value)) {
			letgo_forget(run, task);
			return leave();
		}
		storm_note_signal(task->process, stop.value);
		if (fault_drops_stop(run, task, stop.value))
			stop.value = 0;
		again_on_signal(run->kernel, task, stop.value);
		return (struct action){resume_running(run, task), stop.value};
	default:
		break;
	}
	return run_on(run, task);
}

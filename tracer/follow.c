#include "follow.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "again.h"
#include "due.h"
#include "forward.h"
#include "learn.h"
#include "letgo.h"
#include "spawn.h"
#include "step.h"
#include "suspend.h"
#include "waits.h"

/* Who has a sieve that traces can't do without us. Its children are born as it is. */
static void bind(struct run *run, struct task *task)
{
	if (!run->host.lets_go || task->exit_kill || !task_is_sieved(task))
		return;
	task->exit_kill = true;
	(void)run->kernel->exit_kill(run->kernel, task->tid, true);
}

static void note_resumed(struct run *run, struct task *task, enum resume resume)
{
	task->when_resumed = task->process != NULL ? task->process->sieve.state : UNSIEVED;
	task->runs_free = resume == RESUME_CONT;
	if (task->runs_free) {
		run_enter_phase(run, task, PHASE_LET_RUN);
		again_forget(task);
	}
	bind(run, task);
}

static void answer(struct run *run, pid_t tid, int status, struct action action)
{
	struct task *task = tasks_find(&run->tasks, tid);
	int r;

	if (action.resume == RESUME_NONE) {
		if (WIFSTOPPED(status))
			due_leave_standing(run, task);
		return;
	}
	if (action.resume == RESUME_DETACH) {
		r = letgo_detach(run, task, action.sig);
	} else {
		if (task != NULL)
			note_resumed(run, task, action.resume);
		r = run->kernel->resume(run->kernel, tid, action.resume, action.sig);
	}
	/* It was killed while it stood; its death is the next thing that wait() reports. */
	if (r == -ESRCH)
		due_leave_standing(run, task);
	else if (r < 0)
		run_fail(run, r, "restart", tid);
}

static void on_main_end(struct run *run)
{
	forward_main_ended();
	/* Even when nothing is left that is known: a child of a killed process may be on its way. */
	if (run->request.stop_with_main)
		due_end_all(run);
	else
		run_tell_outlived(run);
}

/* The run can't go on. What is left of the workload dies with this process at the latest. */
static int give_up(struct run *run, struct err *err)
{
	run_signal_all(run, SIGKILL);
	return err_set(err, EIO, "%s", run->failure.msg);
}

/* What calls for attention has set the ticker too, and may have come just before that was set back. */
static void look_at_what_is_due(struct run *run)
{
	for (due_set_timer(run); forward_attention(); due_set_timer(run)) {
		due_forget_timer(run);
		due_on_tick(run);
	}
}

static int look_at(struct run *run, pid_t tid, int status, struct err *err)
{
	bool ended_before = run->main.ended;
	struct task *task = tasks_find(&run->tasks, tid);

	if (task != NULL)
		task->unanswered = 0;
	answer(run, tid, status, step(run, tid, status));
	if (run->host.unsupported) {
		run_signal_all(run, SIGKILL);
		return err_set(err, ENOSYS,
			       "cannot trace: PTRACE_GET_SYSCALL_INFO is missing, "
			       "Linux 5.3 or newer is needed");
	}
	if (run_has_failed(run))
		return give_up(run, err);
	if (run->main.ended && !ended_before)
		on_main_end(run);
	return 0;
}

/*
 * Until waitpid() says that there are no children, not until no task is known: a process can
 * end before the first stop of the child that it has just made.
 */
static int follow_all(struct run *run, struct err *err)
{
	int status, r = 0;

	while (r == 0) {
		suspend_look_at_job(run);
		look_at_what_is_due(run);
		pid_t tid = waits_next(run, &status);
		if (tid == -EINTR || forward_ticked())
			due_on_tick(run);
		if (tid == -ECHILD || (tid == -EINTR && due_only_strangers_are_left(run)))
			return 0;
		if (run_has_failed(run))
			return give_up(run, err);
		if (tid < 0 && tid != -EINTR)
			return err_sys(err, -tid, "waitpid");
		if (tid > 0)
			r = look_at(run, tid, status, err);
		due_note_strangers(run);
	}
	return r;
}

int follow(struct run *run, bool *exec_failed, struct err *err)
{
	*exec_failed = false;
	int r = follow_all(run, err);

	run->end = run_time(run);
	learn_report_overdue(run, run->end + 1);
	int sig = forward_first();
	forward_stop();
	if (r < 0)
		return r;
	if (sig != 0)
		run->observer->gap(run->data, run->end, GAP_INTERRUPTED, strsignal(sig));
	if (!run->main.started) {
		int error = spawn_exec_error(run->main.error_pipe);
		*exec_failed = error != 0;
		if (error != 0)
			return -error;
	}
	if (!run->main.ended)
		return err_set(err, ECHILD, "the main process vanished");
	return 0;
}

#include "tracer.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "again.h"
#include "forward.h"
#include "own.h"
#include "spawn.h"
#include "step.h"
#include "ticker.h"

/* How long a call may take before it is reported without its result. */
#define PENDING_SECONDS 0.1

/* How long a child that nobody has told of may take to its first stop: see note_strangers(). */
#define STRANGERS_SECONDS 0.2

/* How often it is looked whether one of these is over. */
#define SOON_TICK_MS 50

/* How long a thread that is said to be gone may stand before that is taken for an error. */
#define UNANSWERED_SECONDS 1.0

#define TICKING_UNKNOWN UINT_MAX

/* How long what is left has between SIGTERM and SIGKILL, and how often SIGKILL is repeated. */
#define GRACE_SECONDS 2.0
#define ENDING_TICK_MS 100

/* So many reports in a row, each there when it was asked for, and there may be others that wait. */
#define CROWDED 8

void tracer_init(struct tracer *t, struct kernel *kernel, const struct tracer_events *events,
		 void *data)
{
	memset(t, 0, sizeof(*t));
	t->kernel = kernel;
	t->events = events;
	t->data = data;
	t->error_pipe = -1;
	t->start = kernel->now(kernel);
	t->tuning = tuning_default;
	sysset_init(&t->learnt);
}

void tracer_release(struct tracer *t)
{
	tasks_release(&t->tasks);
	sysset_release(&t->learnt);
	watch_release(&t->watch);
	programs_release(&t->programs);
	free(t->queue);
	t->queue = NULL;
	err_done(&t->trouble);
	err_done(&t->failure);
	if (t->error_pipe >= 0)
		(void)close(t->error_pipe);
	t->error_pipe = -1;
}

double tracer_time(const struct tracer *t)
{
	return t->kernel->now(t->kernel) - t->start;
}

void tracer_trouble(struct tracer *t, int error, const char *what, pid_t tid)
{
	if (t->trouble.msg == NULL)
		(void)err_sys(&t->trouble, -error, "%s on thread %d", what, (int)tid);
}

/* It must be seen how many seccomp filters a thread has. */
static int refuse_after_filter(int error, struct err *err)
{
	if (error == ENODATA)
		return err_set(err, ENOSYS,
			       "--after-filter needs Linux 5.9, which tells how many seccomp "
			       "filters a thread has");
	return err_sys(err, error,
		       "--after-filter needs to see how many seccomp filters a thread has: cannot "
		       "read /proc/self/status");
}

void tracer_fail(struct tracer *t, int error, const char *what, pid_t tid)
{
	if (t->failure.msg == NULL)
		(void)err_sys(&t->failure, -error, "cannot go on: %s on thread %d", what, (int)tid);
}

int tracer_spawn(struct tracer *t, char *const argv[], struct err *err)
{
	sigset_t all, mask;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &mask);
	t->start = t->kernel->now(t->kernel);
	t->sieve = t->sieve && arch_can_inject();
	t->privileged = own_capable(UINT64_C(1) << CAP_SYS_PTRACE);
	long filters = own_filter_count();
	t->own_filters = filters > 0 ? filters : 0;
	if (filters < 0 && t->after_filter) {
		(void)sigprocmask(SIG_SETMASK, &mask, NULL);
		return refuse_after_filter((int)-filters, err);
	}
	t->has_strangers = kernel_has_children();
	ticker_start();
	int r = spawn(argv, &mask, t->sieve, &t->main_pid, &t->error_pipe, err);
	if (r == 0)
		forward_start(t->main_pid);
	/* The workload has its mask already. Our own words must not stop us in the background (stty tostop). */
	forward_unblock(&mask);
	(void)sigaddset(&mask, SIGTTOU);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (r < 0)
		return r;
	t->filtered = own_filtered();
	return 0;
}

static void signal_all(struct tracer *t, int sig)
{
	struct task *task, *next;

	HASH_ITER(hh, t->tasks.by_tid, task, next)
		if (task->process == NULL || task->process->tgid == task->tid)
			(void)t->kernel->kill(t->kernel, task->tid, sig);
}

void tracer_end_all(struct tracer *t)
{
	if (t->ending != ENDING_NOT)
		return;
	t->ending = ENDING_TERM;
	t->kill_at = tracer_time(t) + GRACE_SECONDS;
	signal_all(t, SIGTERM);
	/* A stopped process handles its SIGTERM only once it goes on. */
	signal_all(t, SIGCONT);
}

static void go_on_ending(struct tracer *t)
{
	if (t->ending == ENDING_TERM && tracer_time(t) >= t->kill_at) {
		t->ending = ENDING_KILL;
		t->events->gap(t->data, tracer_time(t), GAP_INTERRUPTED,
			       "processes that did not end on SIGTERM were killed");
	}
	/* Again at each tick: a process may have made another one meanwhile. */
	if (t->ending == ENDING_KILL)
		signal_all(t, SIGKILL);
}

/*
 * There may be children that were not started by us: whoever executed this program had made them.
 * They have nothing to do with the workload, and waitpid() never says that there are none left. So
 * once no task is known it is waited for a little longer: a child of a process that was killed just
 * after making it is not known yet, but its first stop is about to be reported.
 */
static void note_strangers(struct tracer *t)
{
	if (!t->has_strangers || !t->main_ended || tasks_count(&t->tasks) > 0)
		t->strangers_only = 0;
	else if (t->strangers_only <= 0)
		t->strangers_only = tracer_time(t);
}

static bool only_strangers_left(const struct tracer *t)
{
	return t->strangers_only > 0 && tracer_time(t) - t->strangers_only > STRANGERS_SECONDS;
}

static void set_ticking(struct tracer *t)
{
	unsigned int ms = t->tick_ms;

	if (t->ending != ENDING_NOT)
		ms = ENDING_TICK_MS;
	else if (t->tasks.n_pending > 0 || suspend_is_due(t) || t->strangers_only > 0 ||
		 t->unanswered)
		ms = SOON_TICK_MS;
	/*
	 * Slowed down or switched off only after a tick: most calls return at once, and to set it there
	 * and back for each would be two requests more for each new call.
	 */
	bool slower = ms == 0 || (t->ticking != 0 && ms > t->ticking);
	if (ms == t->ticking || (slower && !t->ticked && t->ticking != TICKING_UNKNOWN))
		return;
	t->ticking = ms;
	t->ticked = false;
	t->kernel->tick(t->kernel, ms);
}

/*
 * A thread that was not let go on because the kernel says that it is gone reports its death at once. One
 * that still stands a good while later would stand for ever, and the run with it.
 */
static void look_after_unanswered(struct tracer *t)
{
	struct task *task, *next;
	double now = tracer_time(t);
	bool any = false;

	if (!t->unanswered)
		return;
	HASH_ITER(hh, t->tasks.by_tid, task, next) {
		if (task->unanswered <= 0)
			continue;
		any = true;
		if (now - task->unanswered < UNANSWERED_SECONDS)
			continue;
		if (t->kernel->stands(t->kernel, task->tid))
			tracer_fail(t, -ESRCH, "ptrace", task->tid);
		task->unanswered = now;
	}
	t->unanswered = any;
}

static void on_tick(struct tracer *t)
{
	t->ticked = true;
	step_report_pending(t, tracer_time(t) - PENDING_SECONDS);
	if (forward_end_wanted())
		tracer_end_all(t);
	go_on_ending(t);
	suspend_on_tick(t);
	look_after_unanswered(t);
	if (t->tick_ms > 0)
		t->events->tick(t->data, &t->tasks);
}

static void leave_standing(struct tracer *t, struct task *task)
{
	if (task == NULL)
		return;
	/* 0 would mean that it does not stand. */
	task->unanswered = tracer_time(t) + 1e-9;
	t->unanswered = true;
}

static void answer(struct tracer *t, pid_t tid, int status, struct action action)
{
	struct task *task = tasks_find(&t->tasks, tid);

	if (action.resume == RESUME_NONE) {
		if (WIFSTOPPED(status))
			leave_standing(t, task);
		return;
	}
	if (task != NULL) {
		task->sieved_when_resumed = task->process != NULL && task->process->sieved;
		task->unwatched = action.resume == RESUME_CONT;
		if (task->unwatched)
			again_forget(task);
	}
	int r = t->kernel->resume(t->kernel, tid, action.resume, action.sig);
	/* It was killed while it stood; its death is the next thing that wait() reports. */
	if (r == -ESRCH)
		leave_standing(t, task);
	else if (r < 0)
		tracer_fail(t, r, "restart", tid);
}

static void on_main_end(struct tracer *t)
{
	forward_main_ended();
	/* Even when nothing is left that is known: a child of a killed process may be on its way. */
	if (t->stop_with_main)
		tracer_end_all(t);
	else if (tasks_count(&t->tasks) > 0)
		t->events->outlived(t->data, &t->tasks);
}

/*
 * Has this thread, which stood with a status that nobody has looked at yet, got on without us? Only an end does
 * that, or an exec by another thread, which gives its number to that one:
 *
 *   10 stops, 11 calls execve   both reported, 10 waits its turn
 *   10 is killed for it, 11 becomes 10, which reports the exec
 *
 * To answer the stop then would be to let the exec go on unseen.
 */
static bool overtakes(int status)
{
	return !WIFSTOPPED(status) || status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
}

static void drop_stop(struct tracer *t, pid_t tid)
{
	for (size_t i = t->next_queued; i < t->n_queue; i++)
		if (t->queue[i].tid == tid && WIFSTOPPED(t->queue[i].status))
			t->queue[i].tid = 0;
}

void tracer_queue(struct tracer *t, pid_t tid, int status)
{
	if (overtakes(status))
		drop_stop(t, tid);
	xgrow(&t->queue, t->n_queue, &t->cap_queue, sizeof(*t->queue));
	t->queue[t->n_queue++] = (struct queued){tid, status};
}

/*
 * While stops come in quick succession it pays to ask again at once: a tracer that sleeps has to
 * be woken on another processor, which takes several times as long as the whole stop. It never
 * spins for longer than such a wake-up takes.
 */
static pid_t wait_briefly(struct tracer *t, int *status)
{
	struct kernel *k = t->kernel;

	if (t->pace > t->tuning.poll_pace)
		return 0;
	double until = t->last_stop + t->tuning.poll_seconds;
	do {
		pid_t tid = k->wait(k, -1, status, WNOHANG);
		if (tid != 0)
			return tid;
	} while (k->now(k) < until);
	return 0;
}

/* The next status from the kernel. */
static pid_t wait_any(struct tracer *t, int *status)
{
	pid_t tid = t->kernel->wait(t->kernel, -1, status, WNOHANG);

	t->at_once = tid > 0 ? t->at_once + 1 : 0;
	if (tid == 0)
		tid = wait_briefly(t, status);
	if (tid == 0)
		tid = t->kernel->wait(t->kernel, -1, status, 0);
	if (tid > 0) {
		double now = t->kernel->now(t->kernel);
		double gap = now - t->last_stop;
		/* One long sleep must not hide that stops come quickly again. */
		if (gap > 4 * t->tuning.poll_pace)
			gap = 4 * t->tuning.poll_pace;
		t->pace += (gap - t->pace) / 8;
		t->last_stop = now;
		t->stops++;
	}
	return tid;
}

int tracer_wait_for(struct tracer *t, pid_t tid, int *status)
{
	for (;;) {
		pid_t got = wait_any(t, status);
		if (got == tid)
			return 0;
		if (got > 0)
			tracer_queue(t, got, *status);
		else if (got == -EINTR)
			on_tick(t); /* whoever wants to end it all must be able to */
		else
			return got;
		if (t->failure.msg != NULL)
			return -EIO;
	}
}

/*
 * All that have something to report now, each once: the kernel shows a tracer first who was traced last, and
 * whoever makes calls without a pause has the next one to report before we are through with this one. Those
 * who were traced before would wait for ever. Not before so many reports in a row were there at once: where
 * there is none for a moment, nobody waits.
 */
static void take_turns(struct tracer *t)
{
	int status;
	pid_t tid;

	while ((tid = t->kernel->wait(t->kernel, -1, &status, WNOHANG)) > 0) {
		t->stops++;
		t->pace -= t->pace / 8;
		tracer_queue(t, tid, status);
	}
}

/* The next status, of those that are kept first. */
static pid_t next_status(struct tracer *t, int *status)
{
	for (;;) {
		while (t->next_queued < t->n_queue) {
			const struct queued *next = &t->queue[t->next_queued++];
			*status = next->status;
			if (next->tid != 0)
				return next->tid;
		}
		t->next_queued = t->n_queue = 0;
		pid_t tid = wait_any(t, status);
		if (tid <= 0 || t->at_once < CROWDED)
			return tid;
		tracer_queue(t, tid, *status);
		take_turns(t);
	}
}

/* The run can't go on. What is left of the workload dies with this process at the latest. */
static int give_up(struct tracer *t, struct err *err)
{
	signal_all(t, SIGKILL);
	return err_set(err, EIO, "%s", t->failure.msg);
}

/*
 * Until waitpid() says that there are no children, not until no task is known: a process can
 * end before the first stop of the child that it has just made.
 */
static int follow(struct tracer *t, struct err *err)
{
	int status;

	for (;;) {
		/*
		 * What calls for attention has set the ticker too, and may have come just before that
		 * was set back.
		 */
		for (set_ticking(t); forward_attention(); set_ticking(t)) {
			t->ticking = TICKING_UNKNOWN;
			on_tick(t);
		}
		pid_t tid = next_status(t, &status);
		if (tid == -EINTR || forward_ticked())
			on_tick(t);
		if (tid == -ECHILD || (tid == -EINTR && only_strangers_left(t)))
			return 0;
		if (t->failure.msg != NULL)
			return give_up(t, err);
		if (tid == -EINTR)
			continue;
		if (tid < 0)
			return err_sys(err, -tid, "waitpid");
		bool ended_before = t->main_ended;
		struct task *task = tasks_find(&t->tasks, tid);
		if (task != NULL)
			task->unanswered = 0;
		answer(t, tid, status, step(t, tid, status));
		if (t->unsupported) {
			signal_all(t, SIGKILL);
			return err_set(err, ENOSYS,
				       "cannot trace: PTRACE_GET_SYSCALL_INFO is missing, "
				       "Linux 5.3 or newer is needed");
		}
		if (t->failure.msg != NULL)
			return give_up(t, err);
		if (t->main_ended && !ended_before)
			on_main_end(t);
		note_strangers(t);
	}
}

int tracer_run(struct tracer *t, bool *exec_failed, struct err *err)
{
	*exec_failed = false;
	int r = follow(t, err);

	t->end = tracer_time(t);
	step_report_pending(t, t->end + 1);
	int sig = forward_first();
	forward_stop();
	if (r < 0)
		return r;
	if (sig != 0)
		t->events->gap(t->data, t->end, GAP_INTERRUPTED, strsignal(sig));
	if (!t->started) {
		int error = spawn_exec_error(t->error_pipe);
		*exec_failed = error != 0;
		if (error != 0)
			return -error;
	}
	if (!t->main_ended)
		return err_set(err, ECHILD, "the main process vanished");
	return 0;
}

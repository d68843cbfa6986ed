#include "due.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

#include "forward.h"
#include "learn.h"
#include "suspend.h"

/* How long a call may take before it is reported without its result. */
#define PENDING_SECONDS 0.1

/* How long a child that nobody has told of may take to its first stop. */
#define STRANGERS_SECONDS 0.2

/* How often it is looked whether one of these is over. */
#define SOON_TICK_MS 50

/* How long a thread that is said to be gone may stand before that is taken for an error. */
#define UNANSWERED_SECONDS 1.0

#define TIMER_UNKNOWN UINT_MAX

/* How long what is left has between SIGTERM and SIGKILL, and how often SIGKILL is repeated. */
#define GRACE_SECONDS 2.0
#define ENDING_TICK_MS 100

void due_end_all(struct run *run)
{
	if (run->ending.stage != ENDING_NOT)
		return;
	run->ending.stage = ENDING_TERM;
	run->ending.kill_at = run_time(run) + GRACE_SECONDS;
	run_signal_all(run, SIGTERM);
	/* A stopped process handles its SIGTERM only once it goes on. */
	run_signal_all(run, SIGCONT);
}

static void go_on_ending(struct run *run)
{
	if (run->ending.stage == ENDING_TERM && run_time(run) >= run->ending.kill_at) {
		run->ending.stage = ENDING_KILL;
		run_tell_gap(run, GAP_INTERRUPTED,
			     "processes that did not end on SIGTERM were killed");
	}
	/* Again at each tick: a process may have made another one meanwhile. */
	if (run->ending.stage == ENDING_KILL)
		run_signal_all(run, SIGKILL);
}

void due_note_strangers(struct run *run)
{
	if (!run->host.has_strangers || !run->main.ended || tasks_count(&run->tasks) > 0 ||
	    run->listeners > 0)
		run->ending.strangers_only = 0;
	else if (run->ending.strangers_only <= 0)
		run->ending.strangers_only = run_time(run);
}

bool due_only_strangers_are_left(const struct run *run)
{
	return run->ending.strangers_only > 0 &&
	       run_time(run) - run->ending.strangers_only > STRANGERS_SECONDS;
}

/* 0: nothing is due before something happens. */
static unsigned int needed_ms(const struct run *run)
{
	if (run->ending.stage != ENDING_NOT)
		return ENDING_TICK_MS;
	if (run->tasks.n_pending > 0 || suspend_is_due(run) || run->ending.strangers_only > 0 ||
	    run->unanswered)
		return SOON_TICK_MS;
	return run->request.tick_ms;
}

void due_set_timer(struct run *run)
{
	struct timer *timer = &run->timer;
	unsigned int ms = needed_ms(run);
	/*
	 * Slowed down or switched off only after a tick: most calls return at once, and to set it there
	 * and back for each would be two requests more for each new call.
	 */
	bool slower = ms == 0 || (timer->ms != 0 && ms > timer->ms);

	if (ms == timer->ms || (slower && !timer->ticked && timer->ms != TIMER_UNKNOWN))
		return;
	*timer = (struct timer){.ms = ms};
	run->kernel->tick(run->kernel, ms);
}

void due_forget_timer(struct run *run)
{
	run->timer.ms = TIMER_UNKNOWN;
}

void due_leave_standing(struct run *run, struct task *task)
{
	if (task == NULL)
		return;
	/* 0 would mean that it does not stand. */
	task->unanswered = run_time(run) + 1e-9;
	run->unanswered = true;
}

/*
 * A thread that was not let go on because the kernel says that it is gone reports its death at once. One
 * that still stands a good while later would stand for ever, and the run with it.
 */
static void look_after_unanswered(struct run *run)
{
	struct task *task, *next;
	double now = run_time(run);
	bool any = false;

	if (!run->unanswered)
		return;
	HASH_ITER(hh, run->tasks.by_tid, task, next) {
		if (task->unanswered <= 0)
			continue;
		any = true;
		if (now - task->unanswered < UNANSWERED_SECONDS)
			continue;
		if (run->kernel->stands(run->kernel, task->tid))
			run_fail(run, -ESRCH, "ptrace", task->tid);
		task->unanswered = now;
	}
	run->unanswered = any;
}

void due_on_tick(struct run *run)
{
	run->timer.ticked = true;
	learn_report_overdue(run, run_time(run) - PENDING_SECONDS);
	if (forward_end_wanted())
		due_end_all(run);
	go_on_ending(run);
	suspend_on_tick(run);
	look_after_unanswered(run);
	if (run->request.tick_ms > 0)
		run_tell_progress(run);
}

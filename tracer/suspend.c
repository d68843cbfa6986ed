#include "suspend.h"

#include <signal.h>

#include "forward.h"
#include "tracer.h"

/*
 * How long the workload may take to stop by itself, and how long the main process to react to the
 * SIGCONT that its whole process group got, before it is sent another one.
 */
#define GRACE_SECONDS 0.05

static void decide_anew(struct tracer *t)
{
	t->suspend.settled = false;
	t->suspend.due = tracer_time(t) + GRACE_SECONDS;
}

void suspend_note(struct tracer *t, struct process *process, int sig)
{
	bool main = process->tgid == t->main_pid;

	if (process->stopped == sig)
		return;
	process->stopped = sig;
	if (main)
		t->suspend.sig = sig;
	if (main && sig == 0) {
		t->suspend.asked = false;
		t->suspend.went_on_at = tracer_time(t);
		/* It had its SIGCONT; it may stop again before long, and that is another stop. */
		t->suspend.continue_at = 0;
	}
	if (sig != 0)
		decide_anew(t);
}

void suspend_on_death(struct tracer *t, pid_t tid)
{
	if (tid == t->main_pid)
		t->suspend.sig = 0;
	else if (t->suspend.sig != 0)
		decide_anew(t);
}

bool suspend_is_due(const struct tracer *t)
{
	return (t->suspend.sig != 0 && !t->suspend.settled) || t->suspend.continue_at > 0;
}

static bool all_stopped(const struct tracer *t)
{
	const struct process *process, *next;

	HASH_ITER(hh, t->tasks.by_tgid, process, next)
		if (process->stopped == 0)
			return false;
	return true;
}

void suspend_on_tick(struct tracer *t)
{
	struct suspend *s = &t->suspend;
	struct kernel *k = t->kernel;
	double now = tracer_time(t);

	if (forward_stop_asked()) {
		s->asked = true;
		decide_anew(t);
	}
	/* One SIGCONT to the whole group: the main process may have reported it before we saw ours. */
	if (forward_continued() && now - s->went_on_at > GRACE_SECONDS)
		s->continue_at = now + GRACE_SECONDS;
	if (s->continue_at > 0 && now >= s->continue_at) {
		s->continue_at = 0;
		if (s->sig != 0)
			(void)k->kill(k, t->main_pid, SIGCONT);
	}
	if (s->sig == 0 || s->settled || now < s->due)
		return;
	s->settled = true;
	if (s->asked || all_stopped(t))
		(void)k->suspend(k, s->sig);
}

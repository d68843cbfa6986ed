#include "suspend.h"

#include <signal.h>

#include "forward.h"
#include "tracer.h"

/*
 * How long the workload may take to stop by itself, and how long the main process to react to the
 * SIGCONT that its whole process group got, before it is sent another one.
 */
#define GRACE_SECONDS 0.05

/* A program that handles Ctrl-Z and does not stop soon has decided not to. */
#define ASKED_SECONDS 1.0

static void decide_anew(struct tracer *t)
{
	t->suspend.settled = false;
	t->suspend.due = tracer_time(t) + GRACE_SECONDS;
}

static void note_main(struct tracer *t, int sig)
{
	struct suspend *s = &t->suspend;
	double now = tracer_time(t);

	s->sig = sig;
	if (sig != 0) {
		s->asked = s->asked && now - s->asked_at <= ASKED_SECONDS;
		return;
	}
	s->asked = false;
	s->went_on_at = now;
	/* It had its SIGCONT; it may stop again before long, and that is another stop. */
	s->continue_at = 0;
}

void suspend_note(struct tracer *t, struct process *process, int sig)
{
	if (process->stopped == sig)
		return;
	process->stopped = sig;
	if (process->tgid == t->main_pid)
		note_main(t, sig);
	if (sig != 0)
		decide_anew(t);
}

/* Without a main process it is Ctrl-Z alone that counts. */
static int signal_to_stop_by(const struct tracer *t)
{
	if (t->main_ended)
		return t->suspend.asked ? SIGTSTP : 0;
	return t->suspend.sig;
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
	return (signal_to_stop_by(t) != 0 && !t->suspend.settled) || t->suspend.continue_at > 0;
}

static bool all_stopped(const struct tracer *t)
{
	const struct process *process, *next;

	HASH_ITER(hh, t->tasks.by_tgid, process, next)
		if (process->stopped == 0)
			return false;
	return true;
}

static void note_signals(struct tracer *t, double now)
{
	struct suspend *s = &t->suspend;

	if (forward_stop_asked()) {
		s->asked = true;
		s->asked_at = now;
		decide_anew(t);
	}
	if (!forward_continued())
		return;
	/* Whatever was asked before, this is later. */
	s->asked = false;
	decide_anew(t);
	/* To the whole group: the main process may have reported its own before we saw ours. */
	if (s->sig != 0 && now - s->went_on_at > GRACE_SECONDS)
		s->continue_at = now + GRACE_SECONDS;
}

void suspend_on_tick(struct tracer *t)
{
	struct suspend *s = &t->suspend;
	struct kernel *k = t->kernel;
	double now = tracer_time(t);

	note_signals(t, now);
	if (s->continue_at > 0 && now >= s->continue_at) {
		s->continue_at = 0;
		if (s->sig != 0)
			(void)k->kill(k, t->main_pid, SIGCONT);
		/* It takes a moment until that is reported. */
		decide_anew(t);
	}
	if (!suspend_is_due(t) || s->continue_at > 0 || now < s->due)
		return;
	s->settled = true;
	int sig = signal_to_stop_by(t);
	if (s->asked || all_stopped(t))
		(void)k->suspend(k, sig, s->asked);
}

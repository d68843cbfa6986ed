#include "suspend.h"

#include <signal.h>

#include "cleanup.h"
#include "forward.h"

/*
 * How long the workload may take to stop by itself, and how long the main process to react to the
 * SIGCONT that its whole process group got, before it is sent another one.
 */
#define GRACE_SECONDS 0.05

/* A program that handles Ctrl-Z and does not stop soon has decided not to. */
#define ASKED_SECONDS 1.0

/*
 * So long we stay after Ctrl-Z for those who have not stopped yet: their handlers put the terminal in order,
 * and can't where they are traced and we stand.
 */
#define HANDLER_SECONDS 0.5

static void decide_anew(struct run *run)
{
	run->suspension.settled = false;
	run->suspension.due = run_time(run) + GRACE_SECONDS;
}

static void note_main(struct run *run, int sig)
{
	struct suspension *s = &run->suspension;
	double now = run_time(run);

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

void suspend_note(struct run *run, struct process *process, int sig)
{
	if (process->stopped == sig)
		return;
	process->stopped = sig;
	if (process->tgid == run->main.pid)
		note_main(run, sig);
	if (sig != 0)
		decide_anew(run);
}

void suspend_note_job(struct run *run, int sig)
{
	note_main(run, sig);
	decide_anew(run);
}

/* Nobody reports that: see wait() in kernel.h. */
void suspend_look_at_job(struct run *run)
{
	pid_t pid = run->main.pid;

	if (run->suspension.sig != 0 && tasks_find(&run->tasks, pid) == NULL &&
	    !run->kernel->is_stopped(run->kernel, pid))
		note_main(run, 0);
}

/* Without a main process it is Ctrl-Z alone that counts. */
static int signal_to_stop_by(const struct run *run)
{
	if (run->main.ended)
		return run->suspension.asked ? SIGTSTP : 0;
	return run->suspension.sig;
}

void suspend_on_death(struct run *run, pid_t tid)
{
	if (tid == run->main.pid)
		run->suspension.sig = 0;
	else if (run->suspension.sig != 0)
		decide_anew(run);
}

bool suspend_is_due(const struct run *run)
{
	return (signal_to_stop_by(run) != 0 && !run->suspension.settled) ||
	       run->suspension.continue_at > 0;
}

static bool all_stopped(const struct run *run)
{
	const struct process *process, *next;

	HASH_ITER(hh, run->tasks.by_tgid, process, next)
		if (process->stopped == 0)
			return false;
	if (run->listeners == 0)
		return true;
	cleanup_free pid_t *pids = NULL;
	size_t n = run->kernel->let_go(run->kernel, run->host.filters, &pids);
	for (size_t i = 0; i < n; i++)
		if (!run->kernel->is_stopped(run->kernel, pids[i]))
			return false;
	return true;
}

static void note_signals(struct run *run, double now)
{
	struct suspension *s = &run->suspension;

	if (forward_stop_asked()) {
		s->asked = true;
		s->asked_at = now;
		decide_anew(run);
	}
	if (!forward_continued())
		return;
	/* Whatever was asked before, this is later. */
	s->asked = false;
	decide_anew(run);
	/* To the whole group: the main process may have reported its own before we saw ours. */
	if (s->sig != 0 && now - s->went_on_at > GRACE_SECONDS)
		s->continue_at = now + GRACE_SECONDS;
}

void suspend_on_tick(struct run *run)
{
	struct suspension *s = &run->suspension;
	struct kernel *k = run->kernel;
	double now = run_time(run);

	note_signals(run, now);
	if (s->continue_at > 0 && now >= s->continue_at) {
		s->continue_at = 0;
		if (s->sig != 0)
			(void)k->kill(k, run->main.pid, SIGCONT);
		/* It takes a moment until that is reported. */
		decide_anew(run);
	}
	if (!suspend_is_due(run) || s->continue_at > 0 || now < s->due)
		return;
	bool all = all_stopped(run);
	if (s->asked && !all && now - s->asked_at < HANDLER_SECONDS) {
		s->due = now + GRACE_SECONDS;
		return;
	}
	s->settled = true;
	if (s->asked || all)
		(void)k->suspend(k, signal_to_stop_by(run), s->asked);
}

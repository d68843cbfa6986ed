#include "waits.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "alloc.h"
#include "due.h"
#include "notify.h"

/* So many reports in a row, each there when it was asked for, and there may be others that wait. */
#define CROWDED 8

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

static void drop_stop(struct queue *queue, pid_t tid)
{
	for (size_t i = queue->next; i < queue->n; i++)
		if (queue->items[i].tid == tid && WIFSTOPPED(queue->items[i].status))
			queue->items[i].tid = 0;
}

void waits_keep(struct run *run, pid_t tid, int status)
{
	struct queue *queue = &run->queue;

	if (overtakes(status))
		drop_stop(queue, tid);
	xgrow(&queue->items, queue->n, &queue->cap, sizeof(*queue->items));
	queue->items[queue->n++] = (struct queued){tid, status};
}

/* 0: none is kept. */
static pid_t take_kept(struct queue *queue, int *status)
{
	while (queue->next < queue->n) {
		const struct queued *next = &queue->items[queue->next++];
		*status = next->status;
		if (next->tid != 0)
			return next->tid;
	}
	queue->next = queue->n = 0;
	return 0;
}

/* It never spins for longer than it takes to wake another processor. */
static pid_t wait_briefly(struct run *run, int *status)
{
	struct kernel *k = run->kernel;
	const struct tuning *tuning = &run->request.tuning;

	if (run->pacing.pace > tuning->poll_pace || !poll_asks(&run->pacing.poll))
		return 0;
	double until = run->pacing.last_stop + tuning->poll_seconds;
	do {
		pid_t tid = k->wait(k, -1, status, WNOHANG);
		if (tid != 0)
			return tid;
	} while (k->now(k) < until);
	return 0;
}

/*
 * Sleeps until there is a status, or a call that waits at a listener, which is served. 0: look again, and at
 * what may be due; else as waits_next().
 */
static pid_t sleep_for_any(struct run *run, int *status)
{
	struct kernel *k = run->kernel;

	if (run->listeners == 0)
		return k->wait(k, -1, status, 0);
	/* One call after the other, until a signal says that there is something else to look at. */
	for (int i = 0; i < CROWDED && run->listeners > 0 && !run_has_failed(run); i++) {
		int r = notify_serve(run, true);
		if (r <= 0)
			return r;
	}
	return 0;
}

static void note_stop(struct pacing *pacing, double now, double poll_pace)
{
	double gap = now - pacing->last_stop;

	/* One long sleep must not hide that stops come quickly again. */
	if (gap > 4 * poll_pace)
		gap = 4 * poll_pace;
	else if (gap < poll_pace)
		poll_note(&pacing->poll, gap);
	pacing->pace += (gap - pacing->pace) / 8;
	pacing->last_stop = now;
	pacing->stops++;
}

/* Where there is always a status, at once or soon, calls that wait must not wait for ever. */
static void hear_listeners(struct run *run, pid_t tid)
{
	struct pacing *pacing = &run->pacing;

	pacing->unheard = tid > 0 ? pacing->unheard + 1 : 0;
	if (run->listeners > 0 && pacing->unheard >= CROWDED) {
		pacing->unheard = 0;
		(void)notify_serve(run, false);
	}
}

/* The next status from the kernel, or 0: something else was done. */
static pid_t wait_any(struct run *run, int *status)
{
	struct kernel *k = run->kernel;
	pid_t tid = k->wait(k, -1, status, WNOHANG);

	run->pacing.at_once = tid > 0 ? run->pacing.at_once + 1 : 0;
	if (tid == 0)
		tid = wait_briefly(run, status);
	hear_listeners(run, tid);
	/* Who is no child of ours and not traced is known by its listener alone. */
	if (tid == 0 || (tid == -ECHILD && run->listeners > 0))
		tid = sleep_for_any(run, status);
	if (tid > 0)
		note_stop(&run->pacing, k->now(k), run->request.tuning.poll_pace);
	return tid;
}

int waits_next_of(struct run *run, pid_t tid, int *status)
{
	for (;;) {
		pid_t got = wait_any(run, status);
		if (got == tid)
			return 0;
		if (got > 0)
			waits_keep(run, got, *status);
		else if (got == -EINTR)
			due_on_tick(run); /* whoever wants to end it all must be able to */
		else if (got < 0)
			return got;
		if (run_has_failed(run))
			return -EIO;
	}
}

/*
 * All that have something to report now, each once: the kernel shows a tracer first who was traced last, and
 * whoever makes calls without a pause has the next one to report before we are through with this one. Those
 * who were traced before would wait for ever. Not before so many reports in a row were there at once: where
 * there is none for a moment, nobody waits.
 */
static void take_turns(struct run *run)
{
	int status;
	pid_t tid;

	while ((tid = run->kernel->wait(run->kernel, -1, &status, WNOHANG)) > 0) {
		run->pacing.stops++;
		run->pacing.unheard++;
		run->pacing.pace -= run->pacing.pace / 8;
		waits_keep(run, tid, status);
	}
}

pid_t waits_next(struct run *run, int *status)
{
	for (;;) {
		pid_t tid = take_kept(&run->queue, status);
		if (tid != 0)
			return tid;
		tid = wait_any(run, status);
		if (tid <= 0 || run->pacing.at_once < CROWDED)
			return tid;
		waits_keep(run, tid, *status);
		take_turns(run);
	}
}

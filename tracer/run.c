#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

/* How often it is counted who was let go. */
#define COUNT_SECONDS 2.0

void run_init(struct run *run, struct kernel *kernel, const struct observer *observer, void *data)
{
	memset(run, 0, sizeof(*run));
	run->kernel = kernel;
	run->observer = observer;
	run->data = data;
	run->main.error_pipe = -1;
	run->start = kernel->now(kernel);
	run->request.tuning = tuning_default;
	sysset_init(&run->learnt.calls);
}

void run_release(struct run *run)
{
	tasks_release(&run->tasks);
	sysset_release(&run->learnt.calls);
	watch_release(&run->learnt.watch);
	programs_release(&run->learnt.programs);
	free(run->queue.items);
	run->queue.items = NULL;
	err_done(&run->trouble);
	err_done(&run->failure);
	if (run->main.error_pipe >= 0)
		(void)close(run->main.error_pipe);
	run->main.error_pipe = -1;
}

double run_time(const struct run *run)
{
	return run->kernel->now(run->kernel) - run->start;
}

void run_note_trouble(struct run *run, int error, const char *what, pid_t tid)
{
	if (run->trouble.msg == NULL)
		(void)err_sys(&run->trouble, -error, "%s on thread %d", what, (int)tid);
}

void run_fail(struct run *run, int error, const char *what, pid_t tid)
{
	if (run->failure.msg == NULL)
		(void)err_sys(&run->failure, -error, "cannot go on: %s on thread %d", what,
			      (int)tid);
}

bool run_has_failed(const struct run *run)
{
	return run->failure.msg != NULL;
}

void run_enter_phase(struct run *run, struct task *task, enum phase_event event)
{
	enum phase before = task->phase;

	if (phase_move(&task->phase, event))
		return;
	cleanup_free char *what =
		xasprintf("%s in phase '%s'", phase_event_name(event), phase_name(before));
	run_note_trouble(run, -EINVAL, what, task->tid);
}

void run_enter_sieve_state(struct run *run, struct process *process, enum sieve_event event)
{
	enum sieve_state before = process->sieve.state;

	if (sieve_state_move(&process->sieve.state, event))
		return;
	cleanup_free char *what =
		xasprintf("%s while %s", sieve_event_name(event), sieve_state_name(before));
	run_note_trouble(run, -EINVAL, what, process->tgid);
}

void run_tell_gap(struct run *run, enum gap_kind kind, const char *detail)
{
	run->observer->gap(run->data, run_time(run), kind, detail);
}

/* `*name` is the survivor's, and owned by the caller. */
static struct survivors find_survivors(const struct run *run, char **name)
{
	const struct process *process = run->tasks.by_tgid;
	struct kernel *k = run->kernel;
	cleanup_free pid_t *untraced = NULL;
	size_t n = run->listeners > 0 ? k->let_go(k, run->host.filters, &untraced) : 0;
	pid_t pid = process != NULL ? process->tgid : n > 0 ? untraced[0] : 0;

	*name = pid != 0 ? k->name(k, pid) : NULL;
	return (struct survivors){
		.threads = tasks_count(&run->tasks) + n,
		.processes = tasks_process_count(&run->tasks) + n,
		.pid = pid,
		.name = *name,
	};
}

void run_tell_outlived(struct run *run)
{
	cleanup_free char *name = NULL;
	struct survivors survivors = find_survivors(run, &name);

	if (survivors.threads > 0)
		run->observer->outlived(run->data, &survivors);
}

/* To look takes time, so that is done now and then. */
static size_t count_untraced(struct run *run)
{
	cleanup_free pid_t *pids = NULL;
	double now = run_time(run);

	if (run->listeners == 0)
		return 0;
	if (run->untraced.at <= 0 || now - run->untraced.at >= COUNT_SECONDS) {
		run->untraced.n = run->kernel->let_go(run->kernel, run->host.filters, &pids);
		run->untraced.at = now;
	}
	return run->untraced.n;
}

void run_tell_progress(struct run *run)
{
	cleanup_free char *name = NULL;
	struct survivors survivors;
	size_t untraced = count_untraced(run);
	struct progress progress = {
		.last_new = run->learnt.last_new,
		.calls = run->learnt.calls.n - run->learnt.known,
		.threads = tasks_count(&run->tasks) + untraced,
		.processes = tasks_process_count(&run->tasks) + untraced,
	};

	if (run->main.ended) {
		survivors = find_survivors(run, &name);
		progress.survivors = &survivors;
	}
	progress.t = run_time(run);
	run->observer->tick(run->data, &progress);
}

void run_signal_all(struct run *run, int sig)
{
	struct task *task, *next;

	HASH_ITER(hh, run->tasks.by_tid, task, next)
		if (task->process == NULL || task->process->tgid == task->tid)
			(void)run->kernel->kill(run->kernel, task->tid, sig);
	if (run->listeners == 0)
		return;
	cleanup_free pid_t *pids = NULL;
	size_t n = run->kernel->let_go(run->kernel, run->host.filters, &pids);
	for (size_t i = 0; i < n; i++)
		(void)run->kernel->kill(run->kernel, pids[i], sig);
}

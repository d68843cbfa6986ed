#include "attach.h"

#include <stdlib.h>

#include "cleanup.h"

/* The thread's stop is that of a new one: step() lets it go on as its process demands. */
static bool attach_thread(struct run *run, pid_t pid, pid_t tid)
{
	struct kernel *k = run->kernel;
	struct task *task = tasks_find(&run->tasks, tid);

	if (task == NULL) {
		if (k->attach(k, tid) < 0)
			return false;
		task = tasks_add(&run->tasks, tid, pid);
		/* It was counted when it was new, if it was traced then, and so was its process. */
		run->tasks.seen_tasks--;
		if (task->process != NULL && task->process->n_tasks == 1)
			run->tasks.seen_processes--;
	}
	if (task->process == NULL)
		return false;
	if (task->process->n_tasks == 1 && task->process->sieve.state == UNSIEVED) {
		task->process->has_parent = true;
		run_enter_sieve_state(run, task->process, NOTIFIER_MET);
	}
	task->process->sieve.own_filter = true;
	if (!task->interrupted)
		task->interrupted = k->interrupt(k, tid) == 0;
	return true;
}

void attach_own_filter(struct run *run, pid_t pid)
{
	struct kernel *k = run->kernel;
	size_t before = 0, attached = 0;

	/* A thread may make another one before it is attached, but none that is attached does. */
	do {
		cleanup_free pid_t *tids = NULL;
		size_t n = k->threads(k, pid, &tids);
		before = attached;
		attached = 0;
		for (size_t i = 0; i < n; i++)
			attached += attach_thread(run, pid, tids[i]);
	} while (attached > before);
}

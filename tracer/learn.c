#include "learn.h"

#include "alarm.h"
#include "alloc.h"

/* The kernel's own codes for "restart this call", never seen by the program: linux/errno.h. */
#define RESTART_FIRST (-516)
#define RESTART_LAST (-512)

bool learn_is_restart(int64_t result)
{
	return result >= RESTART_FIRST && result <= RESTART_LAST;
}

void learn_report(struct run *run, struct task *task)
{
	struct observation *o = task->pending;

	if (o == NULL)
		return;
	task->pending = NULL;
	run->tasks.n_pending--;
	run->observer->observed(run->data, o);
	observation_free(o);
}

void learn_report_overdue(struct run *run, double before)
{
	struct task *task, *next;

	HASH_ITER(hh, run->tasks.by_tid, task, next)
		if (task->pending != NULL && task->pending->t < before)
			learn_report(run, task);
}

/* The file is the same until the next exec. */
static void describe(struct run *run, struct task *task, uint64_t ip, struct observation *o)
{
	struct process *process = task->process;

	if (process != NULL && process->exe != NULL)
		o->exe = xstrdup(process->exe);
	run->kernel->describe(run->kernel, task->tid, ip, o);
	if (process != NULL && process->exe == NULL && o->exe != NULL)
		process->exe = xstrdup(o->exe);
}

void learn_begin(struct run *run, struct task *task, const struct abi *abi, int32_t nr, uint64_t ip)
{
	struct observation *o = xcalloc(1, sizeof(*o));

	/* Its exit was never reported: the thread went through a death of its old program. */
	learn_report(run, task);
	o->abi = abi;
	o->nr = nr;
	o->t = run_time(run);
	o->tid = task->tid;
	o->pid = task->process != NULL ? task->process->tgid : task->tid;
	describe(run, task, ip, o);
	run->learnt.last_new = o->t;
	task->pending = o;
	run->tasks.n_pending++;
	alarm_unnamed(run, task, abi, nr);
}

void learn_end(struct run *run, struct task *task, int64_t result)
{
	if (task->pending == NULL)
		return;
	if (!learn_is_restart(result)) {
		task->pending->has_result = true;
		task->pending->result = result;
	}
	learn_report(run, task);
}

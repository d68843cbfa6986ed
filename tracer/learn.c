#include "learn.h"

#include <stdlib.h>

#include "alloc.h"
#include "gap_raise.h"
#include "notified.h"

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

static struct observation *begin(struct run *run, const struct abi *abi, int32_t nr)
{
	struct observation *o = xcalloc(1, sizeof(*o));

	o->abi = abi;
	o->nr = nr;
	o->t = run->learnt.last_new = run_time(run);
	return o;
}

void learn_begin(struct run *run, struct task *task, const struct abi *abi, int32_t nr, uint64_t ip)
{
	struct observation *o = begin(run, abi, nr);

	/* Its exit was never reported: the thread went through a death of its old program. */
	learn_report(run, task);
	o->tid = task->tid;
	o->pid = task->process != NULL ? task->process->tgid : task->tid;
	describe(run, task, ip, o);
	task->pending = o;
	run->tasks.n_pending++;
	gap_raise_unnamed(run, gap_caller(task), abi, nr);
}

/* What it has taught counts for its program, of which later runs get their sieve at the start otherwise. */
static void note_program(struct run *run, pid_t tid)
{
	struct program_id id = {0};

	if (run->kernel->program(run->kernel, tid, &id) < 0)
		return;
	programs_get(&run->learnt.programs, id)->quiet_runs = 0;
	id.way = run->kernel->way(run->kernel, tid);
	programs_get(&run->learnt.programs, id)->quiet_runs = 0;
}

void learn_notified(struct run *run, int listener, const struct notification *n,
		    const struct abi *abi, int32_t nr)
{
	struct kernel *k = run->kernel;
	struct observation *o = begin(run, abi, nr);
	const struct caller caller = notified_caller(run, n);

	o->tid = n->tid;
	o->pid = caller.pid;
	if (n->tid > 0)
		k->describe(k, n->tid, n->instruction_pointer, o);
	if (k->is_waiting(k, listener, n->id)) {
		note_program(run, n->tid);
	} else {
		free(o->exe);
		free(o->comm);
		free(o->at);
		o->exe = o->comm = o->at = NULL;
		o->pid = o->tid;
	}
	run->observer->observed(run->data, o);
	observation_free(o);
	gap_raise_unnamed(run, caller, abi, nr);
}

bool learn_is_vsyscall(uint64_t ip)
{
	return (ip & ~UINT64_C(0xfff)) == UINT64_C(0xffffffffff600000);
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

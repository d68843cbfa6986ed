#include "births.h"

#include <errno.h>
#include <sys/ptrace.h>

#include "alarm.h"
#include "install.h"

/*
 * With after_filter it matters from which moment on a thread is under a filter of the workload's.
 * The kernel knows: it is born with its parent's, whichever event is reported first.
 */
static struct task *add_task(struct run *run, pid_t tid, pid_t tgid)
{
	struct task *task = tasks_add(&run->tasks, tid, tgid);

	if (run->request.after_filter)
		task->filtered = alarm_filtered(run, task);
	return task;
}

struct task *births_find(struct run *run, pid_t tid)
{
	struct kernel *k = run->kernel;
	struct task *task = tasks_find(&run->tasks, tid);

	if (task != NULL)
		return task;
	task = add_task(run, tid, k->in_process(k, tid, tid) ? tid : k->process_of(k, tid));
	if (task->process != NULL && task->process->n_tasks == 1)
		task->process->habits.quiet_since = run_time(run);
	return task;
}

/*
 * What a child process has from its parent. A sieve it has for certain only if the parent had it
 * when it was last let run: a sibling may have loaded it after the child was born. (Then the child is traced
 * until a call of it waits at a listener, or until it ends.)
 */
static void inherit(struct run *run, struct task *parent, struct task *child)
{
	struct process *process = child->process;

	if (process == NULL || process == parent->process || process->has_parent)
		return;
	process->has_parent = true;
	process->shares_memory = process->shares_memory || parent->births.shares_memory;
	if (parent->when_resumed == SIEVED)
		run_enter_sieve_state(run, process, SIEVE_INHERITED);
	else if (parent->when_resumed == LET_GO)
		run_enter_sieve_state(run, process, NOTIFIER_INHERITED);
	if (parent->process != NULL) {
		install_inherit(run, parent->process, process);
		process->sieve.own_filter =
			process->sieve.own_filter || parent->process->sieve.own_filter;
		process->sieve.set_no_new_privs = parent->process->sieve.set_no_new_privs;
	}
	habits_note_fork(&run->learnt.habits,
			 parent->process != NULL ? &parent->process->habits : NULL,
			 &process->habits, run_time(run));
}

void births_on_event(struct run *run, struct task *parent, int status)
{
	struct kernel *k = run->kernel;
	unsigned long message;

	parent->births.reported = true;
	parent->births.shares_memory =
		parent->births.shares_memory || status >> 16 == PTRACE_EVENT_VFORK;
	if (k->event_message(k, parent->tid, &message) < 0)
		return;
	pid_t tid = (pid_t)message;
	struct task *child = tasks_find(&run->tasks, tid);
	/*
	 * It may have stopped, run, died and been waited for before its parent's event was
	 * reported. An entry made now would stay for ever.
	 */
	if (child == NULL && k->kill(k, tid, 0) == -ESRCH)
		return;
	if (child == NULL || child->process == NULL) {
		struct process *process = parent->process;
		bool thread = process != NULL && k->in_process(k, process->tgid, tid);
		pid_t tgid = thread ? process->tgid : tid;
		if (child == NULL)
			child = add_task(run, tid, tgid);
		else
			tasks_set_process(&run->tasks, child, tgid);
	}
	inherit(run, parent, child);
}

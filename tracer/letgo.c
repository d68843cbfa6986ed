#include "letgo.h"

#include "learn.h"

void letgo_note_gone(void *data, struct task *task)
{
	struct run *run = data;

	learn_report(run, task);
	if (task_is_sieved(task) || (task->process != NULL && task->process->sieve.state == LET_GO))
		run->learnt.sieved++;
}

void letgo_forget(struct run *run, struct task *task)
{
	letgo_note_gone(run, task);
	tasks_remove(&run->tasks, task);
}

int letgo_detach(struct run *run, struct task *task, int sig)
{
	int r = run->kernel->detach(run->kernel, task->tid, sig);

	if (r < 0)
		return r;
	run->learnt.let_go++;
	letgo_forget(run, task);
	return 0;
}

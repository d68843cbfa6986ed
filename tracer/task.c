#include "task.h"

#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"

void observation_free(struct observation *o)
{
	if (o == NULL)
		return;
	free(o->exe);
	free(o->comm);
	free(o->at);
	free(o);
}

bool task_awaits_result(const struct task *task)
{
	return task->pending != NULL || task->awaits != WATCH_NOTHING;
}

void process_close_memory(struct process *process)
{
	if (process->memory > 0)
		(void)close(process->memory);
	process->memory = 0;
}

struct task *tasks_find(const struct tasks *tasks, pid_t tid)
{
	struct task *task;

	HASH_FIND_INT(tasks->by_tid, &tid, task);
	return task;
}

void tasks_set_process(struct tasks *tasks, struct task *task, pid_t tgid)
{
	struct process *process;

	if (task->process != NULL || tgid <= 0)
		return;
	HASH_FIND_INT(tasks->by_tgid, &tgid, process);
	if (process == NULL) {
		process = xcalloc(1, sizeof(*process));
		process->tgid = tgid;
		HASH_ADD_INT(tasks->by_tgid, tgid, process);
		tasks->seen_processes++;
	}
	process->n_tasks++;
	task->process = process;
}

struct task *tasks_add(struct tasks *tasks, pid_t tid, pid_t tgid)
{
	struct task *task = xcalloc(1, sizeof(*task));

	task->tid = tid;
	HASH_ADD_INT(tasks->by_tid, tid, task);
	tasks->seen_tasks++;
	tasks_set_process(tasks, task, tgid);
	return task;
}

static void leave_process(struct tasks *tasks, struct task *task)
{
	struct process *process = task->process;

	task->process = NULL;
	if (process == NULL || --process->n_tasks > 0)
		return;
	HASH_DEL(tasks->by_tgid, process);
	habits_note_end(&process->habits);
	process_close_memory(process);
	free(process->exe);
	free(process);
}

void tasks_remove(struct tasks *tasks, struct task *task)
{
	if (task->pending != NULL)
		tasks->n_pending--;
	observation_free(task->pending);
	HASH_DEL(tasks->by_tid, task);
	leave_process(tasks, task);
	free(task);
}

/* Removes the threads of a process, but for `survivor`. */
static void drop_threads(struct tasks *tasks, pid_t tgid, const struct task *survivor,
			 void (*gone)(void *data, struct task *task), void *data)
{
	struct task *task, *next;

	HASH_ITER(hh, tasks->by_tid, task, next) {
		bool member =
			task->tid == tgid || (task->process != NULL && task->process->tgid == tgid);
		if (task == survivor || !member)
			continue;
		gone(data, task);
		tasks_remove(tasks, task);
	}
}

void tasks_end_process(struct tasks *tasks, pid_t tgid, void (*gone)(void *data, struct task *task),
		       void *data)
{
	struct process *process;

	HASH_FIND_INT(tasks->by_tgid, &tgid, process);
	if (process != NULL)
		drop_threads(tasks, tgid, NULL, gone, data);
}

struct task *tasks_exec(struct tasks *tasks, pid_t old_tid, pid_t tid,
			void (*gone)(void *data, struct task *task), void *data)
{
	struct task *survivor = tasks_find(tasks, old_tid);

	if (survivor == NULL)
		survivor = tasks_add(tasks, old_tid, tid);
	tasks_set_process(tasks, survivor, tid);
	/* The usual case: a program of one thread. */
	if (old_tid == tid && survivor->process->n_tasks == 1)
		return survivor;
	drop_threads(tasks, tid, survivor, gone, data);
	if (old_tid != tid) {
		HASH_DEL(tasks->by_tid, survivor);
		survivor->tid = tid;
		HASH_ADD_INT(tasks->by_tid, tid, survivor);
	}
	return survivor;
}

size_t tasks_count(const struct tasks *tasks)
{
	return HASH_COUNT(tasks->by_tid);
}

size_t tasks_process_count(const struct tasks *tasks)
{
	return HASH_COUNT(tasks->by_tgid);
}

void tasks_release(struct tasks *tasks)
{
	struct task *task, *next;

	HASH_ITER(hh, tasks->by_tid, task, next)
		tasks_remove(tasks, task);
}

#include "memory.h"

#include <errno.h>

int memory_read(struct run *run, struct task *task, uint64_t address, void *data, size_t len)
{
	struct kernel *k = run->kernel;
	int r = k->read_memory(k, task->tid, address, data, len);

	if (r < 0 && r != -ESRCH && task->process != NULL && task->process->memory > 0)
		r = k->read_opened(k, task->process->memory, address, data, len);
	return r;
}

int memory_write(struct run *run, struct task *task, uint64_t address, const void *data, size_t len)
{
	struct kernel *k = run->kernel;
	int r = k->write_memory(k, task->tid, address, data, len);

	if (r < 0 && r != -ESRCH && task->process != NULL && task->process->memory > 0)
		r = k->write_opened(k, task->process->memory, address, data, len);
	return r;
}

void memory_keep(struct run *run, struct task *task)
{
	struct process *process = task->process;

	if (run->host.privileged || process == NULL || process->memory > 0)
		return;
	int fd = run->kernel->open_memory(run->kernel, task->tid);
	process->memory = fd > 0 ? fd : 0;
}

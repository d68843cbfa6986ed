/*
 * The memory of the workload, also that of a process that has closed it to us: one that makes itself not
 * dumpable can be looked at by a privileged tracer only, but a descriptor that was opened before stays.
 */
#ifndef TRACER_MEMORY_H
#define TRACER_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "run.h"

/* Errors as those of struct kernel's functions of these names. */
int memory_read(struct run *run, struct task *task, uint64_t address, void *data, size_t len);
int memory_write(struct run *run, struct task *task, uint64_t address, const void *data,
		 size_t len);

/* The process is about to change whether it is dumpable. */
void memory_keep(struct run *run, struct task *task);

#endif

/* The registers of a thread that we trace, and that stands: how each processor lets us at them. */
#ifndef TRACER_REGISTERS_H
#define TRACER_REGISTERS_H

#include <sys/types.h>

#include "arch.h"

/* All general ones. 0, or -errno; -EOPNOTSUPP for a program whose registers have another shape. */
int registers_get(pid_t tid, arch_registers *regs);
int registers_set(pid_t tid, const arch_registers *regs);

/* At a seccomp stop: see refuse_call() of struct kernel. */
int registers_refuse_call(pid_t tid);

#endif

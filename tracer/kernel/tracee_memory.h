/* The memory of a thread that we trace, and that stands. */
#ifndef TRACER_TRACEE_MEMORY_H
#define TRACER_TRACEE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads or writes exactly `len` bytes; 0, or an error as of read_memory() in struct kernel. */
int tracee_memory_access(pid_t tid, uint64_t address, void *data, size_t len, bool write);

/* The same through an open /proc/TID/mem. */
int tracee_memory_read_opened(int fd, uint64_t address, void *data, size_t len);
int tracee_memory_write_opened(int fd, uint64_t address, const void *data, size_t len);

#endif

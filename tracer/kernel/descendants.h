/*
 * The processes below this one that it does not trace, because it has let them go. Nobody reports their
 * births and deaths, so whoever wants to know asks /proc, which takes time. Orphans are below this process
 * once it has called descendants_adopt().
 */
#ifndef TRACER_DESCENDANTS_H
#define TRACER_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * From now on a process of the workload whose parent has died is a child of ours, and not of init; or (false)
 * it is not any more. 0 or -errno.
 */
int descendants_adopt(bool on);

/*
 * The living processes below this one that have more than so many seccomp filters, and that this one does not
 * trace: `*pids`, owned by the caller, and their number. Others are children that this process had before it
 * was what it is. 0 where there is no /proc.
 */
size_t descendants_list(long filters, pid_t **pids);

/* The threads of a process, in the same way. */
size_t descendants_threads(pid_t pid, pid_t **tids);

#endif

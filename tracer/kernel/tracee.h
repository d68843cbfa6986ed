/*
 * Who is ours, as the kernel has it and not as we remember it: a number that we remember may have
 * gone to a stranger since.
 */
#ifndef TRACER_TRACEE_H
#define TRACER_TRACEE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Is this process or thread traced by us, or below us? Also when it has died and was not waited for yet. May
 * be called in a signal handler. Without a /proc of our PID namespace, only our children and who is
 * traced.
 */
bool tracee_is_ours(pid_t tid);

/* Will waitpid() tell of it some day, as a tracee or as a child? One request, and no /proc. */
bool tracee_is_awaited(pid_t tid);

#endif

/*
 * The privileges that a program's file gives: set-user-ID, set-group-ID and capabilities. Who is traced
 * by a process without privileges does not get them.
 */
#ifndef TRACER_PRIVILEGES_H
#define TRACER_PRIVILEGES_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What is said where it can't be found out. */
#define PRIVILEGES_UNKNOWN "what its unreadable file may give, privileges among it,"

/* What the file at `path` gives and the thread does not have; NULL: nothing. */
const char *privileges_refused(pid_t tid, const char *path, const struct statx *st);

/* Are there any for the thread? Not in a user namespace that the workload has made: its other users are nobody. */
bool privileges_can_be(pid_t tid);

/*
 * At an exec: has the thread been refused any? Says which in `what`, which the caller frees.
 * `our_doing`: its no_new_privs was set by us.
 *
 * The file of a program that may be executed but not read (mode 4711) can't be asked for: its process
 * is closed to us. It is then looked for under the name that the process shows, and where it is not
 * found so, it is said that it may have had privileges.
 */
bool privileges_dropped(pid_t tid, bool our_doing, char **what);

#endif

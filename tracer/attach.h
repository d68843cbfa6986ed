/* Takes hold of processes that run untraced. */
#ifndef TRACER_ATTACH_H
#define TRACER_ATTACH_H

#include <sys/types.h>

#include "run.h"

/*
 * A process that was let go, at least in part, is about to load a filter of its own: all its threads are traced
 * from now on, for what that filter refuses does not come to a listener. They are interrupted, and none
 * makes another call before it has stopped. A thread that somebody else traces stays as it is.
 */
void attach_own_filter(struct run *run, pid_t pid);

#endif

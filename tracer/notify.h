/*
 * Serves the listeners of processes that were let go: a call that waits is looked at, learnt if it is new, and
 * goes on. It knows nothing of ptrace.
 */
#ifndef TRACER_NOTIFY_H
#define TRACER_NOTIFY_H

#include <stdbool.h>

#include "run.h"

/*
 * Serves one call, or closes one listener that nobody is left for. `sleep`: waits for one. 1: served; 0: there
 * was none, or a thread may have reported something meanwhile; -EINTR: something may be due.
 */
int notify_serve(struct run *run, bool sleep);

#endif

/*
 * The last that is seen of a thread by tracing it: its end, or that it is let go.
 */
#ifndef TRACER_LETGO_H
#define TRACER_LETGO_H

#include "run.h"

/* What is done before a thread's entry goes; `data` is the run. */
void letgo_note_gone(void *data, struct task *task);

/* The same, and its entry goes. */
void letgo_forget(struct run *run, struct task *task);

/*
 * Answers its stop by letting it go on untraced, with a signal or 0. Its entry goes. -ESRCH: it was killed, and
 * its death is still to be reported.
 */
int letgo_detach(struct run *run, struct task *task, int sig);

#endif

/* The loop: one status after another, from the start of the workload to the end of its last process. */
#ifndef TRACER_FOLLOW_H
#define TRACER_FOLLOW_H

#include "run.h"

/* Follows a workload that was started to its end; results and errors are those of tracer_run(). */
int follow(struct run *run, bool *exec_failed, struct err *err);

#endif

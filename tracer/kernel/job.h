/*
 * This process as a job of a shell: the shell is told when it stops, and continues it.
 */
#ifndef TRACER_JOB_H
#define TRACER_JOB_H

#include <stdbool.h>

/*
 * Stops this process as `sig` (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU) does, and returns when it was
 * continued. -ENOTTY: not stopped, because nobody waits for that: there is no terminal, or the
 * parent is no shell with job control, which gives each job a process group of its own. A process
 * that is stopped all the same could not be continued by those who know only of the workload's.
 * `asked`: the terminal's user wants it, so somebody above waits for it: su(1) and its like are in our
 * group and stop when their child has.
 */
int job_stop(int sig, bool asked);

#endif

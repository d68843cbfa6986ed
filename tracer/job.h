/*
 * This process as a job of a shell: the shell is told when it stops, and continues it.
 */
#ifndef TRACER_JOB_H
#define TRACER_JOB_H

/*
 * Stops this process as `sig` (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU) does, and returns when it was
 * continued. -ENOTTY: not stopped, because nobody waits for that: there is no terminal, or the
 * parent is no shell with job control, which gives each job a process group of its own. A process
 * that is stopped all the same could not be continued by those who know only of the workload's.
 */
int job_stop(int sig);

#endif

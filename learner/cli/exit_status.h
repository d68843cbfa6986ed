/* The status with which record exits: the workload's. */
#ifndef LEARNER_EXIT_STATUS_H
#define LEARNER_EXIT_STATUS_H

/* As a shell has the wait status: 128 + n for a signal. */
int status_of_shell(int wait_status);

/* Dies of the same signal, so that a shell above sees what it would have seen; else the status. */
int status_repeat(int wait_status);

/* Says why `name` could not be executed; 127 where it was not found, else 126, as env(1) has it. */
int status_of_exec(const char *name, int error);

#endif

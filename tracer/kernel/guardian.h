/*
 * Who answers when this process is dead: killed with SIGKILL, or crashed. Without a listener the kernel
 * refuses each call that waits there, and the workload would not survive us. So another process shares
 * our descriptors, does nothing while we live, and afterwards lets every call pass until nobody is left
 * who could make one.
 *
 * One for the process.
 */
#ifndef TRACER_GUARDIAN_H
#define TRACER_GUARDIAN_H

#include <sys/types.h>

/*
 * Makes it, no child of ours and in a session of its own. 0 or -errno. Again, when guardian_fd() has become
 * readable: then it has died itself.
 */
int guardian_start(void);

/* A pidfd of it; -1: there is none. */
int guardian_fd(void);

/* Ends it, and returns when it is gone. */
void guardian_stop(void);

/*
 * A thread is about to get a signal that the kernel takes for delivered: if we die now, the guardian sends it.
 * guardian_note_passed(): it has got it.
 */
void guardian_note_signal(pid_t tid, int sig);
void guardian_note_passed(void);

/*
 * A thread makes calls for us, and dies with us as long as that is so (PTRACE_O_EXITKILL): the guardian then
 * says that it did. 0: not any more.
 */
void guardian_note_injection(pid_t tid);

#endif

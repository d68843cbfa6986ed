/* A child with a seccomp filter that notifies: one of its calls waits at a listener until somebody answers. */
#ifndef TESTS_UNIT_NOTIFIED_H
#define TESTS_UNIT_NOTIFIED_H

#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* The call; it is made with NOTIFIED_ARGUMENT, and then has no effect. */
#define NOTIFIED_CALL SYS_getsid
#define NOTIFIED_ARGUMENT 0

struct notified {
	pid_t pid;
	int fd;   /* its listener, among its own descriptors */
	int pipe; /* to and from it */
};

/* Skips the test, with a reason, where the kernel has no such filters. */
void notified_start(struct notified *n);

/* It makes the call. What came of it, when that is known; -1 with errno ETIME: not within a minute. */
void notified_call(const struct notified *n);
long notified_result(const struct notified *n);

/* Its first thread ends; another one lives on. */
void notified_leave_leader(const struct notified *n);

/* Kills it, and (notified_end) waits for it. */
void notified_kill(const struct notified *n);
void notified_end(const struct notified *n);

/* Waits until a process has ended, by its pidfd, or a call waits at a listener. False: not within a minute. */
bool notified_wait_for(int pidfd);

#endif

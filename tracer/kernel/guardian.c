#include "guardian.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "listener.h"

/* What both see. Written by the learner only, but for `pid`. */
struct shared {
	volatile pid_t pid; /* the guardian's */
	volatile pid_t tid; /* who is about to get `sig`; 0: nobody */
	volatile int sig;
	volatile pid_t injecting; /* who makes calls for the learner; 0: nobody */
};

static struct {
	struct shared *shared;
	int learner; /* a pidfd of this process */
	int fd;      /* ... and of the guardian */
} state = {.learner = -1, .fd = -1};

static int map_shared(void)
{
	if (state.shared != NULL)
		return 0;
	void *page = mmap(NULL, sizeof(*state.shared), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -errno;
	state.shared = page;
	return 0;
}

/* As fork(2), but with the same descriptors, and no more. */
static pid_t fork_with_descriptors(unsigned long exit_signal)
{
	return (pid_t)syscall(SYS_clone, CLONE_FILES | exit_signal, NULL, NULL, NULL, NULL);
}

static void wait_for(int pidfd)
{
	struct pollfd polled = {.fd = pidfd, .events = POLLIN};

	while (poll(&polled, 1, -1) < 0 && errno == EINTR)
		;
}

/*
 * The learner's output may be a pipe, whose reader waits for its end. From here on the descriptors are ours
 * alone. Returns how many listeners there are: one that was taken, but not yet polled, is polled from now on.
 */
static size_t keep_listeners(int epoll)
{
	long max = sysconf(_SC_OPEN_MAX);
	size_t n = 0;

	for (int fd = 0; fd < (max > 0 && max < 65536 ? (int)max : 65536); fd++) {
		if (fd == epoll)
			continue;
		if (!listener_is_one(fd)) {
			(void)close(fd);
			continue;
		}
		struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 || errno == EEXIST)
			n++;
	}
	return n;
}

/* One at a time: it is soon over, or has all the time in the world. */
static void serve(int epoll, size_t n)
{
	struct epoll_event event;
	struct notification call;

	while (n > 0) {
		int r = epoll_wait(epoll, &event, 1, -1);
		if (r < 0 && errno != EINTR)
			return;
		if (r != 1)
			continue;
		if ((event.events & EPOLLIN) == 0) {
			(void)epoll_ctl(epoll, EPOLL_CTL_DEL, event.data.fd, NULL);
			(void)close(event.data.fd);
			n--;
		} else if (listener_receive(event.data.fd, &call) == 0) {
			(void)listener_answer(event.data.fd, call.id);
		}
	}
}

/*
 * The signal's stop was reported to the learner, which died before it passed the signal on: nobody else knows
 * of it. SIGCHLD, for a shell that waits for it, is the usual one.
 */
static void pass_signal_on(const struct shared *shared)
{
	if (shared->tid != 0)
		(void)syscall(SYS_tkill, shared->tid, shared->sig);
}

static void tell_of_injection(const struct shared *shared)
{
	if (shared->injecting != 0)
		(void)dprintf(STDERR_FILENO,
			      "seccomp-learn: was killed while process %d was made to load a "
			      "filter: that one was killed, too\n",
			      (int)shared->injecting);
}

static _Noreturn void guard(const struct shared *shared, int learner, int epoll)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setsid();
	/* Whoever wants to unmount a file system need not wait for us; and if it fails, it does. */
	if (chdir("/") < 0)
		errno = 0;
	(void)prctl(PR_SET_NAME, "learn-guardian");
	wait_for(learner);
	pass_signal_on(shared);
	tell_of_injection(shared);
	listener_answer_last();
	serve(epoll, keep_listeners(epoll));
	_exit(0);
}

/* Twice, so that it is no child of ours: waitpid() would never say that there are none left. */
static int fork_twice(int learner, int epoll)
{
	pid_t middle = fork_with_descriptors(SIGCHLD);

	if (middle < 0)
		return -errno;
	if (middle == 0) {
		pid_t pid = fork_with_descriptors(0);
		if (pid == 0)
			guard(state.shared, learner, epoll);
		state.shared->pid = pid;
		_exit(0);
	}
	while (waitpid(middle, NULL, __WALL) < 0 && errno == EINTR)
		;
	return 0;
}

int guardian_start(void)
{
	if (state.fd >= 0)
		(void)close(state.fd);
	state.fd = -1;
	int r = map_shared();
	if (r < 0)
		return r;
	/* Both must be there before the fork: later ones have numbers that the guardian does not know. */
	int epoll = listener_share();
	if (epoll < 0)
		return epoll;
	if (state.learner < 0)
		state.learner = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (state.learner < 0)
		return -errno;
	state.shared->pid = -1;
	r = fork_twice(state.learner, epoll);
	if (r == 0 && state.shared->pid > 0)
		state.fd = (int)syscall(SYS_pidfd_open, state.shared->pid, 0);
	return state.fd >= 0 ? 0 : r < 0 ? r : -EAGAIN;
}

int guardian_fd(void)
{
	return state.fd;
}

void guardian_stop(void)
{
	if (state.fd < 0)
		return;
	if (syscall(SYS_pidfd_send_signal, state.fd, SIGKILL, NULL, 0) == 0)
		wait_for(state.fd);
	(void)close(state.fd);
	state.fd = -1;
}

void guardian_note_signal(pid_t tid, int sig)
{
	if (state.shared == NULL)
		return;
	state.shared->sig = sig;
	state.shared->tid = tid;
}

void guardian_note_passed(void)
{
	if (state.shared != NULL)
		state.shared->tid = 0;
}

void guardian_note_injection(pid_t tid)
{
	/* The first thread that does so does it before there is a guardian: that one is made meanwhile. */
	if (map_shared() == 0)
		state.shared->injecting = tid;
}

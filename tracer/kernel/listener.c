#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

/* Newer than the headers of Debian 12. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* Linux 6.9 */
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64) /* Linux 6.6 */
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

/*
 * So many are polled one by one: epoll wakes us on another processor, poll on that of the thread that waits,
 * which is sleeping from then on (SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP).
 */
#define POLLED_MAX 16

/*
 * The call that was received last, in memory that is shared with whoever serves after our death. Once the kernel
 * has told of a call it does so no more: had we received one and were killed before the answer, and nobody
 * knew of it, it would wait for ever. The kernel writes here itself, before a signal that kills us is
 * looked at, so there is no moment in between.
 */
struct received {
	volatile int listener;
	/* May be longer in a newer kernel, which asks for zeros. */
	union {
		struct seccomp_notif notif;
		char room[256];
	};
};

static struct {
	int epoll;
	struct received *received;
	int *fds; /* all listeners */
	size_t n, cap;
} state = {.epoll = -1};

bool listener_supported(void)
{
	const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC |
				    SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
				    SECCOMP_FILTER_FLAG_SPEC_ALLOW |
				    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

	/* No program is loaded: the flags are looked at first, and then where the program should be. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL) < 0 && errno == EFAULT;
}

bool listener_is_one(int fd)
{
	uint64_t none = 0;

	/* Others do not know that request, and a listener no call of that number. */
	return ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &none) < 0 && errno == ENOENT;
}

static int open_pidfd(pid_t tid, pid_t tgid)
{
	/* Descriptors belong to a thread, which may have unshared them from the others. */
	int fd = (int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD);

	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_pidfd_open, tgid, 0);
	return fd < 0 ? -errno : fd;
}

int listener_can_take(pid_t tgid)
{
	cleanup_close int pidfd = (int)syscall(SYS_pidfd_open, tgid, 0);

	if (pidfd < 0)
		return -errno;
	/* It need not have that descriptor: the right to take one is asked for first. */
	cleanup_close int fd = (int)syscall(SYS_pidfd_getfd, pidfd, 0, 0);
	if (fd < 0 && errno != EBADF)
		return -errno;
	/* Room for the pidfd, the listener, and what serving it opens. */
	cleanup_close int room = fcntl(pidfd, F_DUPFD_CLOEXEC, 0);
	cleanup_close int more = fcntl(pidfd, F_DUPFD_CLOEXEC, 0);
	return room < 0 || more < 0 ? -EMFILE : 0;
}

static int listener_epoll(void)
{
	if (state.epoll < 0)
		state.epoll = epoll_create1(EPOLL_CLOEXEC);
	return state.epoll < 0 ? -errno : state.epoll;
}

static int map_received(void)
{
	if (state.received != NULL)
		return 0;
	void *page = mmap(NULL, sizeof(*state.received), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -errno;
	state.received = page;
	return 0;
}

int listener_share(void)
{
	int r = map_received();

	return r < 0 ? r : listener_epoll();
}

static int add_to_epoll(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	int epoll = listener_share();

	if (epoll < 0)
		return epoll;
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int listener_take(pid_t tid, pid_t tgid, int fd)
{
	uint64_t flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
	cleanup_close int pidfd = open_pidfd(tid, tgid);

	if (pidfd < 0)
		return pidfd;
	cleanup_close int taken = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (taken < 0)
		return -errno;
	if (!listener_is_one(taken))
		return -EBADF;
	int r = add_to_epoll(taken);
	if (r < 0)
		return r;
	/* Older kernels do without. */
	(void)ioctl(taken, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags);
	xgrow(&state.fds, state.n, &state.cap, sizeof(*state.fds));
	state.fds[state.n++] = taken;
	return take_fd(&taken);
}

static enum listener_news news_of(short events)
{
	return (events & POLLIN) != 0                ? LISTENER_CALL
	       : (events & (POLLHUP | POLLERR)) != 0 ? LISTENER_GONE
						     : LISTENER_QUIET;
}

/* From the one that was last on, so that a busy one does not keep the others waiting. */
static enum listener_news choose(const struct pollfd *polled, size_t n, int *listener)
{
	static size_t next;

	for (size_t i = 0; i < n; i++) {
		size_t at = (next + i) % n;
		enum listener_news news = news_of(polled[at].revents);
		if (news == LISTENER_QUIET)
			continue;
		*listener = polled[at].fd;
		next = at + 1;
		return news;
	}
	return LISTENER_QUIET;
}

static enum listener_news choose_by_epoll(int *listener)
{
	struct epoll_event event;

	if (epoll_wait(state.epoll, &event, 1, 0) != 1)
		return LISTENER_QUIET;
	*listener = event.data.fd;
	return news_of((short)event.events);
}

/* The mask with which to sleep: SIGCHLD gets through. */
static const sigset_t *sleeping_mask(void)
{
	static sigset_t mask;
	static bool known;

	/* It does not change while a workload is followed. */
	if (!known)
		(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	known = true;
	(void)sigdelset(&mask, SIGCHLD);
	return &mask;
}

int listener_poll(bool wait, int guard, int *listener)
{
	struct pollfd polled[POLLED_MAX + 1];
	static const struct timespec at_once;
	bool each = state.n <= POLLED_MAX;
	nfds_t n = 0;

	for (size_t i = 0; each && i < state.n; i++)
		polled[n++] = (struct pollfd){.fd = state.fds[i], .events = POLLIN};
	if (!each)
		polled[n++] = (struct pollfd){.fd = state.epoll, .events = POLLIN};
	polled[n] = (struct pollfd){.fd = guard, .events = POLLIN};
	int r = ppoll(polled, n + 1, wait ? NULL : &at_once, wait ? sleeping_mask() : NULL);
	if (r <= 0)
		return r < 0 ? -errno : LISTENER_QUIET;
	if (polled[n].revents != 0)
		return LISTENER_GUARD;
	return (int)(each ? choose(polled, n, listener) : choose_by_epoll(listener));
}

int listener_receive(int listener, struct notification *n)
{
	struct received *received = state.received;
	const struct seccomp_notif *notif = &received->notif;

	memset(received->room, 0, sizeof(received->room));
	received->listener = listener;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received->notif) < 0)
		return -errno;
	*n = (struct notification){
		.id = notif->id,
		.tid = (pid_t)notif->pid,
		.arch = notif->data.arch,
		.nr = notif->data.nr,
		.instruction_pointer = notif->data.instruction_pointer,
	};
	memcpy(n->args, notif->data.args, sizeof(n->args));
	return 0;
}

int listener_answer(int listener, uint64_t id)
{
	union {
		struct seccomp_notif_resp answer;
		char room[256];
	} buffer;

	memset(&buffer, 0, sizeof(buffer));
	buffer.answer.id = id;
	buffer.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &buffer) < 0 ? -errno : 0;
}

void listener_answer_last(void)
{
	if (state.received != NULL && state.received->notif.id != 0)
		(void)listener_answer(state.received->listener, state.received->notif.id);
}

bool listener_is_waiting(int listener, uint64_t id)
{
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void listener_close(int listener)
{
	for (size_t i = 0; i < state.n; i++)
		if (state.fds[i] == listener)
			state.fds[i] = state.fds[--state.n];
	/* A process that was made while it was taken out of its thread may have it, too, and keep it there. */
	(void)epoll_ctl(state.epoll, EPOLL_CTL_DEL, listener, NULL);
	(void)close(listener);
	if (state.n == 0) {
		free(state.fds);
		state.fds = NULL;
		state.cap = 0;
	}
}

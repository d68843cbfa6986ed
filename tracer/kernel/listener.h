/*
 * The listeners of sieves that notify: descriptors at which a call waits until we have looked at it
 * (seccomp_unotify(2)). All of this process's are kept here, in one epoll(7) descriptor, so that
 * another process that shares our descriptors can serve them when we are dead: guardian.h.
 *
 * One set for the process.
 */
#ifndef TRACER_LISTENER_H
#define TRACER_LISTENER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Flags that <linux/seccomp.h> of a build may lack. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* A call that waits. */
struct notification {
	uint64_t id;
	pid_t tid; /* 0: its thread has no number in our PID namespace */
	uint32_t arch;
	int nr;
	uint64_t instruction_pointer;
	uint64_t args[6];
};

/*
 * Can a filter be loaded into all threads with a listener, and a call that waits be broken off by a fatal
 * signal only? (Linux 5.19; a filter on this process may refuse to say.) Asked by trying it.
 */
bool listener_supported(void);

/* Could a listener of that process be taken now? 0 or -errno. */
int listener_can_take(pid_t tgid);

/*
 * Takes descriptor `fd` of a thread, a listener, over into this process. Its number here, or -errno, also
 * when it is no listener. Then it is one of those that are polled.
 */
int listener_take(pid_t tid, pid_t tgid, int fd);

/* What listener_poll() has found. */
enum listener_news {
	LISTENER_QUIET, /* nothing */
	LISTENER_CALL,  /* a call waits at `*listener` */
	LISTENER_GONE,  /* nobody is left who could make one there: it is to be closed */
	LISTENER_GUARD, /* `guard` has become readable */
};

/*
 * Is there a call that waits? With `wait`, sleeps until there is one, or a signal comes (-EINTR): SIGCHLD, too,
 * which must be blocked otherwise and have a handler. `guard`: a descriptor that is polled as well; -1: none.
 */
int listener_poll(bool wait, int guard, int *listener);

/* -ENOENT: its call waits no more. -EINTR: a signal came first. */
int listener_receive(int listener, struct notification *n);

/* Lets the call go on, as if nothing had been. -ENOENT as above. */
int listener_answer(int listener, uint64_t id);

/* Does it still wait, and is its thread still the one that it was? */
bool listener_is_waiting(int listener, uint64_t id);

void listener_close(int listener);

/*
 * Makes what another process needs that is to serve in our place: to be called before that one is forked. The
 * epoll descriptor, or -errno. Twice does no harm.
 */
int listener_share(void);

/* By that other process: answers the call that was received last, which may not have been. */
void listener_answer_last(void);

/* Is the descriptor a listener? */
bool listener_is_one(int fd);

#endif

#include "letting_go.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "descendants.h"
#include "guardian.h"
#include "proc.h"
#include "ticker.h"

/*
 * The guardian is an orphan, too: waitpid() would never say that there are no children left if it were one. Who
 * becomes one just then, when a guardian that was killed is replaced, is missed by waitpid(), but not at its
 * listener.
 */
static int make_guardian(void)
{
	int r = descendants_adopt(false);

	if (r == 0)
		r = guardian_start();
	int adopted = descendants_adopt(true);
	return r < 0 ? r : adopted;
}

static int linux_attach(struct kernel *k, pid_t tid)
{
	(void)k;
	return kernel_seize(tid, true, false);
}

static size_t linux_threads(struct kernel *k, pid_t pid, pid_t **tids)
{
	(void)k;
	return descendants_threads(pid, tids);
}

/* Each process that gets its own sieve has a listener, as those of a big make do. The workload has its limit. */
static void allow_many_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	/* Where it is refused, those beyond it have a sieve that traces. */
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		errno = 0;
}

/* With the first process of a PID namespace all others die, so that nobody is left to be guarded. */
static int linux_guard(struct kernel *k)
{
	(void)k;
	if (guardian_fd() >= 0 || getpid() == 1)
		return 0;
	allow_many_descriptors();
	return make_guardian();
}

static void linux_injecting(struct kernel *k, pid_t tid)
{
	(void)k;
	guardian_note_injection(tid);
}

static int linux_can_listen(struct kernel *k, pid_t tgid)
{
	(void)k;
	return listener_can_take(tgid);
}

static int linux_take_listener(struct kernel *k, pid_t tid, pid_t tgid, int fd)
{
	(void)k;
	return listener_take(tid, tgid, fd);
}

static void linux_close_listener(struct kernel *k, int listener)
{
	(void)k;
	listener_close(listener);
}

static int linux_receive(struct kernel *k, int listener, struct notification *n)
{
	(void)k;
	return listener_receive(listener, n);
}

static int linux_answer(struct kernel *k, int listener, uint64_t id)
{
	(void)k;
	return listener_answer(listener, id);
}

static bool linux_is_waiting(struct kernel *k, int listener, uint64_t id)
{
	(void)k;
	return listener_is_waiting(listener, id);
}

static int linux_poll(struct kernel *k, bool sleep, int *listener)
{
	(void)k;
	int news = listener_poll(sleep, guardian_fd(), listener);

	/* SIGCHLD is the usual one: somebody has something to report. */
	if (news == -EINTR && !ticker_went_off())
		return LISTENER_QUIET;
	if (news != LISTENER_GUARD)
		return news;
	/* Somebody has killed it. Without another one we are as good as before it. */
	(void)make_guardian();
	return LISTENER_QUIET;
}

static size_t linux_let_go(struct kernel *k, long filters, pid_t **pids)
{
	(void)k;
	return descendants_list(filters, pids);
}

static bool linux_is_stopped(struct kernel *k, pid_t pid)
{
	(void)k;
	return proc_is_job_stopped(pid);
}

static bool linux_exec_drops(struct kernel *k, pid_t tid, bool at, const uint64_t args[6],
			     struct exec_refusal *refusal)
{
	(void)k;
	return exec_file_drops(tid, at, args, refusal);
}

void letting_go_fill(struct kernel *k)
{
	k->attach = linux_attach;
	k->threads = linux_threads;
	k->guard = linux_guard;
	k->injecting = linux_injecting;
	k->can_listen = linux_can_listen;
	k->take_listener = linux_take_listener;
	k->close_listener = linux_close_listener;
	k->receive = linux_receive;
	k->answer = linux_answer;
	k->is_waiting = linux_is_waiting;
	k->poll = linux_poll;
	k->let_go = linux_let_go;
	k->is_stopped = linux_is_stopped;
	k->exec_drops = linux_exec_drops;
}

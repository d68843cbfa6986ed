#include "notified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "listener.h"

#define LIMIT_MS 60000

static int load(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOTIFIED_CALL, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = 4, .filter = insns};

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER |
				    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			    &program);
}

static void *stay(void *data)
{
	for (;;)
		(void)pause();
	return data;
}

static void obey(char order, int pipe)
{
	pthread_t thread;

	if (order == 'c') {
		long result = syscall(NOTIFIED_CALL, NOTIFIED_ARGUMENT);
		if (write(pipe, &result, sizeof(result)) < 0)
			_exit(1);
	} else if (order == 'l' && pthread_create(&thread, NULL, stay, NULL) == 0) {
		if (write(pipe, "", 1) == 1)
			(void)syscall(SYS_exit, 0);
	}
}

static _Noreturn void live(int pipe)
{
	char order;
	int fd = load();

	(void)alarm(LIMIT_MS / 1000 * 2);
	if (write(pipe, &fd, sizeof(fd)) < 0)
		_exit(1);
	while (read(pipe, &order, 1) == 1)
		obey(order, pipe);
	_exit(0);
}

void notified_start(struct notified *n)
{
	int ends[2];

	if (!listener_supported()) {
		print_message("this kernel has no listeners that wait for a fatal signal only\n");
		skip();
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	n->pid = fork();
	assert_true(n->pid >= 0);
	if (n->pid == 0) {
		(void)close(ends[0]);
		live(ends[1]);
	}
	(void)close(ends[1]);
	n->pipe = ends[0];
	assert_int_equal(read(n->pipe, &n->fd, sizeof(n->fd)), sizeof(n->fd));
	assert_true(n->fd >= 0);
}

void notified_call(const struct notified *n)
{
	assert_int_equal(write(n->pipe, "c", 1), 1);
}

static bool wait_for(int fd)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};

	return poll(&polled, 1, LIMIT_MS) == 1;
}

long notified_result(const struct notified *n)
{
	long result;

	if (wait_for(n->pipe) && read(n->pipe, &result, sizeof(result)) == sizeof(result))
		return result;
	errno = ETIME;
	return -1;
}

void notified_leave_leader(const struct notified *n)
{
	char byte;

	assert_int_equal(write(n->pipe, "l", 1), 1);
	assert_int_equal(read(n->pipe, &byte, 1), 1);
}

void notified_kill(const struct notified *n)
{
	(void)kill(n->pid, SIGKILL);
}

void notified_end(const struct notified *n)
{
	notified_kill(n);
	(void)waitpid(n->pid, NULL, 0);
	(void)close(n->pipe);
}

bool notified_wait_for(int pidfd)
{
	return wait_for(pidfd);
}

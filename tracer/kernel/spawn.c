#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "kernel.h"
#include "own.h"
#include "proc.h"

/*
 * The child waits for a byte before it executes anything. A parent that dies before it has sent
 * one closes the pipe, and the child leaves instead of running untraced. This is why neither
 * PTRACE_TRACEME nor raise(SIGSTOP) is used: the first can't follow job control, the second can
 * leave a stopped orphan and shows the workload a SIGCONT.
 */
static _Noreturn void child(char *const argv[], const sigset_t *mask, int go, int error_pipe)
{
	char byte;
	ssize_t n;

	do
		n = read(go, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(125);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	(void)execvp(argv[0], argv);
	int error = errno;
	n = write(error_pipe, &error, sizeof(error));
	_exit(n == (ssize_t)sizeof(error) ? 127 : 125);
}

/* Yama's setting, or -1 when this kernel has none. */
static int yama_scope(void)
{
	int scope = -1;
	cleanup_file FILE *f = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");

	if (f != NULL && fscanf(f, "%d", &scope) != 1)
		scope = -1;
	return scope;
}

static int explain_refusal(int error, pid_t pid, struct err *err)
{
	long tracer = proc_status_number(pid, "TracerPid");
	int scope = yama_scope();

	if (tracer > 0)
		return err_set(err, EPERM,
			       "cannot trace: process %ld traces everything started here already "
			       "(a debugger, strace or another recording); end it first",
			       tracer);
	if (scope == 3)
		return err_set(err, EPERM,
			       "cannot trace: kernel.yama.ptrace_scope is 3, which "
			       "forbids ptrace until the next boot");
	if (scope == 2)
		return err_set(err, EPERM,
			       "cannot trace: kernel.yama.ptrace_scope is 2: run as "
			       "root or with CAP_SYS_PTRACE, or set it to 1");
	if (own_filtered())
		return err_sys(err, -error,
			       "cannot trace: this process is under a seccomp filter "
			       "that may refuse ptrace (an old container runtime?)");
	return err_sys(err, -error, "cannot trace a child");
}

/* Kills a child that could not be seized. It has executed nothing yet. */
static void abandon(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

int spawn(char *const argv[], const sigset_t *mask, bool seccomp, pid_t *pid, int *error_pipe,
	  struct err *err)
{
	int go[2], report[2];

	if (pipe2(go, O_CLOEXEC) < 0)
		return err_sys(err, errno, "cannot make a pipe");
	cleanup_close int go_read = go[0], go_write = go[1];
	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(err, errno, "cannot make a pipe");
	cleanup_close int report_read = report[0], report_write = report[1];

	pid_t forked = fork();
	if (forked < 0)
		return err_sys(err, errno, "cannot start a process");
	if (forked == 0) {
		/* Else it would keep its own gate open after the parent's death. */
		(void)close(go_write);
		child(argv, mask, go_read, report_write);
	}
	int r = kernel_seize(forked, seccomp);
	if (r < 0) {
		r = explain_refusal(r, forked, err);
		abandon(forked);
		return r;
	}
	ssize_t n;
	do
		n = write(go_write, "", 1);
	while (n < 0 && errno == EINTR);
	if (n != 1) {
		abandon(forked);
		return err_set(err, EIO, "the new process vanished before it was started");
	}
	*pid = forked;
	*error_pipe = take_fd(&report_read);
	return 0;
}

int spawn_exec_error(int error_pipe)
{
	int error = 0;
	ssize_t n;

	do
		n = read(error_pipe, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(error) ? error : 0;
}

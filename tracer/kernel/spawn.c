#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "kernel.h"
#include "own.h"
#include "proc.h"

/* What the child is to do. */
struct start {
	char *const *argv;
	sigset_t mask;
	int go_read, go_write, report_write;
};

/*
 * The child waits for a byte before it executes anything. A parent that dies before it has sent
 * one closes the pipe, and the child leaves instead of running untraced. This is why neither
 * PTRACE_TRACEME nor raise(SIGSTOP) is used: the first can't follow job control, the second can
 * leave a stopped orphan and shows the workload a SIGCONT.
 */
static int child(void *data)
{
	const struct start *start = data;
	char byte;
	ssize_t n;

	/* Else it would keep its own gate open after the parent's death. */
	(void)close(start->go_write);
	do
		n = read(start->go_read, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(125);
	(void)sigprocmask(SIG_SETMASK, &start->mask, NULL);
	(void)execvp(start->argv[0], start->argv);
	int error = errno;
	n = write(start->report_write, &error, sizeof(error));
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

/* What execvp(3) needs, but for the words of a command without "#!", which it puts there for a shell. */
#define STACK_LEAST (64UL * 1024)

/* As long as this the child may take to execute a program before we go on. */
#define EXEC_MS 1000

#if defined(__SANITIZE_ADDRESS__)
#define OWN_STACK false /* it knows of one stack for each thread */
#else
#define OWN_STACK true
#endif

/* The top of a stack for the child, or NULL. It stays: a child that has told its error is still on it. */
static char *make_stack(char *const argv[])
{
	size_t size = STACK_LEAST;

	for (char *const *word = argv; *word != NULL; word++)
		size += 16;
	char *stack = !OWN_STACK ? MAP_FAILED
				 : mmap(NULL, size, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	return stack != MAP_FAILED ? stack + size : NULL;
}

/*
 * Starts a child that shares our memory, because to copy that takes longer than all else here. So it may not
 * run when we do, as with vfork(2), which would not let us take hold of it:
 *
 *   the child waits at its gate     it fails in nothing, and so leaves our errno alone
 *   we take hold of it, open the gate, and wait
 *   it executes a program, or ends  our memory is ours again
 */
static pid_t start_child(const struct start *start)
{
	char *top = make_stack(start->argv);

	if (top != NULL) {
		/* With the stack, and not ours, which is another one's soon. */
		struct start *kept = (struct start *)(void *)top - 1;
		*kept = *start;
		char *base = (char *)kept - (uintptr_t)kept % 16;
		pid_t pid = clone(child, base, CLONE_VM | SIGCHLD, kept);
		if (pid >= 0)
			return pid;
	}
	pid_t pid = fork();
	if (pid == 0)
		(void)child((void *)(uintptr_t)start);
	return pid;
}

/* Until nobody but us has the pipe any more, which the child's exec closes, or it holds an error. */
static void await_exec(int report_read)
{
	struct pollfd report = {.fd = report_read, .events = POLLIN};

	(void)poll(&report, 1, EXEC_MS);
}

int spawn(char *const argv[], const sigset_t *mask, bool seccomp, bool exit_kill, pid_t *pid,
	  int *error_pipe, struct err *err)
{
	int go[2], report[2];

	if (pipe2(go, O_CLOEXEC) < 0)
		return err_sys(err, errno, "cannot make a pipe");
	cleanup_close int go_read = go[0], go_write = go[1];
	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(err, errno, "cannot make a pipe");
	cleanup_close int report_read = report[0], report_write = report[1];

	pid_t forked = start_child(&(struct start){.argv = argv,
						   .mask = *mask,
						   .go_read = go_read,
						   .go_write = go_write,
						   .report_write = report_write});
	if (forked < 0)
		return err_sys(err, errno, "cannot start a process");
	int r = kernel_seize(forked, seccomp, exit_kill);
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
	(void)close(take_fd(&report_write));
	await_exec(report_read);
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

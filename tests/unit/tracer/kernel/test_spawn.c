/* The workload's first process: what it executes, and what is known when it cannot. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "scratch.h"
#include "spawn.h"

/* Lets it run until it ends. */
static int status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		/* Of an event there is no signal. */
		long sig = status >> 16 == 0 ? WSTOPSIG(status) : 0;
		assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, sig), 0);
	}
	return status;
}

/* Its exit status; *error is why it could not be executed, or 0. As the tracer does, with signals blocked. */
static int run_with(char *const argv[], const sigset_t *mask, int *error)
{
	cleanup_close int error_pipe = -1;
	struct err err = {0};
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	int r = spawn(argv, mask != NULL ? mask : &before, false, false, &pid, &error_pipe, &err);
	if (r == -EPERM)
		skip();
	if (r < 0)
		fail_msg("%s", err_text(&err));
	int status = status_of(pid);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	*error = spawn_exec_error(error_pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define RUN(error, ...) run_with((char *const[]){__VA_ARGS__, NULL}, NULL, error)

static void a_program_runs(void **state)
{
	int error;

	(void)state;
	assert_int_equal(RUN(&error, (char *)"sh", (char *)"-c", (char *)"exit 7"), 7);
	assert_int_equal(error, 0);
}

static void why_it_does_not(void **state)
{
	int error;

	(void)state;
	put("text", "exit 3\n");
	assert_int_equal(chmod("text", 0644), 0);
	assert_int_equal(RUN(&error, (char *)"no-such-program-at-all"), 127);
	assert_int_equal(error, ENOENT);
	assert_int_equal(RUN(&error, (char *)"./text/x"), 127);
	assert_int_equal(error, ENOTDIR);
	assert_int_equal(RUN(&error, (char *)"./text"), 127);
	assert_int_equal(error, EACCES);
	/* One that may not be executed is told of only when there is no other. */
	cleanup_free char *path = xstrdup(getenv("PATH"));
	cleanup_free char *more = xasprintf("%s:/nowhere:%s", scratch, path);
	assert_int_equal(setenv("PATH", more, 1), 0);
	assert_int_equal(RUN(&error, (char *)"text"), 127);
	assert_int_equal(error, EACCES);
	put("true", "exit 9\n");
	assert_int_equal(chmod("true", 0644), 0);
	assert_int_equal(RUN(&error, (char *)"true"), 0);
	assert_int_equal(error, 0);
	assert_int_equal(setenv("PATH", path, 1), 0);
}

/* A shell gets a text without "#!": the words for it stand on the child's stack. */
static void a_text_with_many_words(void **state)
{
	enum { WORDS = 20000 };
	char **argv = xcalloc(WORDS + 2, sizeof(*argv));
	int error;

	(void)state;
	put("text", "[ $# -eq 20000 ] && exit 5\n");
	assert_int_equal(chmod("text", 0755), 0);
	argv[0] = (char *)"./text";
	for (int i = 1; i <= WORDS; i++)
		argv[i] = (char *)"w";
	assert_int_equal(run_with(argv, NULL, &error), 5);
	assert_int_equal(error, 0);
	free(argv);
}

/* It has the mask that it is given, and not the one that holds our signals back. */
static void its_signal_mask(void **state)
{
	sigset_t mask;
	int error;

	(void)state;
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGUSR1);
	char *const argv[] = {(char *)"grep", (char *)"-q", (char *)"^SigBlk:[[:blank:]]*0*200$",
			      (char *)"/proc/self/status", NULL};
	assert_int_equal(run_with(argv, &mask, &error), 0);
	assert_int_equal(error, 0);
}

/* Nothing of ours has changed, again and again: the memory is one only until there is a program. */
static void our_memory_is_ours(void **state)
{
	int error;

	(void)state;
	for (int i = 0; i < 50; i++) {
		cleanup_free char *text = xasprintf("exit %d", i);
		assert_int_equal(RUN(&error, (char *)"sh", (char *)"-c", text), i);
		assert_int_equal(error, 0);
		assert_int_equal(RUN(&error, (char *)"./nothing"), 127);
		assert_int_equal(error, ENOENT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_program_runs),         IN_SCRATCH(why_it_does_not),
		IN_SCRATCH(a_text_with_many_words), IN_SCRATCH(its_signal_mask),
		IN_SCRATCH(our_memory_is_ours),
	};

	/* One that may not be read makes execvp(3) answer that, and not that there is no such program. */
	assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
	return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}

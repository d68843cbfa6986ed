/* Which processes below this one were let go, and what becomes of orphans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "descendants.h"
#include "notified.h"
#include "own.h"
#include "proc.h"

#define LIMIT_SECONDS 60

static long filters;

static bool is_listed(pid_t pid)
{
	cleanup_free pid_t *pids = NULL;
	size_t n = descendants_list(filters, &pids), found = 0;

	for (size_t i = 0; i < n; i++)
		found += pids[i] == pid;
	assert_true(found <= 1);
	return found == 1;
}

static size_t count(void)
{
	cleanup_free pid_t *pids = NULL;

	return descendants_list(filters, &pids);
}

static pid_t start_plain(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	return pid;
}

static void end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Not those that have no filter: they were there before. */
static void children_with_filters(void **state)
{
	(void)state;
	struct notified one, two;

	notified_start(&one);
	notified_start(&two);
	pid_t plain = start_plain();
	assert_true(is_listed(one.pid));
	assert_true(is_listed(two.pid));
	assert_false(is_listed(plain));
	assert_false(is_listed(getpid()));
	assert_false(is_listed(getppid()));
	assert_int_equal(count(), 2);
	cleanup_free pid_t *pids = NULL;
	assert_int_equal(descendants_list(filters + 1, &pids), 0);
	notified_end(&one);
	assert_false(is_listed(one.pid));
	assert_int_equal(count(), 1);
	notified_end(&two);
	end(plain);
	assert_int_equal(count(), 0);
}

/* It is dead, though nobody has waited for it. */
static void zombies(void **state)
{
	(void)state;
	struct notified child;
	siginfo_t info;

	notified_start(&child);
	notified_kill(&child);
	assert_int_equal(waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT), 0);
	assert_false(is_listed(child.pid));
	notified_end(&child);
}

static char state_of(pid_t pid)
{
	cleanup_free char *value = NULL;

	if (proc_status_value(pid, "State", &value) < 0)
		return '?';
	return value[0];
}

/* It looks like a zombie, and lives as long as its other threads do. */
static void a_leader_that_has_ended(void **state)
{
	(void)state;
	struct notified child;

	notified_start(&child);
	notified_leave_leader(&child);
	while (state_of(child.pid) != 'Z')
		(void)usleep(1000);
	assert_true(is_listed(child.pid));
	notified_end(&child);
	assert_false(is_listed(child.pid));
}

static void not_who_is_traced(void **state)
{
	(void)state;
	struct notified child;

	notified_start(&child);
	if (ptrace(PTRACE_SEIZE, child.pid, NULL, NULL) < 0) {
		print_message("processes can't be traced here\n");
		notified_end(&child);
		skip();
	}
	assert_false(is_listed(child.pid));
	assert_int_equal(ptrace(PTRACE_INTERRUPT, child.pid, NULL, NULL), 0);
	assert_int_equal(waitpid(child.pid, NULL, __WALL), child.pid);
	assert_int_equal(ptrace(PTRACE_DETACH, child.pid, NULL, NULL), 0);
	assert_true(is_listed(child.pid));
	notified_end(&child);
}

/* Its parent waits for the end of `go`, and is no filtered process itself. */
static pid_t start_below(pid_t *middle, int *go)
{
	int ends[2], leave[2];
	struct notified child;
	pid_t pid = -1;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pipe(leave), 0);
	*middle = fork();
	assert_true(*middle >= 0);
	if (*middle == 0) {
		char byte;
		(void)close(leave[1]);
		notified_start(&child);
		/* Its pipe would tell it of our end. */
		(void)dup2(child.pipe, ends[0]);
		if (write(ends[1], &child.pid, sizeof(child.pid)) < 0)
			_exit(1);
		_exit(read(leave[0], &byte, 1) < 0);
	}
	(void)close(leave[0]);
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &pid, sizeof(pid)), sizeof(pid));
	(void)close(ends[0]);
	*go = leave[1];
	return pid;
}

static void deeper_ones(void **state)
{
	(void)state;
	pid_t middle;
	int go;
	struct notified probe;

	notified_start(&probe);
	notified_end(&probe);
	pid_t pid = start_below(&middle, &go);
	assert_true(is_listed(pid));
	assert_false(is_listed(middle));
	(void)kill(pid, SIGKILL);
	(void)close(go);
	assert_int_equal(waitpid(middle, NULL, 0), middle);
}

/* They are children of ours then, and reported as such. */
static void orphans(void **state)
{
	(void)state;
	pid_t middle;
	int go, status;
	struct notified probe;

	notified_start(&probe);
	notified_end(&probe);
	assert_int_equal(descendants_adopt(true), 0);
	pid_t pid = start_below(&middle, &go);
	/* Stopped, so that it does not see that its pipe has no other end. */
	(void)kill(pid, SIGSTOP);
	(void)close(go);
	assert_int_equal(waitpid(middle, NULL, 0), middle);
	assert_true(is_listed(pid));
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(descendants_adopt(false), 0);
	pid = start_below(&middle, &go);
	(void)kill(pid, SIGSTOP);
	(void)close(go);
	assert_int_equal(waitpid(middle, NULL, 0), middle);
	assert_false(is_listed(pid));
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_with_filters),
		cmocka_unit_test(zombies),
		cmocka_unit_test(a_leader_that_has_ended),
		cmocka_unit_test(not_who_is_traced),
		cmocka_unit_test(deeper_ones),
		cmocka_unit_test(orphans),
	};

	filters = own_filter_count();
	if (filters < 0) {
		print_message("how many filters a process has can't be seen here\n");
		return 0;
	}
	(void)alarm(LIMIT_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

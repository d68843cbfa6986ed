/* exec: the one call that renames threads and makes others vanish without a word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "script.h"

static void by_the_leader(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 59, "syscall 10"),
		EXECED(10, 10, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:59 by 10/10 = 0; syscall 10"),
		ENTER(10, 12, "syscall 10"),
		LEAVE(10, 4096, "observed x86_64:12 by 10/10 = 4096; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void that_fails(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 59, "syscall 10"),
		LEAVE(10, -2, "observed x86_64:59 by 10/10 = -2; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* 11 becomes 10. Neither the old 10 nor the name 11 is ever heard of again. */
static void by_another_thread(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(10, 34, "syscall 10"),
		ENTER(11, 59, "syscall 11"),
		EXECED(10, 11, "observed x86_64:34 by 10/10; syscall 10"),
		LEAVE(10, 0, "observed x86_64:59 by 10/11 = 0; syscall 10"),
		ENTER(10, 12, "syscall 10"),
		LEAVE(10, 1, "observed x86_64:12 by 10/10 = 1; syscall 10"),
		EXITED(10, 5, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .status = 5 << 8);
}

/* As above in a process that is not the main one, which must not be taken for it. */
static void by_a_thread_of_a_child(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(20, 20),
		FORKED(10, 20, "syscall 10"),
		ATTACHED(20, "syscall 20"),
		BORN(21, 20),
		ATTACHED(21, "syscall 21"),
		CLONED(20, 21, "syscall 20"),
		ENTER(21, 59, "syscall 21"),
		EXECED(20, 21, "syscall 20"),
		LEAVE(20, 0, "observed x86_64:59 by 20/21 = 0; syscall 20"),
		BORN(21, 20),
		CLONED(20, 21, "syscall 20"),
		ATTACHED(21, "syscall 21"),
		EXITED(21, 0, ""),
		EXITED(20, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 4, .processes = 2);
}

/* The usual order: all siblings die, then the event comes. */
static void after_the_siblings_died(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 10),
		CLONED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 202, "syscall 12"),
		ENTER(11, 59, "syscall 11"),
		EXITED(12, 0, "observed x86_64:202 by 10/12"),
		EXECED(10, 11, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:59 by 10/11 = 0; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 1);
}

static void with_siblings_that_tell_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 10),
		CLONED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 202, "syscall 12"),
		EXECED(10, 10, "observed x86_64:202 by 10/12; syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 1);
}

/* A thread that is stopped execs as soon as its process goes on, and is stopped again in it. */
static void while_being_stopped(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 59, "syscall 11"),
		SIGNALLED(10, SIGSTOP, "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		EXECED(10, 11, "syscall 10"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		ATTACHED(10, "syscall 10"),
		SIGNALLED(10, SIGCONT, "syscall 10 sig 18"),
		LEAVE(10, 0, "observed x86_64:59 by 10/11 = 0; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1);
}

/* Past the point of no return 11 is called 10 already; the event that would tell never comes. */
static void by_another_thread_that_dies_of_it(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(20, 20),
		FORKED(10, 20, "syscall 10"),
		ATTACHED(20, "syscall 20"),
		BORN(21, 20),
		CLONED(20, 21, "syscall 20"),
		ATTACHED(21, "syscall 21"),
		ENTER(21, 59, "syscall 21"),
		KILLED(20, SIGSEGV, "observed x86_64:59 by 20/21"),
		BORN(21, 21),
		FORKED(10, 21, "syscall 10"),
		ATTACHED(21, "syscall 21"),
		ENTER(21, 12, "syscall 21"),
		LEAVE(21, 1, "observed x86_64:12 by 21/21 = 1; syscall 21"),
		EXITED(21, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 4, .processes = 3);
}

static void could_not_be_done_at_all(void **state)
{
	(void)state;
	static const struct line lines[] = {
		BORN(10, 10),
		EXITED(10, 127, ""),
	};
	PLAY(lines, .exec_errno = 2, .result = -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_the_leader),
		cmocka_unit_test(that_fails),
		cmocka_unit_test(by_another_thread),
		cmocka_unit_test(by_a_thread_of_a_child),
		cmocka_unit_test(after_the_siblings_died),
		cmocka_unit_test(with_siblings_that_tell_nothing),
		cmocka_unit_test(while_being_stopped),
		cmocka_unit_test(by_another_thread_that_dies_of_it),
		cmocka_unit_test(could_not_be_done_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

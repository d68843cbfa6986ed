/* When the tracer itself stops as a job of a shell, and when it does not wait for children of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "script.h"

static void stops_after_the_main_process(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		SIGNALLED(10, SIGTSTP, "syscall 10 sig 20"),
		GROUP_STOP(10, SIGTSTP, "listen 10"),
		TICK(0.02, ""),
		TICK(0.05, "suspend 20"),
		/* Once for each stop. */
		TICK(1, ""),
		ATTACHED(10, "syscall 10"),
		SIGNALLED(10, SIGCONT, "syscall 10 sig 18"),
		TICK(1, ""),
		SIGNALLED(10, SIGSTOP, "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		TICK(0.06, "suspend 19"),
		KILLED(10, SIGKILL, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .status = SIGKILL);
}

/* The child could be the one that continues its parent. */
static void goes_on_for_those_who_run(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(20, 20),
		FORKED(10, 20, "syscall 10"),
		ATTACHED(20, "syscall 20"),
		SIGNALLED(10, SIGSTOP, "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		TICK(0.06, ""),
		TICK(1, ""),
		/* Now the child stops as well: nobody is left who runs. */
		SIGNALLED(20, SIGSTOP, "syscall 20 sig 19"),
		GROUP_STOP(20, SIGSTOP, "listen 20"),
		TICK(0.06, "suspend 19"),
		ATTACHED(20, "syscall 20"),
		TICK(1, ""),
		ATTACHED(10, "syscall 10"),
		SIGNALLED(10, SIGSTOP, "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		TICK(0.06, ""),
		/* Or it ends. */
		EXITED(20, 0, ""),
		TICK(0.06, "suspend 19"),
		ATTACHED(10, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

/* A thread that is still on its way to the stop reports a call in between. */
static void threads_stop_one_after_the_other(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		SIGNALLED(10, SIGTSTP, "syscall 10 sig 20"),
		GROUP_STOP(10, SIGTSTP, "listen 10"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 10, "observed x86_64:39 by 10/11 = 10; syscall 11"),
		GROUP_STOP(11, SIGTSTP, "listen 11"),
		TICK(0.06, "suspend 20"),
		KILLED(11, SIGKILL, ""),
		KILLED(10, SIGKILL, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .status = SIGKILL);
}

/* The process that others started before they executed the learner may live on for ever. */
static void does_not_wait_for_strangers(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		EXITED(10, 3, ""),
		TICK(0.1, ""),
		/* It may end meanwhile, and another one may be left. */
		EXITED(99, 0, ""),
		TICK(0.15, ""),
	};
	PLAY(lines, .strangers = true, .tasks = 1, .processes = 1, .status = 3 << 8);
}

/* Its parent was killed before it could tell of it. */
static void waits_for_a_child_that_nobody_told_of(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(20, 20),
		KILLED(10, SIGKILL, ""),
		TICK(0.1, ""),
		ATTACHED(20, "syscall 20"),
		TICK(1, ""),
		ENTER(20, 39, "syscall 20"),
		LEAVE(20, 20, "observed x86_64:39 by 20/20 = 20; syscall 20"),
		EXITED(20, 0, ""),
		TICK(0.1, ""),
		TICK(0.15, ""),
	};
	PLAY(lines, .strangers = true, .tasks = 2, .processes = 2, .status = SIGKILL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_after_the_main_process),
		cmocka_unit_test(goes_on_for_those_who_run),
		cmocka_unit_test(threads_stop_one_after_the_other),
		cmocka_unit_test(does_not_wait_for_strangers),
		cmocka_unit_test(waits_for_a_child_that_nobody_told_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

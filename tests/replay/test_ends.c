/* How runs end: the main process, its leader, and what is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "script.h"

/* The leader leaves in silence; the status that counts is the one of the whole process. */
static void leader_leaves_early(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(10, 60, "syscall 10"),
		TICK(0.2, "observed x86_64:60 by 10/10"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 10, "observed x86_64:39 by 10/11 = 10; syscall 11"),
		EXITED(11, 9, ""),
		EXITED(10, 9, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .status = 9 << 8);
}

static void others_are_left(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 11),
		CLONED(11, 12, "syscall 11"),
		ATTACHED(12, "syscall 12"),
		EXITED(10, 3, "outlived 2"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 11, "observed x86_64:39 by 11/11 = 11; syscall 11"),
		EXITED(12, 0, ""),
		EXITED(11, 1, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 2, .status = 3 << 8);
}

/* What a later process with the main one's number does is nothing to us. */
static void main_number_is_used_again(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		EXITED(10, 3, "outlived 1"),
		BORN(10, 10),
		FORKED(11, 10, "syscall 11"),
		ATTACHED(10, "syscall 10"),
		EXECED(10, 10, "syscall 10"),
		EXITED(10, 7, ""),
		EXITED(11, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 3, .status = 3 << 8);
}

#define TWO_CHILDREN                                                                          \
	BORN(11, 11), FORKED(10, 11, "syscall 10"), ATTACHED(11, "syscall 11"), BORN(12, 12), \
		FORKED(10, 12, "syscall 10"), ATTACHED(12, "syscall 12"), BORN(13, 12),       \
		CLONED(12, 13, "syscall 12"), ATTACHED(13, "syscall 13")
#define ENDED "gap interrupted: processes that were left were ended by SIGTERM"
#define TERM_AND_CONT "kill 11 15; kill 12 15; kill 11 18; kill 12 18"

static void stop_with_main_obeyed(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		TWO_CHILDREN,
		EXITED(10, 0, TERM_AND_CONT),
		SIGNALLED(11, SIGTERM, "syscall 11 sig 15"),
		SIGNALLED(13, SIGTERM, "syscall 13 sig 15"),
		TICK(0.1, ""),
		KILLED(11, SIGTERM, ENDED),
		KILLED(13, SIGTERM, ""),
		TICK(0.1, ""),
		KILLED(12, SIGTERM, ""),
	};
	PLAY(lines, .tasks = 4, .processes = 3, .stop_with_main = true);
}

/* It does what it does for that, and ends: nothing is missing. */
static void stop_with_main_handled(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		TWO_CHILDREN,
		EXITED(10, 0, TERM_AND_CONT),
		SIGNALLED(11, SIGTERM, "syscall 11 sig 15"),
		TICK(0.1, ""),
		EXITED(11, 0, ""),
		KILLED(13, SIGPIPE, ""),
		KILLED(12, SIGPIPE, ""),
	};
	PLAY(lines, .tasks = 4, .processes = 3, .stop_with_main = true);
}

#define KILLING "gap interrupted: processes that did not end on SIGTERM were killed; "

/* What is born meanwhile is killed too, as often as there is something left. */
static void stop_with_main_not_obeyed(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		TWO_CHILDREN,
		EXITED(10, 7, TERM_AND_CONT),
		TICK(1.0, ""),
		SIGNALLED(11, SIGTERM, "syscall 11 sig 15"),
		TICK(0.9, ""),
		TICK(0.2, KILLING "kill 11 9; kill 12 9"),
		KILLED(11, SIGKILL, ""),
		BORN(14, 14),
		ATTACHED(14, "syscall 14"),
		TICK(0.1, "kill 12 9; kill 14 9"),
		KILLED(13, SIGKILL, ""),
		KILLED(12, SIGKILL, ""),
		TICK(0.1, "kill 14 9"),
		KILLED(14, SIGKILL, ""),
	};
	PLAY(lines, .tasks = 5, .processes = 4, .stop_with_main = true, .status = 7 << 8);
}

static void stop_with_main_alone(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .stop_with_main = true);
}

/* Killed between making a child and telling of it: the child must not be followed for ever. */
static void stop_with_main_and_an_unknown_child(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		KILLED(10, SIGKILL, ""),
		ATTACHED(11, "syscall 11"),
		TICK(2.1, KILLING "kill 11 9"),
		KILLED(11, SIGKILL, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .stop_with_main = true, .status = SIGKILL);
}

static void regular_ticks(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		TICK(0.1, "tick 1"),
		ENTER(10, 0, "syscall 10"),
		TICK(0.05, "tick 1"),
		TICK(0.1, "observed x86_64:0 by 10/10; tick 1"),
		TICK(0.1, "tick 1"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .tick_ms = 100);
}

static void main_process_is_never_seen(void **state)
{
	(void)state;
	static const struct line lines[] = {
		EXITED(99, 0, ""),
	};
	PLAY(lines, .result = -10, .error = "the main process vanished");
}

static void kernel_is_too_old(void **state)
{
	(void)state;
	static const struct line lines[] = {
		BORN(10, 10),
		EXECED(10, 10, "started; syscall 10; kill 10 9", .info_error = -5),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .result = -38,
	     .error = "cannot trace: PTRACE_GET_SYSCALL_INFO is missing, Linux 5.3 or newer is "
		      "needed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leader_leaves_early),
		cmocka_unit_test(others_are_left),
		cmocka_unit_test(main_number_is_used_again),
		cmocka_unit_test(stop_with_main_obeyed),
		cmocka_unit_test(stop_with_main_handled),
		cmocka_unit_test(stop_with_main_not_obeyed),
		cmocka_unit_test(stop_with_main_alone),
		cmocka_unit_test(stop_with_main_and_an_unknown_child),
		cmocka_unit_test(regular_ticks),
		cmocka_unit_test(main_process_is_never_seen),
		cmocka_unit_test(kernel_is_too_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Threads and processes come to life, in every order in which the kernel may tell of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "script.h"

static void parent_tells_first(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 57, "syscall 10"),
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		LEAVE(10, 11, "observed x86_64:57 by 10/10 = 11; syscall 10"),
		LEAVE(11, 0, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 11, "observed x86_64:39 by 11/11 = 11; syscall 11"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

static void child_stops_first(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 57, "syscall 10"),
		BORN(11, 11),
		ATTACHED(11, "syscall 11"),
		LEAVE(11, 0, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		FORKED(10, 11, "syscall 10"),
		LEAVE(11, 11, "observed x86_64:39 by 11/11 = 11; syscall 11"),
		LEAVE(10, 11, "observed x86_64:57 by 10/10 = 11; syscall 10"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

static void thread_stops_first(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		BORN(12, 10),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		CLONED(10, 11, "syscall 10"),
		CLONED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 186, "syscall 12"),
		LEAVE(12, 12, "observed x86_64:186 by 10/12 = 12; syscall 12"),
		LEAVE(11, 10, "observed x86_64:39 by 10/11 = 10; syscall 11"),
		EXITED(11, 0, ""),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 1);
}

/* An entry made at the parent's event would never go away. */
static void child_dead_before_parent_tells(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 11, "observed x86_64:39 by 11/11 = 11; syscall 11"),
		EXITED(11, 0, ""),
		FORKED(10, 11, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

static void parent_killed_before_it_tells(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 12),
		KILLED(11, SIGKILL, ""),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "observed x86_64:39 by 12/12 = 12; syscall 12"),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 3);
}

/* The main process too: nothing is known of its child when it has ended. */
static void main_killed_before_it_tells(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		KILLED(10, SIGKILL, ""),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 11, "observed x86_64:39 by 11/11 = 11; syscall 11"),
		EXITED(11, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .status = SIGKILL);
}

static void first_heard_of_by_its_death(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		KILLED(11, SIGKILL, ""),
		FORKED(10, 11, "syscall 10"),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		KILLED(12, SIGKILL, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

/* Children that this process had before it became seccomp-learn. */
static void inherited_child_ends(void **state)
{
	(void)state;
	static const struct line lines[] = {
		EXITED(98, 3, ""),
		START,
		KILLED(99, SIGKILL, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* CLONE_PTRACE and lost events: whatever stops is traced, so it is followed. */
static void unknown_thread_stops(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(50, 50),
		BORN(51, 50),
		ENTER(51, 39, "syscall 51"),
		LEAVE(51, 50, "observed x86_64:39 by 50/51 = 50; syscall 51"),
		SIGNALLED(50, SIGTERM, "syscall 50 sig 15"),
		EXITED(51, 0, ""),
		EXITED(50, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 2);
}

/* Another life under the same number, once as a process and once as a thread. */
static void number_is_used_again(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		KILLED(11, SIGSEGV, "observed x86_64:39 by 11/11"),
		BORN(11, 10),
		ATTACHED(11, "syscall 11"),
		CLONED(10, 11, "syscall 10"),
		ENTER(11, 186, "syscall 11"),
		LEAVE(11, 11, "observed x86_64:186 by 10/11 = 11; syscall 11"),
		EXITED(11, 0, ""),
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		LEAVE(11, 0, "syscall 11"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 4, .processes = 3);
}

static void vfork_and_its_end(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 58, "syscall 10"),
		BORN(11, 11),
		EVENT(10, PTRACE_EVENT_VFORK, SIGTRAP, "syscall 10", .message = 11),
		ATTACHED(11, "syscall 11"),
		EXECED(11, 11, "syscall 11"),
		EVENT(10, PTRACE_EVENT_VFORK_DONE, SIGTRAP, "syscall 10", .message = 11),
		LEAVE(10, 11, "observed x86_64:58 by 10/10 = 11; syscall 10"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parent_tells_first),
		cmocka_unit_test(child_stops_first),
		cmocka_unit_test(thread_stops_first),
		cmocka_unit_test(child_dead_before_parent_tells),
		cmocka_unit_test(parent_killed_before_it_tells),
		cmocka_unit_test(main_killed_before_it_tells),
		cmocka_unit_test(first_heard_of_by_its_death),
		cmocka_unit_test(inherited_child_ends),
		cmocka_unit_test(unknown_thread_stops),
		cmocka_unit_test(number_is_used_again),
		cmocka_unit_test(vfork_and_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Gaps: each is found where it happens, and told once for each program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "script.h"

#define BY(pid) " by /exe/" #pid ", pid " #pid "; "
#define UNTRACED(call) "gap untraced-child: " call " with CLONE_UNTRACED" BY(10)
#define ARGUMENT(value) .info.entry.args = {(uint64_t)(value)}

static void clone_untraced(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 56, "syscall 10", ARGUMENT(CLONE_VM | SIGCHLD)),
		LEAVE(10, 50, "observed x86_64:56 by 10/10 = 50; syscall 10"),
		ENTER(10, 56, UNTRACED("clone") "syscall 10", ARGUMENT(CLONE_UNTRACED | SIGCHLD)),
		LEAVE(10, 51, "syscall 10"),
		ENTER(10, 56, "syscall 10", ARGUMENT(CLONE_UNTRACED)),
		LEAVE(10, 52, "syscall 10"),
		EXECED(10, 10, "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER_ON(AUDIT_ARCH_I386, 10, 120, UNTRACED("clone") "syscall 10",
			 ARGUMENT(CLONE_UNTRACED)),
		LEAVE(10, 53, "observed x86:120 by 10/10 = 53; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void clone3_untraced(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		/* Flags that can't be read: the kernel can't either. */
		ENTER(10, 435, "syscall 10"),
		LEAVE(10, -14, "observed x86_64:435 by 10/10 = -14; syscall 10"),
		ENTER(10, 435, "syscall 10", .has_memory = true, .memory = CLONE_VM),
		FORKED(10, 50, "syscall 10"),
		LEAVE(10, 50, "syscall 10"),
		ENTER(10, 435, UNTRACED("clone3") "syscall 10", .has_memory = true,
		      .memory = CLONE_UNTRACED),
		LEAVE(10, 51, "syscall 10"),
		ENTER(10, 435, "syscall 10", .has_memory = true, .memory = CLONE_UNTRACED),
		LEAVE(10, 52, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* A child that was made and not reported is one that was made so, whatever we have read before. */
static void clone3_that_nobody_hears_of(void **state)
{
	(void)state;
	static const struct line closed[] = {
		START,
		ENTER(10, 435, "syscall 10", .memory_error = -1),
		LEAVE(10, -1, "observed x86_64:435 by 10/10 = -1; syscall 10"),
		ENTER(10, 435, "syscall 10", .memory_error = -1),
		FORKED(10, 50, "syscall 10"),
		LEAVE(10, 50, "syscall 10"),
		ENTER(10, 435, "syscall 10", .memory_error = -1),
		LEAVE(10, 51, UNTRACED("clone3") "syscall 10"),
		EXITED(10, 0, ""),
	};
	/* Another thread has changed the flags meanwhile. */
	static const struct line changed[] = {
		START,
		ENTER(10, 435, "syscall 10", .has_memory = true, .memory = CLONE_VM),
		LEAVE(10, 50, UNTRACED("clone3") "observed x86_64:435 by 10/10 = 50; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(closed, .tasks = 1, .processes = 1);
	PLAY(changed, .tasks = 1, .processes = 1);
}

/* Threads and children share a program, and an exec may start it again. */
static void once_for_each_program(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(11, 101, "gap workload-traces: ptrace by /exe/11, pid 10; syscall 11"),
		ENTER(10, 101, "syscall 10"),
		ENTER(12, 101, "syscall 12"),
		LEAVE(12, -1, "syscall 12"),
		LEAVE(11, -1, "observed x86_64:101 by 10/11 = -1; syscall 11"),
		LEAVE(10, -1, "syscall 10"),
		EXECED(12, 12, "syscall 12", .program = 7),
		LEAVE(12, 0, "syscall 12"),
		ENTER(12, 101, "gap workload-traces: ptrace" BY(12) "syscall 12"),
		LEAVE(12, -1, "syscall 12"),
		EXECED(12, 12, "syscall 12", .program = 7),
		LEAVE(12, 0, "syscall 12"),
		ENTER(12, 101, "syscall 12"),
		LEAVE(12, -1, "syscall 12"),
		EXITED(11, 0, ""),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 2);
}

#define FILTER "gap own-filter: seccomp filter loaded" BY(10)

static void own_filter_by_seccomp(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 317, "syscall 10", ARGUMENT(SECCOMP_GET_ACTION_AVAIL)),
		LEAVE(10, 0, "observed x86_64:317 by 10/10 = 0; syscall 10"),
		ENTER(10, 317, "syscall 10", ARGUMENT(SECCOMP_SET_MODE_FILTER)),
		LEAVE(10, -13, "syscall 10"),
		ENTER(10, 317, "syscall 10", ARGUMENT(SECCOMP_SET_MODE_FILTER)),
		LEAVE(10, 0, FILTER "syscall 10"),
		ENTER(10, 317, "syscall 10", ARGUMENT(SECCOMP_SET_MODE_FILTER)),
		LEAVE(10, 0, "syscall 10"),
		/* What was asked for is forgotten with the call. */
		EXECED(10, 10, "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void own_filter_by_prctl(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 157, "syscall 10", ARGUMENT(PR_SET_NAME)),
		LEAVE(10, 0, "observed x86_64:157 by 10/10 = 0; syscall 10"),
		/* The upper half is not looked at. */
		ENTER(10, 157, "syscall 10", ARGUMENT(0x500000000 | PR_SET_SECCOMP)),
		LEAVE(10, 0, FILTER "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void io_uring(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 425, "syscall 10"),
		LEAVE(10, -38, "observed x86_64:425 by 10/10 = -38; syscall 10"),
		ENTER(10, 425, "syscall 10"),
		LEAVE(10, 3, "gap io-uring: io_uring set up" BY(10) "syscall 10"),
		ENTER(10, 425, "syscall 10"),
		LEAVE(10, 4, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void privileges_dropped(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		EXECED(10, 10,
		       "gap privileges-dropped: set-user-ID refused to /exe/10, pid 10; syscall 10",
		       .dropped = "set-user-ID"),
		LEAVE(10, 0, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void filtered_from_the_start(void **state)
{
	(void)state;
	static const struct line lines[] = {
		BORN(10, 10),
		EXECED(10, 10,
		       "started; gap already-filtered: recording itself runs under a "
		       "seccomp filter; syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .filtered = true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clone_untraced),
		cmocka_unit_test(clone3_untraced),
		cmocka_unit_test(clone3_that_nobody_hears_of),
		cmocka_unit_test(once_for_each_program),
		cmocka_unit_test(own_filter_by_seccomp),
		cmocka_unit_test(own_filter_by_prctl),
		cmocka_unit_test(io_uring),
		cmocka_unit_test(privileges_dropped),
		cmocka_unit_test(filtered_from_the_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

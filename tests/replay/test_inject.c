/* A sieve is installed, or is not: what the kernel and the place have to do with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <linux/sched.h>
#include <sys/prctl.h>

#include "injected.h"

static void installed(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		/* What is new stops once, and runs to its exit. */
		FILTERED(10, 102, SIEVE_COOKIE, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:102 by 10/10 = 0; cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}

/* Whose call interests nobody is let run past its exit, and is in no call at its next stop. */
static void let_run_past_an_exit(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		FILTERED(10, 157, SIEVE_COOKIE, "syscall 10", .info.seccomp.args = {PR_SET_NAME}),
		LEAVE(10, 0, "observed x86_64:157 by 10/10 = 0; cont 10"),
		FILTERED(10, 157, SIEVE_COOKIE, "cont 10", .info.seccomp.args = {PR_SET_NAME}),
		FILTERED(10, 59, SIEVE_COOKIE, "syscall 10"),
		EXECED(10, 10, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:59 by 10/10 = 0; cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true, .needs_proc = true);
}

/* What was loaded is read back, where that is possible. */
static void changed_by_a_sibling(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		MAPPED,
		INSIDE("syscall 10"),
		LEAVE(10, 0, UNMAP, .changed = true),
		UNMAPPED("syscall 10"),
		/* No sieve: each call is looked at. */
		ENTER(10, 102, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:102 by 10/10 = 0; syscall 10"),
		EXITED(10, 0, ""),
	};
	static const struct line unchanged[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true, .privileged = true);
	PLAY(unchanged, .tasks = 1, .processes = 1, .sieve = true, .privileged = true);
}

static void without_a_call_before(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:15 by 10/10 = 0; syscall 10", .no_call = true),
		/* Not at once, but soon. */
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, 0, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}

/* Memory is short, or a sibling has a filter that it is about to share: soon tried again. */
static void refused_for_now(void **state)
{
	(void)state;
	static const struct line no_page[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		INSIDE("syscall 10"),
		LEAVE(10, -12, "registers 10; unmask 10; syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	static const struct line again[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(-11, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		/* TSYNC: the number of a thread that has another filter. */
		ATTEMPT(11, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(no_page, .tasks = 1, .processes = 1, .sieve = true);
	PLAY(again, .tasks = 1, .processes = 1, .sieve = true);
}

/* Of the call that maps the page and of the one that loads: each is tried again at the next exit. */
static void tried_again_soon(void **state)
{
	(void)state;
	static const int64_t results[] = {-EAGAIN, -EINTR, -ENOMEM, -ESRCH};

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct line load[] = {
			START,
			FIRST_CALL("mask 10; " MMAP),
			ATTEMPT(results[i], "syscall 10"),
			ENTER(10, 39, "syscall 10"),
			LEAVE(10, 10, "mask 10; " MMAP),
			ATTEMPT(0, "cont 10"),
			EXITED(10, 0, ""),
		};
		const struct line map[] = {
			START,
			FIRST_CALL("mask 10; " MMAP),
			INSIDE("syscall 10"),
			LEAVE(10, results[i], "registers 10; unmask 10; syscall 10"),
			ENTER(10, 39, "syscall 10"),
			LEAVE(10, 10, "mask 10; " MMAP),
			ATTEMPT(0, "cont 10"),
			EXITED(10, 0, ""),
		};
		PLAY(load, .tasks = 1, .processes = 1, .sieve = true);
		PLAY(map, .tasks = 1, .processes = 1, .sieve = true);
	}
}

/* What will not be otherwise soon: not at the next exits. */
static void not_tried_again_soon(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(-EINVAL, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}

/* A privileged tracer sets no no_new_privs. The reason holds for children and next programs. */
static void refused_by_the_kernel(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(-13, "syscall 10"),
		ENTER(10, 57, "syscall 10"),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		LEAVE(10, 12, "observed x86_64:57 by 10/10 = 12; syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "syscall 12"),
		EXECED(12, 12, "syscall 12"),
		LEAVE(12, 0, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "syscall 12"),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .sieve = true, .privileged = true);
}

static void with_no_new_privs(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		MAPPED,
		INSIDE("syscall 10"),
		LEAVE(10, -13, "call 10 " NR_PRCTL "; syscall 10"),
		INSIDE("syscall 10"),
		LEAVE(10, 0, "write 10; " LOAD),
		INSIDE("syscall 10"),
		LEAVE(10, 0, UNMAP),
		UNMAPPED("cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}

/* Filters of others: never, nor in children. A count that is not known: later. */
static void other_filters(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; syscall 10", .filters = 1),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "syscall 12"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	static const struct line unknown[] = {
		START,
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; syscall 10", .filters = -24),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .sieve = true);
	PLAY(unknown, .tasks = 1, .processes = 1, .sieve = true);
}

/* Who shares its memory with another process gets none before it executes a program. */
static void shared_memory(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 56, "syscall 10", .info.entry.args = {CLONE_VM | SIGCHLD}),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "observed x86_64:39 by 12/12 = 12; syscall 12"),
		EXITED(12, 0, ""),
		LEAVE(10, 12, "observed x86_64:56 by 10/10 = 12; mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	static const struct line by_vfork[] = {
		START,
		ENTER(10, 58, "syscall 10"),
		BORN(12, 12),
		EVENT(10, PTRACE_EVENT_VFORK, SIGTRAP, "syscall 10", .message = 12),
		ATTACHED(12, "syscall 12"),
		ENTER(12, 39, "syscall 12"),
		LEAVE(12, 12, "observed x86_64:39 by 12/12 = 12; syscall 12"),
		EXITED(12, 0, ""),
		LEAVE(10, 12, "observed x86_64:58 by 10/10 = 12; mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .sieve = true);
	PLAY(by_vfork, .tasks = 2, .processes = 2, .sieve = true);
}

/* Whose calls raise SIGSYS can't be made to make others, until it has turned that off. */
static void dispatched_calls(void **state)
{
	(void)state;
#define DISPATCH(on) .info.entry.args = { PR_SET_SYSCALL_USER_DISPATCH, on }
	static const struct line lines[] = {
		START,
		ENTER(10, 157, "syscall 10", DISPATCH(PR_SYS_DISPATCH_ON)),
		LEAVE(10, 0, "observed x86_64:157 by 10/10 = 0; syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; syscall 10"),
		ENTER(10, 157, "syscall 10", DISPATCH(PR_SYS_DISPATCH_OFF)),
		LEAVE(10, -22, "syscall 10"),
		ENTER(10, 157, "syscall 10", DISPATCH(PR_SYS_DISPATCH_OFF)),
		LEAVE(10, 0, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}

/*
 * The flags of clone3 are closed to us: too late to find out at the exit, so it is refused. Where they
 * can be read, the flag is taken out, and put back.
 */
static void untraced_child(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		FILTERED(10, 435, SIEVE_COOKIE, "refused 10; syscall 10", .memory_error = -1),
		LEAVE(10, -38, "observed x86_64:435 by 10/10 = -38; cont 10"),
		FILTERED(10, 435, SIEVE_COOKIE, "write 10; syscall 10", .has_memory = true,
			 .memory = CLONE_UNTRACED | SIGCHLD, .info.seccomp.args = {0x4000}),
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		ATTACHED(12, "cont 12"),
		LEAVE(10, 12, "write 10; cont 10", .has_memory = true, .memory = SIGCHLD),
		EXITED(12, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2, .sieve = true);
}

int main(void)
{
	if (!arch_can_inject()) {
		print_message("no calls are injected on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(installed),
		cmocka_unit_test(let_run_past_an_exit),
		cmocka_unit_test(changed_by_a_sibling),
		cmocka_unit_test(without_a_call_before),
		cmocka_unit_test(refused_for_now),
		cmocka_unit_test(tried_again_soon),
		cmocka_unit_test(not_tried_again_soon),
		cmocka_unit_test(refused_by_the_kernel),
		cmocka_unit_test(with_no_new_privs),
		cmocka_unit_test(other_filters),
		cmocka_unit_test(shared_memory),
		cmocka_unit_test(dispatched_calls),
		cmocka_unit_test(untraced_child),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A sieve is installed, and what can come in between: each way out of the injection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

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
		LEAVE(10, 0, LOAD),
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

/*
 * SIGSTOP can't be held back. The page is taken away at the next exit. On aarch64 x7 is among the registers
 * that are put back, and was not seen at the stop at which the others were read: see script_set_registers().
 */
static void stopped_in_between(void **state)
{
	(void)state;
#define STOP_AND_GO                                                           \
	SIGNALLED(10, SIGSTOP, "registers 10; unmask 10; syscall 10 sig 19"), \
		GROUP_STOP(10, SIGSTOP, "listen 10"), ATTACHED(10, "syscall 10")
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		INSIDE("syscall 10"),
		LEAVE(10, PAGE, "write 10; " LOAD),
		STOP_AND_GO,
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " UNMAP),
		UNMAPPED("syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	static const struct line before_the_page[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		STOP_AND_GO,
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
	PLAY(before_the_page, .tasks = 1, .processes = 1, .sieve = true);
}

/* At any of its stops. */
static void killed_in_between(void **state)
{
	(void)state;
	static const struct line begin[] = {START, FIRST_CALL("mask 10; " MMAP)};
	static const struct line attempt[] = {ATTEMPT(0, "cont 10")};
	static const struct line end = KILLED(10, SIGKILL, "");
	enum {
		N_BEGIN = sizeof(begin) / sizeof(begin[0]),
		N = sizeof(attempt) / sizeof(attempt[0])
	};

	for (size_t n = 0; n < N; n++) {
		struct line lines[N_BEGIN + N + 1];
		size_t i = 0;
		for (; i < N_BEGIN; i++)
			lines[i] = begin[i];
		for (; i < N_BEGIN + n; i++)
			lines[i] = attempt[i - N_BEGIN];
		lines[i++] = end;
		script_play(&(const struct scenario){.lines = lines,
						     .n = i,
						     .tasks = 1,
						     .processes = 1,
						     .sieve = true,
						     .status = SIGKILL});
	}
}

/* Each of the others waits for its answer until the sieve is in. */
static void siblings_in_between(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		FIRST_CALL("mask 10; " MMAP),
		INSIDE("syscall 10"),
		ENTER(11, 102, "", .later = true),
		LEAVE(10, PAGE, "write 10; " LOAD),
		INSIDE("syscall 10"),
		LEAVE(10, 0, UNMAP),
		INSIDE("syscall 10"),
		LEAVE(10, 0, "registers 10; unmask 10; cont 10; syscall 11"),
		LEAVE(11, 0, "observed x86_64:102 by 10/11 = 0; cont 11"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .sieve = true);
}

/* Another thread's exec takes the memory away, and the number of a leader. */
static void exec_of_a_sibling(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		FIRST_CALL("mask 10; " MMAP),
		INSIDE("syscall 10"),
		LEAVE(10, PAGE, "write 10; " LOAD),
		/* Nothing is put back: these are the registers of another program. */
		EXECED(10, 11, "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .sieve = true);
}

/* Loading into all threads would wait for it. */
static void while_a_sibling_executes(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 59, "syscall 11"),
		FIRST_CALL("syscall 10"),
		/* The attempt is made in the one that comes first afterwards. */
		LEAVE(11, -2,
		      "observed x86_64:59 by 10/11 = -2; mask 11; call 11 " NR_MMAP
		      " prot 1; syscall 11"),
		SYSCALL_STOP(11, "syscall 11"),
		LEAVE(11, -12, "registers 11; unmask 11; syscall 11"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .sieve = true);
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
		cmocka_unit_test(changed_by_a_sibling),
		cmocka_unit_test(without_a_call_before),
		cmocka_unit_test(refused_for_now),
		cmocka_unit_test(refused_by_the_kernel),
		cmocka_unit_test(with_no_new_privs),
		cmocka_unit_test(other_filters),
		cmocka_unit_test(stopped_in_between),
		cmocka_unit_test(killed_in_between),
		cmocka_unit_test(siblings_in_between),
		cmocka_unit_test(exec_of_a_sibling),
		cmocka_unit_test(while_a_sibling_executes),
		cmocka_unit_test(shared_memory),
		cmocka_unit_test(dispatched_calls),
		cmocka_unit_test(untraced_child),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

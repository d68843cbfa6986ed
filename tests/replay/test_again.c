/*
 * Calls that are broken off with EINTR because their thread is stopped: by a signal that nobody hears of, by
 * one with a handler, by both in either order, and by a stop of ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <signal.h>
#include <sys/syscall.h>

#include "injected.h"

/* Registers are this machine's, and so is the call that is read from them. */
#if defined(__aarch64__)
#define AUDIT AUDIT_ARCH_AARCH64
#define NAME "aarch64:"
#define WAIT "22"
#define READ_NR "63"
#else
#define AUDIT AUDIT_ARCH_X86_64
#define NAME "x86_64:"
#define WAIT "281"
#define READ_NR "0"
#endif

/* epoll_pwait on the descriptor 7, without an end. */
#define CALL(timeout) \
	.call_nr = SYS_epoll_pwait, .call_args = {7, 0x1000, 1, (uint64_t)(timeout), 0, 8}
#define ENTER_WAIT(then)                                                               \
	ENTER_ON(AUDIT, 10, SYS_epoll_pwait, then, .info.instruction_pointer = 0x5000, \
		 .info.entry.args = {7, 0x1000, 1, UINT64_MAX, 0, 8})
#define LEAVE_WAIT(then) LEAVE(10, -4, then, .broken_off = true, CALL(-1))
#define FIRST_WAIT \
	ENTER_WAIT("syscall 10"), LEAVE_WAIT("observed " NAME WAIT " by 10/10 = -4; syscall 10")
#define WAIT_ONCE_MORE ENTER_WAIT("syscall 10"), LEAVE_WAIT("syscall 10")

/* A signal comes, and the thread's registers say that the call has ended, or is about to be made. */
#define BROKEN_OFF(sig, then, ...) \
	STATUS(10, STOPPED(sig, 0), then, .broken_off = true, CALL(-1), __VA_ARGS__)
#define REWOUND(sig, then, ...) \
	STATUS(10, STOPPED(sig, 0), then, .rewound = true, CALL(-1), __VA_ARGS__)

#if defined(__aarch64__)
#define MADE_AGAIN "rewind 10 with 7; "
#else
#define MADE_AGAIN "restart 10; "
#endif

static void by_an_ignored_signal(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGCHLD, MADE_AGAIN "syscall 10 sig 17"),
		WAIT_ONCE_MORE,
		BROKEN_OFF(SIGWINCH, MADE_AGAIN "syscall 10 sig 28"),
		ENTER_WAIT("syscall 10"),
		LEAVE(10, 1, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

/* Without a tracer it would have ended as well. */
static void by_a_stop_signal(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGTSTP, "syscall 10 sig 20"),
		GROUP_STOP(10, SIGTSTP, "listen 10"),
		ATTACHED(10, "syscall 10"),
		BROKEN_OFF(SIGCONT, "syscall 10 sig 18"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* It would wait that long once more, each time. */
static void with_a_timeout(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		STATUS(10, STOPPED(SIGCHLD, 0), "syscall 10 sig 17", .broken_off = true,
		       CALL(1000)),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* Another call, and another result. */
static void what_was_not_broken_off(void **state)
{
	(void)state;
#define READ .call_nr = SYS_read, .call_args = { 7, 0x1000, 1 }
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		STATUS(10, STOPPED(SIGCHLD, 0), "syscall 10 sig 17", CALL(-1),
		       .info.op = PTRACE_SYSCALL_INFO_EXIT, .info.exit.rval = -11),
		ENTER_ON(AUDIT, 10, SYS_read, "syscall 10", .info.instruction_pointer = 0x5000),
		LEAVE(10, -4, "observed " NAME READ_NR " by 10/10 = -4; syscall 10"),
		STATUS(10, STOPPED(SIGCHLD, 0), "syscall 10 sig 17", .broken_off = true, READ),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

#if defined(__aarch64__)
static void by_a_signal_with_a_handler(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGCHLD, "syscall 10 sig 17", .handles = true),
		/* rt_sigreturn, after which the registers are the same as before the handler. */
		ENTER_ON(AUDIT, 10, SYS_rt_sigreturn, "syscall 10",
			 .info.instruction_pointer = 0x5000, .info.entry.args = {7}),
		LEAVE(10, -4, "observed aarch64:139 by 10/10 = -4; syscall 10"),
		BROKEN_OFF(SIGWINCH, "syscall 10 sig 28"),
		/* The program comes to the wait again by itself. */
		WAIT_ONCE_MORE,
		BROKEN_OFF(SIGWINCH, "rewind 10 with 7; syscall 10 sig 28"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

/* Where it can't be known whether there is a handler, the wait may have to end. */
static void by_a_signal_with_perhaps_a_handler(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGCHLD, "syscall 10 sig 17", .handles_hidden = true),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* Several signals are delivered before the thread runs: the last one decides. */
static void taken_back_for_a_handler(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGCHLD, "rewind 10 with 7; syscall 10 sig 17"),
		REWOUND(SIGWINCH, "syscall 10 sig 28"),
		REWOUND(SIGIO, "eintr 10; syscall 10 sig 29", .handles = true),
		/* Blocked for the handler. There is nothing to be taken back now. */
		ENTER_ON(AUDIT, 10, SYS_rt_sigreturn, "syscall 10",
			 .info.instruction_pointer = 0x5000, .info.entry.args = {7}),
		LEAVE(10, -4, "observed aarch64:139 by 10/10 = -4; syscall 10"),
		BROKEN_OFF(SIGCHLD, "syscall 10 sig 17"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

static void taken_back_for_a_stop(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		BROKEN_OFF(SIGCHLD, "rewind 10 with 7; syscall 10 sig 17"),
		REWOUND(SIGSTOP, "eintr 10; syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		ATTACHED(10, "syscall 10"),
		BROKEN_OFF(SIGCONT, "syscall 10 sig 18"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

/* What the thread has set back itself, or the kernel, or what is not as it was left, stays. */
static void taken_back_only_where_it_was_left(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_WAIT,
		REWOUND(SIGIO, "syscall 10 sig 29", .handles = true),
		BROKEN_OFF(SIGCHLD, "rewind 10 with 7; syscall 10 sig 17"),
		STATUS(10, STOPPED(SIGIO, 0), "syscall 10 sig 29", .handles = true, .rewound = true,
		       .call_nr = SYS_epoll_pwait, .call_args = {8}),
		STATUS(10, STOPPED(SIGIO, 0), "syscall 10 sig 29", .handles = true, .rewound = true,
		       .call_nr = SYS_read, .call_args = {7}),
		SIGNALLED(10, SIGTSTP, "syscall 10 sig 20"),
		STATUS(10, STOPPED(SIGIO, 0), "syscall 10 sig 29", .handles = true,
		       .info.op = PTRACE_SYSCALL_INFO_EXIT, .info.exit.rval = 7, CALL(-1)),
		/* Made again, and restarted by the kernel. */
		ENTER_WAIT("syscall 10"),
		LEAVE(10, -514, "syscall 10"),
		REWOUND(SIGIO, "syscall 10 sig 29", .handles = true),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

/* The registers are those of it, but another call was made since. */
static void not_the_last_call(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER_ON(AUDIT, 10, SYS_epoll_pwait, "syscall 10",
			 .info.instruction_pointer = 0x6000, .info.entry.args = {7}),
		LEAVE_WAIT("observed aarch64:22 by 10/10 = -4; syscall 10"),
		BROKEN_OFF(SIGCHLD, "syscall 10 sig 17"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}
#endif

#define TIMED_WAIT_BROKEN_OFF .broken_off = true, CALL(1000)
#define SIBLING BORN(11, 10), CLONED(10, 11, "cont 10"), ATTACHED(11, "cont 11")
/* A filter of the workload's for all threads; its exit is of no interest here. */
#define FILTER_FOR_ALL \
	FILTERED(10, 317, SIEVE_COOKIE, "interrupt 11; syscall 10", .info.seccomp.args = {1, 1, 2})

static void broken_off_for_a_filter(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		SIBLING,
		FILTER_FOR_ALL,
#if defined(__aarch64__)
		/* The kernel has forgotten the call, whose first argument is not known. */
		ATTACHED_WITH(11, "syscall 11", TIMED_WAIT_BROKEN_OFF),
#else
		ATTACHED_WITH(11, "restart 11; syscall 11", TIMED_WAIT_BROKEN_OFF),
#endif
		ATTACHED_WITH(11, "syscall 11", TIMED_WAIT_BROKEN_OFF),
		EXITED(11, 0, ""),
		EXITED(10, 0, "observed x86_64:317 by 10/10"),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .sieve = true);
}

/* The exit of a call is where the thread stops instead: there the kernel has not looked yet. */
static void broken_off_at_an_exit(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		SIBLING,
		FILTER_FOR_ALL,
		FILTERED(11, 281, SIEVE_COOKIE, "syscall 11"),
		LEAVE(11, -4, "restart 11; observed x86_64:281 by 10/11 = -4; syscall 11",
		      TIMED_WAIT_BROKEN_OFF),
		ENTER(11, 281, "syscall 11"),
		LEAVE(11, -4, "syscall 11", TIMED_WAIT_BROKEN_OFF),
		EXITED(11, 0, ""),
		EXITED(10, 0, "observed x86_64:317 by 10/10"),
	};
	PLAY(lines, .tasks = 2, .processes = 1, .sieve = true);
}

#if defined(__aarch64__)
/* Between its entry that was seen and the signal, calls have passed that nobody has seen. */
static void broken_off_where_calls_pass(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL("mask 10; " MMAP),
		ATTEMPT(0, "cont 10"),
		EVENT(10, PTRACE_EVENT_SECCOMP, SIGTRAP, "syscall 10",
		      .info.op = PTRACE_SYSCALL_INFO_SECCOMP, .info.arch = AUDIT,
		      .info.instruction_pointer = 0x5000, .info.seccomp.nr = SYS_epoll_pwait,
		      .info.seccomp.args = {7}, .info.seccomp.ret_data = SIEVE_COOKIE),
		LEAVE(10, -4, "observed aarch64:22 by 10/10 = -4; cont 10"),
		BROKEN_OFF(SIGCHLD, "cont 10 sig 17"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .sieve = true);
}
#endif

int main(void)
{
	if (!arch_can_inject()) {
		print_message("registers are not known on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_an_ignored_signal),
		cmocka_unit_test(by_a_stop_signal),
		cmocka_unit_test(with_a_timeout),
		cmocka_unit_test(what_was_not_broken_off),
		cmocka_unit_test(broken_off_for_a_filter),
		cmocka_unit_test(broken_off_at_an_exit),
#if defined(__aarch64__)
		cmocka_unit_test(by_a_signal_with_a_handler),
		cmocka_unit_test(by_a_signal_with_perhaps_a_handler),
		cmocka_unit_test(taken_back_for_a_handler),
		cmocka_unit_test(taken_back_for_a_stop),
		cmocka_unit_test(taken_back_only_where_it_was_left),
		cmocka_unit_test(not_the_last_call),
		cmocka_unit_test(broken_off_where_calls_pass),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

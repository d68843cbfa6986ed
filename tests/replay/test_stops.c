/* Signals on their way, stopped processes, and stops before the program is in place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "script.h"

#define N_SIGNALS 64

static void every_signal_is_passed_on(void **state)
{
	(void)state;
	static const struct line begin[] = {START}, end[] = {EXITED(10, 0, "")};
	struct line lines[sizeof(begin) / sizeof(begin[0]) + N_SIGNALS];
	char then[N_SIGNALS][32];
	size_t n = 0;

	for (; n < sizeof(begin) / sizeof(begin[0]); n++)
		lines[n] = begin[n];
	/* SIGKILL stops nobody. SIGTRAP must not be taken for one of our own stops. */
	for (int sig = 1; sig <= N_SIGNALS; sig++) {
		if (sig == SIGKILL)
			continue;
		(void)snprintf(then[sig - 1], sizeof(then[0]), "syscall 10 sig %d", sig);
		lines[n++] = (struct line)SIGNALLED(10, sig, then[sig - 1]);
	}
	lines[n++] = end[0];
	script_play(&(const struct scenario){.lines = lines, .n = n, .tasks = 1, .processes = 1});
}

static void signal_inside_a_call(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 35, "syscall 10"),
		LEAVE(10, -516, "observed x86_64:35 by 10/10; syscall 10"),
		SIGNALLED(10, SIGALRM, "syscall 10 sig 14"),
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, -4, "observed x86_64:15 by 10/10 = -4; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void stop_and_go_on(void **state)
{
	(void)state;
#define ROUND(sig, then)                                                                        \
	SIGNALLED(10, sig, then), GROUP_STOP(10, sig, "listen 10"), ATTACHED(10, "syscall 10"), \
		GROUP_STOP(10, sig, "listen 10"), ATTACHED(10, "syscall 10"),                   \
		SIGNALLED(10, SIGCONT, "syscall 10 sig 18")
	static const struct line lines[] = {
		START,
		ROUND(SIGSTOP, "syscall 10 sig 19"),
		ROUND(SIGTSTP, "syscall 10 sig 20"),
		ROUND(SIGTTIN, "syscall 10 sig 21"),
		ROUND(SIGTTOU, "syscall 10 sig 22"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void killed_while_stopped(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		SIGNALLED(10, SIGSTOP, "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		KILLED(10, SIGKILL, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .status = SIGKILL);
}

static void all_threads_are_stopped(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		SIGNALLED(11, SIGTSTP, "syscall 11 sig 20"),
		GROUP_STOP(11, SIGTSTP, "listen 11"),
		GROUP_STOP(10, SIGTSTP, "listen 10"),
		ATTACHED(10, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		SIGNALLED(10, SIGCONT, "syscall 10 sig 18"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1);
}

/* Its first stop says SIGSTOP instead of SIGTRAP; it must not run while the others stand. */
static void thread_born_into_a_stopped_process(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 56, "syscall 10"),
		BORN(11, 10),
		GROUP_STOP(11, SIGSTOP, "listen 11"),
		CLONED(10, 11, "syscall 10"),
		LEAVE(10, 11, "observed x86_64:56 by 10/10 = 11; syscall 10"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		ATTACHED(11, "syscall 11"),
		ATTACHED(10, "syscall 10"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1);
}

static void before_the_program_is_started(void **state)
{
	(void)state;
	static const struct line lines[] = {
		BORN(10, 10),
		ATTACHED(10, "cont 10"),
		SIGNALLED(10, SIGUSR1, "cont 10 sig 10"),
		SIGNALLED(10, SIGSTOP, "cont 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		ATTACHED(10, "cont 10"),
		SIGNALLED(10, SIGCONT, "cont 10 sig 18"),
		EXECED(10, 10, "started; syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void killed_before_the_program_is_started(void **state)
{
	(void)state;
	static const struct line lines[] = {
		BORN(10, 10),
		SIGNALLED(10, SIGTERM, "cont 10 sig 15"),
		KILLED(10, SIGTERM, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .status = SIGTERM);
}

/* A filter of the workload's own: nobody listens to its RET_TRACE, so the call is refused. */
static void seccomp_stop_of_the_workload(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		EVENT(10, PTRACE_EVENT_SECCOMP, SIGTRAP, "refused 10; syscall 10",
		      .info.op = PTRACE_SYSCALL_INFO_SECCOMP, .info.arch = AUDIT_ARCH_X86_64,
		      .info.seccomp.nr = 39),
		LEAVE(10, -38, "observed x86_64:39 by 10/10 = -38; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void events_not_asked_for(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		EVENT(10, PTRACE_EVENT_EXIT, SIGTRAP, "syscall 10"),
		EVENT(10, 99, SIGTRAP, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* The init of a PID namespace would fault for ever; it dies once it is let go. */
static void fault_of_an_init(void **state)
{
	(void)state;
#define FAULT(sig, code, then, ...) \
	STATUS(12, STOPPED(sig, 0), then, .siginfo_code = (code), .is_init = true, __VA_ARGS__)
	static const struct line lines[] = {
		START,
		BORN(12, 12),
		FORKED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		FAULT(SIGSEGV, SI_USER, "syscall 12 sig 11"),
		FAULT(SIGTERM, SI_KERNEL, "syscall 12 sig 15"),
		/* From its own namespace, from one above, and from the kernel. */
		FAULT(SIGSTOP, SI_TKILL, "syscall 12", .siginfo_pid = 1),
		FAULT(SIGSTOP, SI_USER, "syscall 12 sig 19"),
		FAULT(SIGSTOP, SI_KERNEL, "syscall 12 sig 19"),
		FAULT(SIGTSTP, SI_USER, "syscall 12 sig 20", .siginfo_pid = 1),
		FAULT(SIGSEGV, SI_KERNEL, "syscall 12 sig 11", .handles = true),
		BORN(13, 12),
		CLONED(12, 13, "syscall 12"),
		ATTACHED(13, "syscall 13"),
		FAULT(SIGSEGV, SI_KERNEL, "detach 12"),
		KILLED(13, SIGSEGV, ""),
		EXITED(10, 0, ""),
	};
	/* Any other process dies of it under a tracer as well. */
	static const struct line another[] = {
		START,
		STATUS(10, STOPPED(SIGSEGV, 0), "syscall 10 sig 11", .siginfo_code = SI_KERNEL),
		KILLED(10, SIGSEGV, ""),
	};
	PLAY(lines, .tasks = 3, .processes = 2, .needs_proc = true);
	PLAY(another, .tasks = 1, .processes = 1, .status = SIGSEGV);
}

static void a_thread_that_cannot_go_on(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 39, "syscall 10; kill 10 9; observed x86_64:39 by 10/10",
		      .resume_error = -EIO),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .result = -EIO,
	     .error = "cannot go on: restart on thread 10: Input/output error");
}

/* The kernel says that it is gone, and it stands all the same. */
static void a_thread_that_stands_for_ever(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 39, "syscall 10", .resume_error = -ESRCH),
		TICK(0.5, "observed x86_64:39 by 10/10"),
		TICK(0.6, "kill 10 9"),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .result = -EIO,
	     .error = "cannot go on: ptrace on thread 10: No such process");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_is_passed_on),
		cmocka_unit_test(signal_inside_a_call),
		cmocka_unit_test(stop_and_go_on),
		cmocka_unit_test(killed_while_stopped),
		cmocka_unit_test(all_threads_are_stopped),
		cmocka_unit_test(thread_born_into_a_stopped_process),
		cmocka_unit_test(before_the_program_is_started),
		cmocka_unit_test(killed_before_the_program_is_started),
		cmocka_unit_test(seccomp_stop_of_the_workload),
		cmocka_unit_test(events_not_asked_for),
		cmocka_unit_test(fault_of_an_init),
		cmocka_unit_test(a_thread_that_cannot_go_on),
		cmocka_unit_test(a_thread_that_stands_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

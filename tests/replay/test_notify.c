/* Calls that wait at a listener: what is learnt of them and told, and how runs end that have any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "injected.h"

#define END EXITED(10, 0, ""), HANG_UP(3, "close 103")

/* Its call waits no more when it is received, looked at, or answered. */
static void waits_no_more(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		NOTIFIED(3, 10, 102, "", .receive_error = -ENOENT),
		NOTIFIED(3, 10, 102, "", .receive_error = -EINTR),
		/* Whose number is another one's by now. */
		LOOSE(11, 10),
		NOTIFIED(3, 11, 102, "observed x86_64:102 by 11/11; answer 11", .replaced = true),
		NOTIFIED(3, 10, 103, "observed x86_64:103 by 10/10; answer 10",
			 .answer_error = -ENOENT),
		/* It has no number here. */
		NOTIFIED(3, 0, 104, "observed x86_64:104 by 0/0; answer 0"),
		END,
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1);
}

static void cannot_go_on(void **state)
{
	(void)state;
	static const struct line receive[] = {
		START, GOES, NOTIFIED(3, 10, 102, "kill 10 9", .receive_error = -EIO)};
	static const struct line answer[] = {
		START, GOES, NOTIFIED(3, 10, 39, "answer 10; kill 10 9", .answer_error = -EINVAL)};
	static const struct line poll[] = {
		START, GOES, NOTIFIED(3, 10, 102, "kill 10 9", .poll_error = -ENOMEM)};

	PLAY_GOING(receive, .tasks = 1, .processes = 1, .needs_proc = true, .result = -EIO,
		   .error = "cannot go on: receiving a call on thread 0: Input/output error");
	PLAY_GOING(answer, .tasks = 1, .processes = 1, .needs_proc = true, .result = -EIO,
		   .error = "cannot go on: answering a call on thread 10: Invalid argument");
	PLAY_GOING(poll, .tasks = 1, .processes = 1, .needs_proc = true, .result = -EIO,
		   .error = "cannot go on: poll on thread 0: Cannot allocate memory");
}

#define BY " by /exe/10, pid 10; "
#define SECCOMP(...) .info.entry.args = {SECCOMP_SET_MODE_FILTER, __VA_ARGS__}
#define PRCTL(...) .info.entry.args = {PR_SET_SECCOMP, __VA_ARGS__}
#define ONCE .program = 7

/* Each once for a program, however often it is made. */
static void gaps(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		/* Without a program, or a size, these only ask. */
		NOTIFIED(3, 10, 317, "observed x86_64:317 by 10/10; answer 10", SECCOMP(8, 0),
			 ONCE),
		NOTIFIED(3, 10, 157, "observed x86_64:157 by 10/10; answer 10", PRCTL(1), ONCE),
		NOTIFIED(3, 10, 425, "observed x86_64:425 by 10/10; answer 10", ONCE),
		NOTIFIED(3, 10, 317,
			 "gap listener-refused: seccomp listener asked for" BY "answer 10",
			 SECCOMP(8, 0x4000), ONCE),
		NOTIFIED(3, 10, 317, "gap own-filter: seccomp filter loaded" BY "answer 10",
			 SECCOMP(0, 0x4000), ONCE),
		NOTIFIED(3, 10, 157, "answer 10", PRCTL(2, 0x4000), ONCE),
		NOTIFIED(3, 10, 317, "answer 10", SECCOMP(8, 0x4000), ONCE),
		NOTIFIED(3, 10, 425, "gap io-uring: io_uring set up" BY "answer 10",
			 .info.entry.args = {8}, ONCE),
		NOTIFIED(3, 10, 425, "answer 10", .info.entry.args = {8}, ONCE),
		NOTIFIED_ON(0xdead, 3, 10, 1,
			    "gap unknown-number: call of unknown ABI 0xdead" BY "answer 10", ONCE),
		NOTIFIED_ON(0xdead, 3, 10, 2, "answer 10", ONCE),
		NOTIFIED(3, 10, 9999,
			 "observed x86_64:9999 by 10/10; gap unknown-number: x86_64 call 9999" BY
			 "answer 10",
			 ONCE),
		NOTIFIED(3, 10, 9999, "answer 10", ONCE),
		/* Another program. */
		NOTIFIED(3, 10, 157, "gap own-filter: seccomp filter loaded" BY "answer 10",
			 PRCTL(2, 0x4000), .program = 8),
		END,
	};
	static const struct line of_nobody[] = {
		START,
		GOES,
		NOTIFIED(3, 0, 157,
			 "observed x86_64:157 by 0/0; gap own-filter: seccomp filter loaded by a "
			 "program, pid 0; answer 0",
			 PRCTL(2, 0x4000)),
		NOTIFIED(3, 0, 157, "answer 0", PRCTL(2, 0x4000)),
		END,
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1);
	PLAY_GOING(of_nobody, .tasks = 1, .processes = 1);
}

/* Other ABIs are learnt as they are; what comes from the vsyscall page is not. */
static void other_calls(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		NOTIFIED(3, 10, 201, "answer 10",
			 .info.instruction_pointer = UINT64_C(0xffffffffff600400)),
		NOTIFIED_ON(AUDIT_ARCH_I386, 3, 10, 5, "observed x86:5 by 10/10; answer 10"),
		NOTIFIED(3, 10, 0x40000000 | 5, "observed x32:5 by 10/10; answer 10"),
		NOTIFIED(3, 10, 201, "observed x86_64:201 by 10/10; answer 10"),
		END,
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1);
}

/* A shell watches this process, not the main one, which is not traced. */
static void stopped_as_a_job(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		JOB_STOPPED(10, SIGTSTP, ""),
		TICK(0.02, ""),
		TICK(0.05, "suspend 20"),
		TICK(1, ""),
		GOES_ON(10),
		TICK(1, ""),
		JOB_STOPPED(10, SIGSTOP, ""),
		TICK(0.06, "suspend 19"),
		/* That it went on is found out by its next stop, or not at all. */
		GOES_ON(10),
		JOB_STOPPED(10, SIGSTOP, ""),
		TICK(0.06, "suspend 19"),
		GOES_ON(10),
		JOB_STOPPED(10, SIGTSTP, ""),
		GOES_ON(10),
		TICK(0.06, ""),
		TICK(1, ""),
		END,
	};
	static const struct line another_runs[] = {
		START,
		GOES,
		LOOSE(20, 20),
		JOB_STOPPED(10, SIGTSTP, ""),
		TICK(0.06, ""),
		TICK(1, ""),
		GOES_ON(10),
		TICK(1, ""),
		DIED(20),
		JOB_STOPPED(10, SIGTSTP, ""),
		TICK(0.06, "suspend 20"),
		KILLED(10, SIGKILL, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .needs_proc = true);
	PLAY_GOING(another_runs, .tasks = 1, .processes = 1, .needs_proc = true, .status = SIGKILL);
}

/* An orphan is a child of ours, and reports what a child does. */
static void orphans(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		LOOSE(20, 20),
		EXITED(10, 0, "outlived 1"),
		JOB_STOPPED(20, SIGSTOP, ""),
		GOES_ON(20),
		NOTIFIED(3, 20, 102, "observed x86_64:102 by 20/20; answer 20"),
		EXITED(20, 0, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .needs_proc = true);
}

/* wait() has nobody left, a listener has. */
static void outlives(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		LOOSE(20, 20),
		LOOSE(21, 21),
		EXITED(10, 3, "outlived 2"),
		NOTIFIED(3, 20, 102, "observed x86_64:102 by 20/20; answer 20"),
		DIED(20),
		NOTIFIED(3, 21, 103, "observed x86_64:103 by 21/21; answer 21"),
		DIED(21),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .needs_proc = true, .status = 3 << 8);
}

#define KILLING "gap interrupted: processes that did not end on SIGTERM were killed; "

/* Those who are not traced are ended as well. */
static void ended_with_main(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,         GOES,
		LOOSE(20, 20), EXITED(10, 0, "kill 20 15; kill 20 18"),
		TICK(1, ""),   TICK(1.1, KILLING "kill 20 9"),
		LOOSE(21, 21), TICK(0.1, "kill 20 9; kill 21 9"),
		DIED(20),      TICK(0.1, "kill 21 9"),
		DIED(21),      HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .needs_proc = true, .stop_with_main = true);
}

/* Strangers are waited for only when no listener is left. */
static void strangers(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		LOOSE(20, 20),
		EXITED(10, 0, "outlived 1"),
		TICK(1, ""),
		TICK(1, ""),
		NOTIFIED(3, 20, 102, "observed x86_64:102 by 20/20; answer 20"),
		DIED(20),
		HANG_UP(3, "close 103"),
		TICK(0.1, ""),
		TICK(0.15, ""),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .needs_proc = true, .strangers = true);
}

/* Two that were let go; one is served while the other is made to load its filter. */
static void two_listeners(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(20, 20),
		FORKED(10, 20, "syscall 10"),
		ATTACHED(20, "syscall 20"),
		GOES,
		ENTER(20, 39, "syscall 20"),
		LEAVE(20, 20, "guard; mask 20; bind 20; call 20 " NR_MMAP " prot 1; syscall 20"),
		SYSCALL_STOP(20, "syscall 20"),
		LEAVE(20, PAGE, "write 20; call 20 " NR_SECCOMP " listens; syscall 20"),
		NOTIFIED(3, 10, 102, "observed x86_64:102 by 10/10; answer 10"),
		SYSCALL_STOP(20, "syscall 20"),
		LEAVE(20, 4, "take 20 4; call 20 " NR_CLOSE "; syscall 20"),
		SYSCALL_STOP(20, "syscall 20"),
		LEAVE(20, 0, "call 20 " NR_MUNMAP "; syscall 20"),
		SYSCALL_STOP(20, "syscall 20"),
		LEAVE(20, 0, "registers 20; unmask 20; unbind 20; detach 20"),
		NOTIFIED(4, 20, 103, "observed x86_64:103 by 20/20; answer 20"),
		NOTIFIED(3, 10, 103, "answer 10"),
		EXITED(10, 0, "outlived 1"),
		HANG_UP(3, "close 103"),
		NOTIFIED(4, 20, 102, "answer 20"),
		DIED(20),
		HANG_UP(4, "close 104"),
	};
	PLAY_GOING(lines, .tasks = 2, .processes = 2, .needs_proc = true);
}

int main(void)
{
	if (!arch_can_inject()) {
		print_message("no calls are injected on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_no_more),
		cmocka_unit_test(cannot_go_on),
		cmocka_unit_test(gaps),
		cmocka_unit_test(other_calls),
		cmocka_unit_test(stopped_as_a_job),
		cmocka_unit_test(orphans),
		cmocka_unit_test(outlives),
		cmocka_unit_test(ended_with_main),
		cmocka_unit_test(strangers),
		cmocka_unit_test(two_listeners),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

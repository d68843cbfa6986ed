/* Processes that are let go: how they get there, what their threads still report, and what they make known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#include "injected.h"

/* What is new waits, and is learnt without a result; what is known waits and goes on. */
static void let_go(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		NOTIFIED(3, 10, 102, "observed x86_64:102 by 10/10; answer 10"),
		NOTIFIED(3, 10, 102, "answer 10"),
		NOTIFIED(3, 10, 39, "answer 10"),
		EXITED(10, 7, ""),
		HANG_UP(3, "close 103"),
	};
	static const struct line hangs_up_first[] = {
		START,
		GOES,
		HANG_UP(3, "close 103"),
		EXITED(10, 0, ""),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1, .status = 7 << 8);
	PLAY_GOING(hangs_up_first, .tasks = 1, .processes = 1);
}

/* There is a listener, or no room for one: it is traced for life, and dies with us. */
static void traced_all_the_same(void **state)
{
	(void)state;
	static const int64_t results[] = {-EBUSY, -EMFILE, -ENFILE, -EINVAL};

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct line lines[] = {
			START,
			FIRST_CALL(BEGUN),
			MAPPED_TO_LISTEN,
			INSIDE("syscall 10"),
			LEAVE(10, results[i], "write 10; " LOAD),
			INSIDE("syscall 10"),
			LEAVE(10, 0, UNMAP),
			INSIDE("syscall 10"),
			LEAVE(10, 0, PUT_BACK "bind 10; cont 10"),
			FILTERED(10, 102, SIEVE_COOKIE, "syscall 10"),
			LEAVE(10, 0, "observed x86_64:102 by 10/10 = 0; cont 10"),
			/* Children too, though they are born as it is. */
			BORN(12, 12),
			FORKED(10, 12, "cont 10"),
			ATTACHED(12, "bind 12; cont 12"),
			EXITED(12, 0, ""),
			EXITED(10, 0, ""),
		};
		PLAY_GOING(lines, .tasks = 2, .processes = 2);
	}
}

/* Other errors are those of any sieve. */
static void not_loaded(void **state)
{
	(void)state;
	static const int64_t results[] = {-ENOMEM, -ESRCH};

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct line lines[] = {
			START,
			FIRST_CALL(BEGUN),
			MAPPED_TO_LISTEN,
			INSIDE("syscall 10"),
			LEAVE(10, results[i], UNMAP),
			INSIDE("syscall 10"),
			LEAVE(10, 0, PUT_BACK "syscall 10"),
			ENTER(10, 39, "syscall 10"),
			LEAVE(10, 10, BEGUN),
			LET_GO_THEN("detach 10"),
			EXITED(10, 0, ""),
			HANG_UP(3, "close 103"),
		};
		PLAY_GOING(lines, .tasks = 1, .processes = 1);
	}
}

/* The reason is known before anything is loaded. */
static void cannot_be_let_go(void **state)
{
	(void)state;
#define TRACED                                                                              \
	START, FIRST_CALL(BEGUN), INSIDE("syscall 10"), LEAVE(10, PAGE, "write 10; " LOAD), \
		INSIDE("syscall 10"), LEAVE(10, 0, UNMAP), INSIDE("syscall 10"),            \
		LEAVE(10, 0, PUT_BACK "bind 10; cont 10"), EXITED(10, 0, "")
	static const struct line traced[] = {TRACED};
	static const struct line knows_return[] = {
		START,
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:15 by 10/10 = 0; " BEGUN),
		LET_GO_THEN("detach 10"),
		EXITED(10, 0, ""),
		HANG_UP(3, "close 103"),
	};

	PLAY_GOING(traced, .tasks = 1, .processes = 1, .guard_error = -EAGAIN);
	PLAY_GOING(traced, .tasks = 1, .processes = 1, .listen_error = -EPERM);
	/* A signal that comes often has a handler, or may have. */
	PLAY_GOING(traced, .tasks = 1, .processes = 1, .caught = 1 << (SIGALRM - 1));
	PLAY_GOING(traced, .tasks = 1, .processes = 1, .caught = UINT64_C(1) << (40 - 1));
	PLAY_GOING(traced, .tasks = 1, .processes = 1, .caught_hidden = true);
	/* A script's calls are of x86_64; on other machines they are not those that are made for us. */
	if (strcmp(NR_SECCOMP, "317") == 0)
		PLAY_GOING(knows_return, .tasks = 1, .processes = 1, .caught = 1 << (SIGALRM - 1));
}

/* Not for those that a person sends, or the C library. */
static void catches_others(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		GOES,
		EXITED(10, 0, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1,
		   .caught = 1 << (SIGINT - 1) | 1 << (SIGTERM - 1) | 1 << (SIGSEGV - 1) |
			     UINT64_C(3) << (32 - 1));
}

/* Sixteen signals to one of its threads are a storm, whatever it knows. SIGCHLD does not count. */
static void many_signals(void **state)
{
	(void)state;
#define USR1 SIGNALLED(10, SIGUSR1, "syscall 10 sig 10")
#define FOUR(signal) signal, signal, signal, signal
#define CHILD SIGNALLED(10, SIGCHLD, "syscall 10 sig 17")
	static const struct line many[] = {
		START,
		FOUR(USR1),
		FOUR(USR1),
		FOUR(USR1),
		FOUR(USR1),
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:15 by 10/10 = 0; " BEGUN),
		INSIDE("syscall 10"),
		LEAVE(10, PAGE, "write 10; " LOAD),
		INSIDE("syscall 10"),
		LEAVE(10, 0, UNMAP),
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "bind 10; cont 10"),
		EXITED(10, 0, ""),
	};
	static const struct line few[] = {
		START,
		FOUR(USR1),
		FOUR(USR1),
		FOUR(USR1),
		USR1,
		USR1,
		USR1,
		FOUR(CHILD),
		ENTER(10, 15, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:15 by 10/10 = 0; " BEGUN),
		LET_GO_THEN("detach 10"),
		EXITED(10, 0, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(many, .tasks = 1, .processes = 1, .needs_proc = true);
	PLAY_GOING(few, .tasks = 1, .processes = 1);
}

/* Where we have taken privileges away, each exec is looked at, though exec is learnt. */
static void with_no_new_privs(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 59, "syscall 10"),
		LEAVE(10, -2, "observed x86_64:59 by 10/10 = -2; " BEGUN),
		INSIDE("syscall 10"),
		LEAVE(10, PAGE,
		      "write 10; call 10 " NR_SECCOMP " listens, exec passes; syscall 10"),
		INSIDE("syscall 10"),
		LEAVE(10, -EACCES, "call 10 " NR_PRCTL "; syscall 10"),
		INSIDE("syscall 10"),
		LEAVE(10, 0, "write 10; " LISTEN),
		LISTENS(3),
		PUT_AWAY,
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10"),
		NOTIFIED(3, 10, 59, "answer 10"),
		EXITED(10, 0, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1);
}

/* Nobody could ever answer. */
static void cannot_be_taken(void **state)
{
	(void)state;
	static const struct line failed[] = {
		START,
		FIRST_CALL(BEGUN),
		MAPPED_TO_LISTEN,
		INSIDE("syscall 10"),
		LEAVE(10, 3, "take 10 3; " PUT_BACK "syscall 10; kill 10 9"),
	};
	PLAY_GOING(failed, .tasks = 1, .processes = 1, .take_error = -EMFILE, .result = -EIO,
		   .needs_proc = true,
		   .error = "cannot go on: taking a listener on thread 10: Too many open files");
}

/* What the thread does for us is not the workload's. */
static void calls_for_us(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		FIRST_CALL(BEGUN),
		MAPPED_TO_LISTEN,
		LISTENS(3),
		INSIDE("syscall 10"),
		NOTIFIED(3, 10, 3, "answer 10"),
		LEAVE(10, 0, UNMAP),
		INSIDE("syscall 10"),
		NOTIFIED(3, 10, 11, "answer 10"),
		LEAVE(10, 0, PUT_BACK "detach 10"),
		NOTIFIED(3, 10, 3, "observed x86_64:3 by 10/10; answer 10"),
		EXITED(10, 0, ""),
		HANG_UP(3, "close 103"),
	};
	PLAY_GOING(lines, .tasks = 1, .processes = 1);
}

int main(void)
{
	if (!arch_can_inject()) {
		print_message("no calls are injected on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(let_go),
		cmocka_unit_test(traced_all_the_same),
		cmocka_unit_test(not_loaded),
		cmocka_unit_test(cannot_be_let_go),
		cmocka_unit_test(catches_others),
		cmocka_unit_test(many_signals),
		cmocka_unit_test(with_no_new_privs),
		cmocka_unit_test(cannot_be_taken),
		cmocka_unit_test(calls_for_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

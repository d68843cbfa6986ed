/* What is learnt from calls: on which ABI, how often, and with which result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "script.h"

static void learnt_once(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "observed x86_64:39 by 10/10 = 10; syscall 10"),
		ENTER(10, 39, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		BORN(11, 11),
		FORKED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(11, 39, "syscall 11"),
		/* The kernel looks at 32 bits only. */
		ENTER(10, 0x700000027, "syscall 10"),
		LEAVE(11, 11, "syscall 11"),
		LEAVE(10, 10, "syscall 10"),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 2);
}

static void same_number_on_several_abis(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER_ON(AUDIT_ARCH_I386, 10, 24, "syscall 10"),
		LEAVE(10, 10, "observed x86:24 by 10/10 = 10; syscall 10"),
		ENTER(10, 24, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:24 by 10/10 = 0; syscall 10"),
		ENTER(10, 0x40000018, "syscall 10"),
		LEAVE(10, -38, "observed x32:24 by 10/10 = -38; syscall 10"),
		ENTER_ON(AUDIT_ARCH_AARCH64, 10, 24, "syscall 10"),
		LEAVE(10, 3, "observed aarch64:24 by 10/10 = 3; syscall 10"),
		ENTER_ON(AUDIT_ARCH_I386, 10, 24, "syscall 10"),
		LEAVE(10, 10, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

#define UNKNOWN(what) "gap unknown-number: " what " by /exe/10, pid 10; "

static void numbers_without_a_name(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, -1, UNKNOWN("x86_64 call -1") "syscall 10"),
		LEAVE(10, -38, "observed x86_64:-1 by 10/10 = -38; syscall 10"),
		ENTER(10, 0xffffffff, "syscall 10"),
		LEAVE(10, -38, "syscall 10"),
		ENTER(10, 9999, UNKNOWN("x86_64 call 9999") "syscall 10"),
		LEAVE(10, -38, "observed x86_64:9999 by 10/10 = -38; syscall 10"),
		ENTER(10, 9999, "syscall 10"),
		LEAVE(10, -38, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void unknown_abi(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER_ON(0xdead, 10, 1, UNKNOWN("call of unknown ABI 0xdead") "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER_ON(0xdead, 10, 2, "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		EXECED(10, 10, "syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER_ON(0xdead, 10, 2, UNKNOWN("call of unknown ABI 0xdead") "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

/* The kernel restarts these calls; the program never sees such a result. */
static void restart_codes(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 1, "syscall 10"),
		LEAVE(10, -511, "observed x86_64:1 by 10/10 = -511; syscall 10"),
		ENTER(10, 2, "syscall 10"),
		LEAVE(10, -512, "observed x86_64:2 by 10/10; syscall 10"),
		ENTER(10, 3, "syscall 10"),
		LEAVE(10, -513, "observed x86_64:3 by 10/10; syscall 10"),
		ENTER(10, 4, "syscall 10"),
		LEAVE(10, -514, "observed x86_64:4 by 10/10; syscall 10"),
		ENTER(10, 5, "syscall 10"),
		LEAVE(10, -515, "observed x86_64:5 by 10/10; syscall 10"),
		ENTER(10, 6, "syscall 10"),
		LEAVE(10, -516, "observed x86_64:6 by 10/10; syscall 10"),
		ENTER(10, 7, "syscall 10"),
		LEAVE(10, -517, "observed x86_64:7 by 10/10 = -517; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

static void thread_dies_in_a_call(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 231, "syscall 10"),
		EXITED(10, 4, "observed x86_64:231 by 10/10"),
	};
	PLAY(lines, .tasks = 1, .processes = 1, .status = 4 << 8);
}

static void call_takes_long(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		ENTER(10, 0, "syscall 10"),
		TICK(0.06, ""),
		ENTER(11, 1, "syscall 11"),
		TICK(0.05, "observed x86_64:0 by 10/10"),
		LEAVE(10, 1, "syscall 10"),
		TICK(0.06, "observed x86_64:1 by 10/11"),
		ENTER(10, 0, "syscall 10"),
		TICK(0.2, ""),
		EXITED(11, 0, ""),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 2, .processes = 1);
}

/* Entry and exit come from the kernel, not from counting. That a call is entered in another one is told of. */
static void stops_out_of_step(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		LEAVE(10, 0, "syscall 10"),
		ENTER(10, 1, "syscall 10"),
		ENTER(10, 2, "observed x86_64:1 by 10/10; syscall 10"),
		LEAVE(10, 5, "observed x86_64:2 by 10/10 = 5; syscall 10"),
		LEAVE(10, 5, "syscall 10"),
		SYSCALL_STOP(10, "syscall 10", .info.op = PTRACE_SYSCALL_INFO_NONE),
		ENTER(10, 3, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:3 by 10/10 = 0; syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1,
	     .trouble = "entry in phase 'entered' on thread 10: Invalid argument");
}

/* Nobody may be there any more to hear of its result. */
static void a_call_that_ends_the_machine(void **state)
{
	(void)state;
	static const struct line lines[] = {
		START,
		ENTER(10, 169, "observed x86_64:169 by 10/10; syscall 10"),
		LEAVE(10, -1, "syscall 10"),
		EXITED(10, 0, ""),
	};
	PLAY(lines, .tasks = 1, .processes = 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_that_ends_the_machine),
		cmocka_unit_test(learnt_once),
		cmocka_unit_test(same_number_on_several_abis),
		cmocka_unit_test(numbers_without_a_name),
		cmocka_unit_test(unknown_abi),
		cmocka_unit_test(restart_codes),
		cmocka_unit_test(thread_dies_in_a_call),
		cmocka_unit_test(call_takes_long),
		cmocka_unit_test(stops_out_of_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the threads of a process that is let go report until each is detached, and who is born meanwhile. */
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

#define TWO_THREADS START, BORN(11, 10), CLONED(10, 11, "syscall 10"), ATTACHED(11, "syscall 11")
#define END EXITED(10, 0, ""), HANG_UP(3, "close 103")

/* Each at its next stop, whatever that is, with the signal that it is about to get. */
static void at_the_next_stop(void **state)
{
	(void)state;
	static const struct line stops[] = {
		ENTER(11, 39, "detach 11"),
		LEAVE(11, 5, "detach 11"),
		SIGNALLED(11, SIGTERM, "detach 11 sig 15"),
		EVENT(11, PTRACE_EVENT_VFORK_DONE, SIGTRAP, "detach 11"),
		ATTACHED(11, "detach 11"),
	};

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		const struct line lines[] = {TWO_THREADS, GOES, stops[i], END};
		PLAY_GOING(lines, .tasks = 2, .processes = 1);
	}
}

/* Learnt at its entry, with the result at its exit; that it waits at the listener, too, is nothing new. */
static void with_its_result(void **state)
{
	(void)state;
	static const struct line lines[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 102, "syscall 11"),
		NOTIFIED(3, 11, 102, "answer 11"),
		LEAVE(11, 0, "observed x86_64:102 by 10/11 = 0; detach 11"),
		NOTIFIED(3, 11, 102, "answer 11"),
		END,
	};
	static const struct line entered_before[] = {
		TWO_THREADS, ENTER(11, 102, "syscall 11"),
		GOES,        LEAVE(11, 0, "observed x86_64:102 by 10/11 = 0; detach 11"),
		END,
	};
	/* It does not return soon. */
	static const struct line overdue[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 102, "syscall 11"),
		NOTIFIED(3, 11, 102, "answer 11"),
		TICK(0.2, "observed x86_64:102 by 10/11"),
		LEAVE(11, 0, "detach 11"),
		END,
	};
	PLAY_GOING(lines, .tasks = 2, .processes = 1);
	PLAY_GOING(entered_before, .tasks = 2, .processes = 1);
	PLAY_GOING(overdue, .tasks = 2, .processes = 1);
}

/* It would go on if it were detached. */
static void stopped_as_a_whole(void **state)
{
	(void)state;
	static const struct line lines[] = {
		TWO_THREADS, GOES, GROUP_STOP(11, SIGSTOP, "listen 11"), ATTACHED(11, "detach 11"),
		END,
	};
	PLAY_GOING(lines, .tasks = 2, .processes = 1);
}

/* What it executes is looked at, and only then it goes. */
static void in_an_exec(void **state)
{
	(void)state;
	static const struct line learnt[] = {
		TWO_THREADS,
		ENTER(10, 59, "syscall 10"),
		LEAVE(10, -2, "observed x86_64:59 by 10/10 = -2; " BEGUN),
		INSIDE("syscall 10"),
		LEAVE(10, PAGE,
		      "write 10; call 10 " NR_SECCOMP " listens, exec passes; syscall 10"),
		LISTENS(3),
		PUT_AWAY,
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10"),
		ENTER(11, 59, "cont 11"),
		EXECED(10, 11,
		       "gap privileges-dropped: set-user-ID refused to /exe/10, pid 10; detach 10",
		       .dropped = "set-user-ID"),
		END,
	};
	static const struct line is_new[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 59, "syscall 11"),
		NOTIFIED(3, 11, 59, "answer 11"),
		EXECED(10, 11, "syscall 10"),
		LEAVE(10, 0, "observed x86_64:59 by 10/11 = 0; detach 10"),
		END,
	};
	static const struct line fails[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 59, "syscall 11"),
		LEAVE(11, -2, "observed x86_64:59 by 10/11 = -2; detach 11"),
		END,
	};
	/* The leader, which was detached, is counted once more under its number. */
	PLAY_GOING(learnt, .tasks = 3, .processes = 1);
	PLAY_GOING(is_new, .tasks = 3, .processes = 1);
	PLAY_GOING(fails, .tasks = 2, .processes = 1);
}

/* Made by a thread that was let run with the sieve: it has the sieve. */
static void born_afterwards(void **state)
{
	(void)state;
	static const struct line parent_first[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 57, "syscall 11"),
		BORN(20, 20),
		FORKED(11, 20, "syscall 11"),
		ATTACHED(20, "detach 20"),
		LEAVE(11, 20, "observed x86_64:57 by 10/11 = 20; detach 11"),
		NOTIFIED(3, 20, 102, "observed x86_64:102 by 20/20; answer 20"),
		DIED(20),
		END,
	};
	static const struct line child_first[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 57, "syscall 11"),
		BORN(20, 20),
		ATTACHED(20, "syscall 20"),
		FORKED(11, 20, "syscall 11"),
		ENTER(20, 39, "detach 20"),
		LEAVE(11, 20, "observed x86_64:57 by 10/11 = 20; detach 11"),
		DIED(20),
		END,
	};
	static const struct line thread[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 56, "syscall 11", .info.entry.args = {0x10f00}),
		BORN(12, 10),
		CLONED(11, 12, "syscall 11"),
		ATTACHED(12, "detach 12"),
		LEAVE(11, 12, "observed x86_64:56 by 10/11 = 12; detach 11"),
		END,
	};
	PLAY_GOING(parent_first, .tasks = 3, .processes = 2);
	PLAY_GOING(child_first, .tasks = 3, .processes = 2);
	PLAY_GOING(thread, .tasks = 3, .processes = 1);
}

/* Made by one that ran without: it is traced until a call of it waits. */
static void born_in_doubt(void **state)
{
	(void)state;
#define DOUBTFUL                                                          \
	TWO_THREADS, ENTER(11, 57, "syscall 11"), GOES, BORN(20, 20),     \
		FORKED(11, 20, "syscall 11"), ATTACHED(20, "syscall 20"), \
		LEAVE(11, 20, "observed x86_64:57 by 10/11 = 20; detach 11")
	static const struct line lines[] = {
		DOUBTFUL,
		ENTER(20, 102, "syscall 20"),
		NOTIFIED(3, 20, 102, "answer 20"),
		LEAVE(20, 0, "observed x86_64:102 by 20/20 = 0; detach 20"),
		DIED(20),
		END,
	};
	/* There are filters of others, it seems; they turn out to be ours. */
	static const struct line ruled_out[] = {
		DOUBTFUL,
		ENTER(20, 39, "syscall 20"),
		LEAVE(20, 20, "syscall 20", .filters = 1),
		ENTER(20, 102, "syscall 20"),
		NOTIFIED(3, 20, 102, "answer 20"),
		LEAVE(20, 0, "observed x86_64:102 by 20/20 = 0; detach 20"),
		DIED(20),
		END,
	};
	PLAY_GOING(lines, .tasks = 3, .processes = 2);
	PLAY_GOING(ruled_out, .tasks = 3, .processes = 2);
}

/* The call that makes it is learnt, so that nobody awaits its result: its parent goes at the event. */
static void goes_at_a_birth(void **state)
{
	(void)state;
	static const int events[] = {PTRACE_EVENT_FORK, PTRACE_EVENT_VFORK, PTRACE_EVENT_CLONE};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const struct line lines[] = {
			TWO_THREADS,
			ENTER(10, 57, "syscall 10"),
			ENTER(11, 57, "syscall 11"),
			LEAVE(10, -11, "observed x86_64:57 by 10/10 = -11; " BEGUN),
			LET_GO_THEN("detach 10"),
			BORN(20, 20),
			EVENT(11, events[i], SIGTRAP, "detach 11", .message = 20),
			ATTACHED(20, "syscall 20"),
			ENTER(20, 102, "syscall 20"),
			NOTIFIED(3, 20, 102, "answer 20"),
			LEAVE(20, 0, "observed x86_64:102 by 20/20 = 0; detach 20"),
			DIED(20),
			END,
		};
		PLAY_GOING(lines, .tasks = 3, .processes = 2);
	}
}

/* Stops that come while the filter is loaded are answered afterwards, as those of a process that is let go. */
static void stops_meanwhile(void **state)
{
	(void)state;
	static const struct line known[] = {
		TWO_THREADS,
		FIRST_CALL(BEGUN),
		INSIDE("syscall 10"),
		ENTER(11, 39, "", .later = true),
		LEAVE(10, PAGE, "write 10; " LISTEN),
		LISTENS(3),
		PUT_AWAY,
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10; detach 11"),
		END,
	};
	static const struct line is_new[] = {
		TWO_THREADS,
		FIRST_CALL(BEGUN),
		MAPPED_TO_LISTEN,
		INSIDE("syscall 10"),
		ENTER(11, 102, "", .later = true),
		LEAVE(10, 3, "take 10 3; " CLOSE),
		PUT_AWAY,
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10; syscall 11"),
		NOTIFIED(3, 11, 102, "answer 11"),
		LEAVE(11, 0, "observed x86_64:102 by 10/11 = 0; detach 11"),
		END,
	};
	static const struct line signal[] = {
		TWO_THREADS,
		FIRST_CALL(BEGUN),
		MAPPED_TO_LISTEN,
		LISTENS(3),
		INSIDE("syscall 10"),
		STATUS(11, STOPPED(SIGTERM, 0), "", .later = true),
		LEAVE(10, 0, UNMAP),
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10; detach 11 sig 15"),
		END,
	};
	PLAY_GOING(known, .tasks = 2, .processes = 1);
	PLAY_GOING(is_new, .tasks = 2, .processes = 1);
	PLAY_GOING(signal, .tasks = 2, .processes = 1);
}

/* What its own filter refuses does not get as far as the listener: who is still traced stays so. */
static void own_filter(void **state)
{
	(void)state;
#define FILTER .info.entry.args = {SECCOMP_SET_MODE_FILTER, 0, 0x4000}, .program = 7
#define LOADED "gap own-filter: seccomp filter loaded by /exe/11, pid 10"
	static const struct line lines[] = {
		BORN(MAIN, MAIN),
		EXECED(MAIN, MAIN, "started; syscall 10", .program = 7),
		LEAVE(MAIN, 0, "syscall 10"),
		BORN(11, 10),
		CLONED(10, 11, "syscall 10"),
		ATTACHED(11, "syscall 11"),
		BORN(12, 10),
		CLONED(10, 12, "syscall 10"),
		ATTACHED(12, "syscall 12"),
		GOES,
		ENTER(11, 317, "syscall 11", FILTER),
		NOTIFIED(3, 11, 317, "interrupt 11; interrupt 12; " LOADED "; answer 11", FILTER),
		/* It may be there already, for all threads. */
		ENTER(12, 39, "syscall 12"),
		LEAVE(11, 0, "observed x86_64:317 by 10/11 = 0; syscall 11", .program = 7),
		ENTER(11, 39, "syscall 11"),
		LEAVE(11, 10, "syscall 11"),
		EXITED(11, 0, ""),
		EXITED(12, 0, ""),
		END,
	};
	PLAY_GOING(lines, .tasks = 3, .processes = 1);
}

/* The same of one that was let go altogether: it is traced again, and its children with it. */
static void own_filter_later(void **state)
{
	(void)state;
	static const struct line lines[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 39, "detach 11"),
		NOTIFIED(3, 10, 317,
			 "observed x86_64:317 by 10/10; attach 10; interrupt 10; attach 11; "
			 "interrupt 11; gap own-filter: seccomp filter loaded by /exe/10, pid 10; "
			 "answer 10",
			 FILTER),
		ATTACHED(11, "syscall 11"),
		ATTACHED(10, "syscall 10"),
		ENTER(10, 57, "syscall 10"),
		NOTIFIED(3, 10, 57, "answer 10"),
		BORN(20, 20),
		FORKED(10, 20, "syscall 10"),
		LEAVE(10, 20, "observed x86_64:57 by 10/10 = 20; syscall 10"),
		ATTACHED(20, "syscall 20"),
		ENTER(20, 39, "syscall 20"),
		LEAVE(20, 20, "syscall 20"),
		EXITED(20, 0, ""),
		EXITED(11, 0, ""),
		END,
	};
	PLAY_GOING(lines, .attachable = true, .tasks = 3, .processes = 2);
}

/* Nobody tells of its birth, nor of its end. */
static void unseen(void **state)
{
	(void)state;
	static const struct line lines[] = {
		TWO_THREADS,
		GOES,
		ENTER(11, 39, "detach 11"),
		LOOSE(12, 10),
		NOTIFIED(3, 12, 102, "observed x86_64:102 by 10/12; answer 12"),
		LOOSE(20, 20),
		NOTIFIED(3, 20, 103, "observed x86_64:103 by 20/20; answer 20"),
		DIED(20),
		END,
	};
	PLAY_GOING(lines, .tasks = 2, .processes = 1);
}

int main(void)
{
	if (!arch_can_inject()) {
		print_message("no calls are injected on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_next_stop),
		cmocka_unit_test(with_its_result),
		cmocka_unit_test(stopped_as_a_whole),
		cmocka_unit_test(in_an_exec),
		cmocka_unit_test(born_afterwards),
		cmocka_unit_test(born_in_doubt),
		cmocka_unit_test(goes_at_a_birth),
		cmocka_unit_test(stops_meanwhile),
		cmocka_unit_test(own_filter),
		cmocka_unit_test(own_filter_later),
		cmocka_unit_test(unseen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

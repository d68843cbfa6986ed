/* What can come in between while a process is given a listener: each way out, at each of its stops. */
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

static const struct line attempt[] = {LET_GO_THEN("detach 10")};

enum {
	STOPS = sizeof(attempt) / sizeof(attempt[0]),
	PAGE_IS_THERE = 2,     /* from the stop after this many on */
	LISTENER_IS_THERE = 4, /* ... and the sieve with it */
	LISTENER_IS_CLOSED = 6,
};

struct lines {
	struct line lines[64];
	size_t n;
};

static void add_lines(struct lines *to, const struct line *lines, size_t n)
{
	assert_true(to->n + n <= sizeof(to->lines) / sizeof(to->lines[0]));
	for (size_t i = 0; i < n; i++)
		to->lines[to->n++] = lines[i];
}
#define ADD(to, lines) add_lines(to, lines, sizeof(lines) / sizeof((lines)[0]))

static void play_lines(const struct lines *lines, uint64_t tasks, int status)
{
	script_play(&(const struct scenario){.lines = lines->lines,
					     .n = lines->n,
					     .tasks = tasks,
					     .processes = 1,
					     .lets_go = true,
					     .status = status});
}

static const struct line again[] = {LEAVE(10, 10, BEGUN), LET_GO_THEN("detach 10")};
static const struct line hang_up[] = {HANG_UP(3, "close 103")};

/* What is there already is put away at the next exit, and then it goes. */
static void stopped(void **state)
{
	(void)state;
	static const struct line begin[] = {START, FIRST_CALL(BEGUN)};
	static const struct line stop_and_go[] = {
		SIGNALLED(10, SIGSTOP, PUT_BACK "syscall 10 sig 19"),
		GROUP_STOP(10, SIGSTOP, "listen 10"),
		ATTACHED(10, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
	};
	static const struct line take_page[] = {
		LEAVE(10, 10, "mask 10; bind 10; " UNMAP),
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "syscall 10"),
		ENTER(10, 39, "syscall 10"),
	};
	static const struct line close_first[] = {
		LEAVE(10, 10, "mask 10; bind 10; " CLOSE),
		PUT_AWAY,
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10"),
	};
	static const struct line only_page[] = {
		LEAVE(10, 10, "mask 10; bind 10; " UNMAP),
		INSIDE("syscall 10"),
		LEAVE(10, 0, PUT_BACK "detach 10"),
	};
	static const struct line end[] = {EXITED(10, 0, "")};

	for (size_t n = 0; n < STOPS; n++) {
		struct lines lines = {.n = 0};
		ADD(&lines, begin);
		add_lines(&lines, attempt, n);
		ADD(&lines, stop_and_go);
		if (n >= LISTENER_IS_CLOSED) {
			ADD(&lines, only_page);
		} else if (n >= LISTENER_IS_THERE) {
			ADD(&lines, close_first);
		} else {
			if (n >= PAGE_IS_THERE)
				ADD(&lines, take_page);
			ADD(&lines, again);
		}
		ADD(&lines, end);
		ADD(&lines, hang_up);
		play_lines(&lines, 1, 0);
	}
}

static void killed(void **state)
{
	(void)state;
	static const struct line begin[] = {START, FIRST_CALL(BEGUN)};
	static const struct line end[] = {KILLED(10, SIGKILL, "")};

	for (size_t n = 0; n < STOPS; n++) {
		struct lines lines = {.n = 0};
		ADD(&lines, begin);
		add_lines(&lines, attempt, n);
		ADD(&lines, end);
		if (n >= LISTENER_IS_THERE)
			ADD(&lines, hang_up);
		play_lines(&lines, 1, SIGKILL);
	}
}

/* Page and descriptor are gone with the program; a sieve that was loaded before stays. */
static void exec_of_a_sibling(void **state)
{
	(void)state;
	static const struct line begin[] = {START, BORN(11, 10), CLONED(10, 11, "syscall 10"),
					    ATTACHED(11, "syscall 11"), FIRST_CALL(BEGUN)};
	static const struct line unsieved[] = {
		EXECED(10, 11, "unbind 10; syscall 10"),
		LEAVE(10, 0, "syscall 10"),
		ENTER(10, 39, "syscall 10"),
	};
	static const struct line goes[] = {EXECED(10, 11, "unbind 10; detach 10")};
	static const struct line end[] = {EXITED(10, 0, "")};

	for (size_t n = 0; n < STOPS; n++) {
		struct lines lines = {.n = 0};
		ADD(&lines, begin);
		add_lines(&lines, attempt, n);
		if (n >= LISTENER_IS_THERE) {
			ADD(&lines, goes);
		} else {
			ADD(&lines, unsieved);
			ADD(&lines, again);
		}
		ADD(&lines, end);
		ADD(&lines, hang_up);
		play_lines(&lines, 2, 0);
	}
}

int main(void)
{
	if (!arch_can_inject()) {
		print_message("no calls are injected on this machine\n");
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopped),
		cmocka_unit_test(killed),
		cmocka_unit_test(exec_of_a_sibling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

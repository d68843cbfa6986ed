#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "syncer.h"

/* Each sync is a byte in this pipe, and takes as long as it takes to get one from the other. */
static int done[2], allowed[2];
static int result;

static int sync_slowly(void *data)
{
	char c;

	if (data != &result || write(done[1], "s", 1) != 1 || read(allowed[0], &c, 1) != 1)
		return -EBADF;
	return result;
}

static int setup(void **state)
{
	(void)state;
	result = 0;
	return pipe2(done, O_CLOEXEC) < 0 || pipe2(allowed, O_CLOEXEC) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		(void)close(done[i]);
		(void)close(allowed[i]);
	}
	return 0;
}

static void await_sync(void)
{
	char c;

	assert_int_equal(read(done[0], &c, 1), 1);
}

static void allow_sync(void)
{
	assert_int_equal(write(allowed[1], "a", 1), 1);
}

/* What was written is synced, and who writes does not wait for that. */
static void a_write_is_synced(void **state)
{
	(void)state;
	struct syncer syncer;

	syncer_start(&syncer, sync_slowly, &result, 1);
	assert_true(syncer.runs);
	syncer_wrote(&syncer);
	await_sync();
	/* One is under way: this is for the next. */
	syncer_wrote(&syncer);
	syncer_wrote(&syncer);
	allow_sync();
	await_sync();
	allow_sync();
	assert_int_equal(syncer_stop(&syncer), 0);
	assert_false(syncer.runs);
	/* Nothing was left, and nothing else was synced. */
	assert_int_equal(fcntl(done[0], F_SETFL, O_NONBLOCK), 0);
	char c;
	assert_int_equal(read(done[0], &c, 1), -1);
}

/* However long the interval is, the end comes at once. */
static void the_end_is_not_waited_for(void **state)
{
	(void)state;
	struct syncer syncer;

	syncer_start(&syncer, sync_slowly, &result, 3600 * 1000);
	syncer_wrote(&syncer);
	assert_int_equal(syncer_stop(&syncer), 0);
	syncer_start(&syncer, sync_slowly, &result, 3600 * 1000);
	assert_int_equal(syncer_stop(&syncer), 0);
	/* Once more is harmless. */
	assert_int_equal(syncer_stop(&syncer), 0);
}

static void a_sync_that_fails_is_told(void **state)
{
	(void)state;
	struct syncer syncer;

	result = -EIO;
	syncer_start(&syncer, sync_slowly, &result, 1);
	syncer_wrote(&syncer);
	await_sync();
	allow_sync();
	assert_int_equal(syncer_stop(&syncer), -EIO);
}

static _Thread_local volatile sig_atomic_t caught; /* by this thread */

static void on_signal(int sig)
{
	(void)sig;
	caught = 1;
}

/* Signals to the process are not for the thread. */
static void signals_go_elsewhere(void **state)
{
	(void)state;
	struct syncer syncer;
	sigset_t set, before;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	syncer_start(&syncer, sync_slowly, &result, 1);
	void (*old)(int) = signal(SIGUSR1, on_signal);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, &before), 0);
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	syncer_wrote(&syncer);
	await_sync();
	/* It has been running since, and has not taken it. */
	assert_int_equal(sigpending(&set), 0);
	assert_int_equal(sigismember(&set, SIGUSR1), 1);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
	assert_true(caught);
	allow_sync();
	assert_int_equal(syncer_stop(&syncer), 0);
	(void)signal(SIGUSR1, old);
}

#define WITH_PIPES(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PIPES(a_write_is_synced),
		WITH_PIPES(the_end_is_not_waited_for),
		WITH_PIPES(a_sync_that_fails_is_told),
		WITH_PIPES(signals_go_elsewhere),
	};

	return cmocka_run_group_tests_name("syncer", tests, NULL, NULL);
}

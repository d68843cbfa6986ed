/* Asking for the next stop or sleeping: what is quicker is done, and tried again later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "poll.h"

static struct poll poll;

/* So many stops, which come so quickly when they are slept for, and when they are asked for. */
static void stops(unsigned int n, double asleep, double asking)
{
	for (unsigned int i = 0; i < n; i++)
		poll_note(&poll, poll_asks(&poll) ? asking : asleep);
}

static int setup(void **state)
{
	(void)state;
	poll = (struct poll){0};
	return 0;
}

/* Both are tried, twice, and short runs are over before anything is asked for. */
static void a_trial(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_false(poll_asks(&poll));
		stops(POLL_TURN - 1, 1, 1);
		assert_false(poll_asks(&poll));
		stops(1, 1, 1);
		assert_true(poll_asks(&poll));
		stops(POLL_TURN, 1, 1);
	}
	/* Where it makes no difference a processor is left to others. */
	assert_false(poll_asks(&poll));
}

static void what_is_quicker(void **state)
{
	(void)state;
	stops(POLL_TURNS * POLL_TURN, 30e-6, 20e-6);
	assert_true(poll_asks(&poll));
	stops(POLL_SETTLED - 1, 5e-6, 20e-6);
	assert_true(poll_asks(&poll));
	stops(1 + POLL_TURNS * POLL_TURN, 5e-6, 20e-6);
	assert_false(poll_asks(&poll));
	/* What has been found out twice is not asked so soon again. */
	stops(2 * POLL_SETTLED - 1 + POLL_TURN, 30e-6, 20e-6);
	assert_false(poll_asks(&poll));
	stops(1, 30e-6, 20e-6);
	assert_true(poll_asks(&poll));
	stops((POLL_TURNS - 1) * POLL_TURN, 30e-6, 20e-6);
	for (int i = 0; i < 20; i++) {
		stops(POLL_SETTLED_MAX + POLL_TURNS * POLL_TURN, 30e-6, 20e-6);
		assert_in_range(poll.settled, 1, POLL_SETTLED_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_trial, setup),
		cmocka_unit_test_setup(what_is_quicker, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

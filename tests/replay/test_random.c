/* What must hold whatever the kernel says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "chaos.h"
#include "follow.h"

#define N_SEEDS 60

static void run(unsigned int seed, bool selfish, bool orderly)
{
	struct chaos *c = xcalloc(1, sizeof(*c));
	struct run run;
	struct err err = {0};
	bool exec_failed;

	c->seed = seed;
	c->selfish = selfish;
	c->orderly = orderly;
	c->state = seed;
	c->run = &run;
	chaos_fill(&c->kernel);
	run_init(&run, &c->kernel, &chaos_observer, c);
	run.main.pid = MAIN;
	run.request.stop_with_main = seed % 3 == 0;
	run.request.tick_ms = seed % 4 == 0 ? 100 : 0;
	assert_int_equal(follow(&run, &exec_failed, &err), 0);
	assert_true(run.main.ended);
	/* Threads that enter a call twice are no kernel's, and are told of. */
	if (orderly)
		assert_null(run.trouble.msg);
	else
		assert_true(run.trouble.msg == NULL ||
			    strstr(run.trouble.msg, " in phase ") != NULL);
	assert_int_equal(tasks_count(&run.tasks), 0);
	assert_int_equal(tasks_process_count(&run.tasks), 0);
	assert_int_equal(run.tasks.n_pending, 0);
	chaos_hold(c, ledger_check(&c->ledger));
	assert_int_equal(run.learnt.calls.n, c->ledger.n);
	for (size_t i = 0; selfish && i < N_TIDS; i++)
		assert_in_range(c->turns[i], N_STEPS / N_TIDS / 2, N_STEPS / N_TIDS * 2);
	run_release(&run);
	err_done(&err);
	free(c);
}

static void anything_may_happen(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= N_SEEDS; seed++)
		run(seed, false, false);
}

/* Nothing of that should not have happened. */
static void anything_that_a_kernel_does_may_happen(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= N_SEEDS; seed++)
		run(seed, false, true);
}

/* Whoever was traced first, too: others may wait for it, without a pause. */
static void everybody_has_a_turn(void **state)
{
	(void)state;
	run(1, true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_may_happen),
		cmocka_unit_test(anything_that_a_kernel_does_may_happen),
		cmocka_unit_test(everybody_has_a_turn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

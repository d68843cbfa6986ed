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

enum world { ANYTHING, A_KERNEL, SELFISH, SELFISH_BUT_SLOW };

static void run(unsigned int seed, enum world world, bool lets_go)
{
	struct chaos *c = xcalloc(1, sizeof(*c));
	struct run run;
	struct err err = {0};
	bool exec_failed;

	c->seed = seed;
	bool selfish = world >= SELFISH, orderly = world != ANYTHING;
	c->selfish = selfish;
	c->soon = world == SELFISH_BUT_SLOW;
	c->orderly = orderly;
	c->lets_go = lets_go;
	c->state = seed;
	c->run = &run;
	chaos_fill(&c->kernel);
	run_init(&run, &c->kernel, &chaos_observer, c);
	run.main.pid = MAIN;
	run.host.lets_go = lets_go;
	/* One that was let go before, so that its calls have to be served. */
	run.listeners = c->loaded = selfish && lets_go;
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
	assert_int_equal(run.listeners, 0);
	assert_int_equal(c->waits, 0);
	assert_int_equal(run.learnt.notifications, c->received);
	if (lets_go && selfish)
		assert_true(c->received > N_STEPS / 100);
	else if (lets_go)
		assert_true(c->loaded > 10 && c->received > 20 && c->detached > 20);
	for (size_t i = 0; world == SELFISH && i < N_TIDS; i++)
		assert_in_range(c->turns[i], N_STEPS / N_TIDS / 2, N_STEPS / N_TIDS * 2);
	run_release(&run);
	err_done(&err);
	free(c);
}

static void anything_may_happen(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= N_SEEDS; seed++)
		run(seed, ANYTHING, false);
}

/* Nothing of that should not have happened. */
static void anything_that_a_kernel_does_may_happen(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= N_SEEDS; seed++)
		run(seed, A_KERNEL, false);
}

/* Whoever was traced first, too: others may wait for it, without a pause. */
static void everybody_has_a_turn(void **state)
{
	(void)state;
	run(1, SELFISH, false);
}

/* So has a call that waits at a listener, where there is always a status, too. */
static void calls_that_wait_have_a_turn(void **state)
{
	(void)state;
	run(1, SELFISH, true);
	run(1, SELFISH_BUT_SLOW, true);
}

/* Some get filters that notify, and their threads are detached; calls wait at listeners at any time. */
static void anybody_may_be_let_go(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= N_SEEDS; seed++) {
		run(seed, ANYTHING, true);
		run(seed, A_KERNEL, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_may_happen),
		cmocka_unit_test(anything_that_a_kernel_does_may_happen),
		cmocka_unit_test(everybody_has_a_turn),
		cmocka_unit_test(calls_that_wait_have_a_turn),
		cmocka_unit_test(anybody_may_be_let_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

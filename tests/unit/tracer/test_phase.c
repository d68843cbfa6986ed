/* The tables of phases: each event in each phase, and how what they lack is told of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "phase.h"
#include "run.h"

static double no_time(struct kernel *k)
{
	(void)k;
	return 0;
}

static struct kernel kernel = {.now = no_time};
static struct run run;

static int setup(void **state)
{
	static const struct observer nobody;

	(void)state;
	run_init(&run, &kernel, &nobody, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	run_release(&run);
	return 0;
}

/* What the table lacks: a thread in a call can't enter one, and a program is not executed twice. */
static bool is_impossible(enum phase phase, enum phase_event event)
{
	switch (event) {
	case PHASE_ENTRY:
	case PHASE_EXEC_ENTRY:
		return phase != PHASE_OUTSIDE;
	case PHASE_TRACED:
		return phase == PHASE_EXECUTING || phase == PHASE_EXECED;
	case PHASE_EXEC_TRACED:
		return phase == PHASE_ENTERED || phase == PHASE_EXECED;
	case PHASE_EXEC:
		return phase == PHASE_EXECED;
	default:
		return false;
	}
}

/* What an event says by itself, wherever the thread was. */
static enum phase told_by(enum phase_event event)
{
	switch (event) {
	case PHASE_ENTRY:
	case PHASE_TRACED:
		return PHASE_ENTERED;
	case PHASE_EXEC_ENTRY:
	case PHASE_EXEC_TRACED:
		return PHASE_EXECUTING;
	case PHASE_EXEC:
		return PHASE_EXECED;
	default:
		return PHASE_OUTSIDE;
	}
}

static void each_event_in_each_phase(void **state)
{
	(void)state;
	for (int p = 0; p < PHASES; p++) {
		for (int e = 0; e < PHASE_EVENTS; e++) {
			enum phase phase = (enum phase)p;
			bool known = phase_move(&phase, (enum phase_event)e);
			assert_int_equal(known, !is_impossible((enum phase)p, (enum phase_event)e));
			assert_int_equal(phase, told_by((enum phase_event)e));
		}
	}
}

static void each_event_in_each_sieve_state(void **state)
{
	static const struct {
		enum sieve_event event;
		enum sieve_state after[SIEVE_STATES];
		unsigned int comes_to; /* a bit for each state in which it can come */
	} expected[SIEVE_EVENTS] = {
		{SIEVE_LOADED, {SIEVED, SIEVED, SIEVED, SIEVED}, 1u << UNSIEVED},
		{SIEVE_INHERITED, {SIEVED, SIEVED, SIEVED, SIEVED}, ~(1u << LET_GO)},
		{SIEVE_MET, {SIEVED, SIEVED, SIEVED, SIEVED}, ~(1u << LET_GO)},
		{NOTIFIER_LOADED, {LET_GO, LET_GO, LET_GO, LET_GO}, 1u << UNSIEVED},
		{NOTIFIER_INHERITED, {LET_GO, LET_GO, LET_GO, LET_GO}, ~(1u << SIEVED)},
		{NOTIFIER_MET, {LET_GO, LET_GO, LET_GO, LET_GO}, ~(1u << SIEVED)},
		{SIEVE_RULED_OUT, {UNSIEVABLE, UNSIEVABLE, UNSIEVABLE, UNSIEVABLE}, 1u << UNSIEVED},
		{PARENT_UNSIEVABLE, {UNSIEVABLE, SIEVED, LET_GO, UNSIEVABLE}, ~0u},
	};

	(void)state;
	for (size_t e = 0; e < SIEVE_EVENTS; e++) {
		for (int s = 0; s < SIEVE_STATES; s++) {
			enum sieve_state now = (enum sieve_state)s;
			bool known = sieve_state_move(&now, expected[e].event);
			assert_int_equal(known, (expected[e].comes_to >> s & 1) != 0);
			assert_int_equal(now, expected[e].after[s]);
		}
	}
}

static void what_is_missing_is_trouble(void **state)
{
	struct task task = {.tid = 7};
	struct process process = {.tgid = 8};

	(void)state;
	run_enter_phase(&run, &task, PHASE_ENTRY);
	run_enter_phase(&run, &task, PHASE_EXIT);
	run_enter_phase(&run, &task, PHASE_EXEC_ENTRY);
	run_enter_sieve_state(&run, &process, SIEVE_LOADED);
	assert_null(run.trouble.msg);
	run_enter_phase(&run, &task, PHASE_ENTRY);
	assert_int_equal(task.phase, PHASE_ENTERED);
	assert_string_equal(run.trouble.msg,
			    "entry in phase 'executing' on thread 7: Invalid argument");
	err_done(&run.trouble);
	run_enter_sieve_state(&run, &process, SIEVE_RULED_OUT);
	assert_int_equal(process.sieve.state, UNSIEVABLE);
	assert_string_equal(run.trouble.msg,
			    "ruling a sieve out while sieved on thread 8: Invalid argument");
	/* It is no reason to give up. */
	assert_false(run_has_failed(&run));
}

static void each_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < PHASES; i++)
		assert_non_null(phase_name((enum phase)i));
	for (int i = 0; i < PHASE_EVENTS; i++)
		assert_non_null(phase_event_name((enum phase_event)i));
	for (int i = 0; i < SIEVE_STATES; i++)
		assert_non_null(sieve_state_name((enum sieve_state)i));
	for (int i = 0; i < SIEVE_EVENTS; i++)
		assert_non_null(sieve_event_name((enum sieve_event)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_in_each_phase),
		cmocka_unit_test(each_event_in_each_sieve_state),
		cmocka_unit_test_setup_teardown(what_is_missing_is_trouble, setup, teardown),
		cmocka_unit_test(each_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

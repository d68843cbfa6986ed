/* Whether an attempt is made to install a sieve: what stands against it, before habits are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "install.h"

static double clock_now;

static double run_now(struct kernel *k)
{
	(void)k;
	return clock_now;
}

/*
 * What stands against a sieve whatever the habits are, or speaks for an injection: each by itself, with all
 * else in favour. Asking changes nothing.
 */
static void obstacles_come_first(void **state)
{
	static struct kernel kernel = {.now = run_now};
	static const struct observer nobody;
	struct run whole;

	(void)state;
	run_init(&whole, &kernel, &nobody, NULL);
	whole.request = (struct tracer_options){.sieve = true};
	struct task *task = tasks_add(&whole.tasks, 5, 5), *sibling = tasks_add(&whole.tasks, 6, 5);
	struct process *p = task->process;
	p->has_parent = true;

#define ASSERT_ONE(change, reason, back)                                                        \
	do {                                                                                    \
		change;                                                                         \
		assert_string_equal(sieve_reason_text(install_decide(&whole, task)),            \
				    sieve_reason_text(reason));                                 \
		assert_int_equal(install_is_wanted(&whole, task), sieve_reason_is_for(reason)); \
		back;                                                                           \
		assert_string_equal(sieve_reason_text(install_decide(&whole, task)),            \
				    sieve_reason_text(SIEVE_SAME_CHILDREN));                    \
	} while (0)

	ASSERT_ONE(whole.request.sieve = false, SIEVE_NOT_ASKED_FOR, whole.request.sieve = true);
	ASSERT_ONE(task->process = NULL, SIEVE_PROCESS_UNKNOWN, task->process = p);
	ASSERT_ONE(p->sieve.own_filter = true, SIEVE_OWN_FILTER, p->sieve.own_filter = false);
	ASSERT_ONE(task->phase = PHASE_EXECED, SIEVE_AT_EXEC, task->phase = PHASE_ENTERED);
	ASSERT_ONE(task->dispatches = true, SIEVE_DISPATCHES, task->dispatches = false);
	ASSERT_ONE(p->sieve.next_attempt = 1, SIEVE_PUT_OFF, whole.pacing.stops = 1);
	ASSERT_ONE(task->stray.page = 1, SIEVE_STRAY, task->stray.page = 0);
	ASSERT_ONE(p->sieve.state = SIEVED, SIEVE_THERE, p->sieve.state = UNSIEVED);
	ASSERT_ONE(p->sieve.state = UNSIEVABLE, SIEVE_CANNOT, p->sieve.state = UNSIEVED);
	ASSERT_ONE(p->shares_memory = true, SIEVE_SHARES_MEMORY, p->shares_memory = false);
	ASSERT_ONE(p->has_parent = false, SIEVE_SHARES_MEMORY, p->has_parent = true);
	ASSERT_ONE(sibling->phase = PHASE_EXECUTING, SIEVE_SIBLING_EXECUTES,
		   sibling->phase = PHASE_ENTERED);
	ASSERT_ONE(whole.request.tuning.run_quiet = whole.request.tuning.repeating_quiet = 1,
		   SIEVE_RUN_LEARNS, whole.request.tuning.run_quiet = 0);
#undef ASSERT_ONE
	run_release(&whole);
}

/* Only the one that gives it counts the calls of a slow process anew. */
static void slow_calls_are_counted_anew(void **state)
{
	static struct kernel kernel = {.now = run_now};
	static const struct observer nobody;
	struct run whole;

	(void)state;
	run_init(&whole, &kernel, &nobody, NULL);
	whole.request = (struct tracer_options){
		.sieve = true,
		.tuning = {
			.process_quiet = 20, .repeating_quiet = 20, .least_rate = 5, .starter = 1}};
	whole.learnt.habits.quiet = 1000;
	struct task *task = tasks_add(&whole.tasks, 5, 5);
	struct process_habits *habits = &task->process->habits;
	task->process->has_parent = true;
	task->phase = PHASE_ENTERED;
	habits->quiet = habits->numbers = 20;
	clock_now = 1000;
	assert_int_equal(install_decide(&whole, task), SIEVE_SLOW);
	assert_int_equal(habits->quiet, 20);
	assert_false(install_is_wanted(&whole, task));
	assert_int_equal(habits->quiet, 0);
	assert_int_equal(install_decide(&whole, task), SIEVE_FEW_CALLS);
	run_release(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obstacles_come_first),
		cmocka_unit_test(slow_calls_are_counted_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

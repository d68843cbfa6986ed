/* When a process gets the sieve: each rule of decide.h, with the numbers that it turns on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "tracer.h"

static double clock_now;
static struct tracer t;
static struct process process, parent;
static struct program program;

static double test_now(struct kernel *k)
{
	(void)k;
	return clock_now;
}

static int setup(void **state)
{
	static struct kernel kernel = {.now = test_now};

	(void)state;
	clock_now = 100;
	t = (struct tracer){.kernel = &kernel, .start = 100};
	process = parent = (struct process){0};
	program = (struct program){0};
	t.tuning = (struct tuning){
		.run_quiet = 10,
		.process_quiet = 20,
		.repeating_quiet = 15,
		.familiar_quiet = 12,
		.familiar_runs = 3,
		.probing_quiet = 100,
		.calls_per_probe = 5,
		.least_rate = 5,
		.quiet_runs = 2,
		.starter = 2,
		.starter_quiet = 50,
		.children_quiet = 6,
		.same_children = 8,
	};
	return 0;
}

/* At a rate of 10 in a second. */
static void make_call(struct process *p, int32_t nr, enum watched kind)
{
	clock_now += 0.1;
	t.stops++;
	decide_on_call(&t, p, nr, false, kind);
}

static void make_calls(struct process *p, int32_t n)
{
	for (int32_t nr = 0; nr < n; nr++)
		make_call(p, nr, WATCH_NOTHING);
}

static void teach(struct process *p)
{
	t.stops++;
	decide_on_call(&t, p, 1, true, WATCH_NOTHING);
}

/* A run of the program that makes one call, and that a new one in it if it teaches. */
static void run_program(bool teaches)
{
	struct process other = {0};

	decide_on_exec(&t, &other, &program);
	decide_on_call(&t, &other, 1, teaches, WATCH_NOTHING);
	decide_on_end(&other);
}

static void after_quiet_calls(void **state)
{
	(void)state;
	teach(&process);
	make_calls(&process, 19);
	assert_false(decide_now(&t, &process));
	make_calls(&process, 1);
	assert_true(decide_now(&t, &process));
	teach(&process);
	make_calls(&process, 19);
	assert_false(decide_now(&t, &process));
	make_calls(&process, 1);
	assert_true(decide_now(&t, &process));
}

/* Another process that learns holds this one back. */
static void not_while_the_run_learns(void **state)
{
	(void)state;
	make_calls(&process, 30);
	assert_true(decide_now(&t, &process));
	teach(&parent);
	make_calls(&process, 9);
	assert_false(decide_now(&t, &process));
	make_calls(&process, 1);
	assert_true(decide_now(&t, &process));
}

static void not_for_few_calls_per_second(void **state)
{
	(void)state;
	decide_on_exec(&t, &process, NULL);
	clock_now += 1000;
	make_calls(&process, 20);
	assert_false(decide_now(&t, &process));
	/* Looked at anew from there on: it has become busy. */
	make_calls(&process, 19);
	assert_false(decide_now(&t, &process));
	make_calls(&process, 1);
	assert_true(decide_now(&t, &process));
}

/* 99 calls of these kinds in turn do not get it the sieve, the hundredth does. */
static void assert_later(enum watched a, enum watched b)
{
	setup(NULL);
	for (int32_t i = 0; i < 99; i++) {
		make_call(&process, i, i / 2 % 2 == 0 ? a : b);
		assert_false(decide_now(&t, &process));
	}
	make_call(&process, 0, a);
	assert_true(decide_now(&t, &process));
}

static void later_while_it_is_about_its_descriptors(void **state)
{
	(void)state;
	assert_later(WATCH_DUPLICATES, WATCH_NOTHING);
	assert_later(WATCH_DUPLICATES, WATCH_CLOSES);
	assert_later(WATCH_CLOSES, WATCH_CLOSES);
	assert_later(WATCH_CLOSES, WATCH_NOTHING);
}

/* As in opening, reading and closing files. */
static void not_later_for_single_closes(void **state)
{
	(void)state;
	for (int32_t i = 0; i < 20; i++) {
		assert_false(decide_now(&t, &process));
		make_call(&process, i, i % 2 == 0 ? WATCH_CLOSES : WATCH_NOTHING);
	}
	assert_true(decide_now(&t, &process));
}

static void at_once_after_quiet_runs(void **state)
{
	(void)state;
	make_calls(&parent, 30);
	run_program(false);
	decide_on_exec(&t, &process, &program);
	assert_false(decide_now(&t, &process));
	run_program(false);
	assert_true(decide_now(&t, &process));
	/* It has not executed the program itself: what comes is another part of its life. */
	process.decide.executed = false;
	assert_false(decide_now(&t, &process));
	process.decide.executed = true;
	run_program(true);
	make_calls(&parent, 10);
	assert_false(decide_now(&t, &process));
}

static void repeat_calls(unsigned int n, int32_t a, int32_t b)
{
	for (unsigned int i = 0; i < n; i++)
		make_call(&process, i % 2 == 0 ? a : b, WATCH_NOTHING);
}

static void sooner_for_one_that_repeats_itself(void **state)
{
	(void)state;
	t.tuning.run_quiet = 100;
	repeat_calls(14, 0, 1);
	assert_false(decide_now(&t, &process));
	repeat_calls(1, 0, 1);
	assert_true(decide_now(&t, &process));
	/* Another process learns. */
	teach(&parent);
	repeat_calls(14, 0, 1);
	assert_false(decide_now(&t, &process));
	repeat_calls(1, 0, 1);
	assert_true(decide_now(&t, &process));
	repeat_calls(1, 2, 2);
	assert_false(decide_now(&t, &process));
	/* What it made before it last taught something does not count. */
	teach(&process);
	repeat_calls(15, 1, 1);
	assert_true(decide_now(&t, &process));
}

/* Runs that taught something count as well. */
static void sooner_for_a_familiar_program(void **state)
{
	(void)state;
	run_program(true);
	run_program(true);
	decide_on_exec(&t, &process, &program);
	make_calls(&process, 12);
	assert_false(decide_now(&t, &process));
	run_program(true);
	decide_on_exec(&t, &process, &program);
	make_calls(&process, 11);
	assert_false(decide_now(&t, &process));
	make_calls(&process, 1);
	assert_true(decide_now(&t, &process));
	process.decide.executed = false;
	assert_false(decide_now(&t, &process));
}

/* An exec ends a run as the end of the process does. */
static void an_exec_ends_a_run(void **state)
{
	(void)state;
	decide_on_exec(&t, &process, &program);
	assert_int_equal(program.runs, 0);
	decide_on_exec(&t, &process, NULL);
	assert_int_equal(program.runs, 1);
	assert_int_equal(program.quiet_runs, 1);
	decide_on_end(&process);
	assert_int_equal(program.runs, 1);
}

static void fork_child(void)
{
	struct process child = {0};

	decide_on_fork(&t, &process, &child);
}

/* Only when a good deal was spent on its children, and nothing learnt. */
static void last_for_one_that_starts_others(void **state)
{
	(void)state;
	decide_on_exec(&t, &process, &program);
	program.quiet_runs = 5;
	make_calls(&process, 30);
	fork_child();
	assert_true(decide_now(&t, &process));
	fork_child();
	assert_false(decide_now(&t, &process));
	teach(&parent);
	for (unsigned int i = 0; i < 6; i++)
		fork_child();
	make_calls(&parent, 49);
	assert_false(decide_now(&t, &process));
	make_calls(&parent, 1);
	assert_true(decide_now(&t, &process));
	teach(&parent);
	make_calls(&parent, 100);
	for (unsigned int i = 0; i < 5; i++)
		fork_child();
	assert_false(decide_now(&t, &process));
	fork_child();
	assert_true(decide_now(&t, &process));
}

/* Only its own program's runs in between, and what the others do does not count. */
static void sooner_for_one_that_starts_the_same_program(void **state)
{
	struct program another = {0};
	struct process other = {0};

	(void)state;
	fork_child();
	fork_child();
	for (int i = 0; i < 8; i++)
		run_program(false);
	assert_false(decide_now(&t, &process)); /* the run has not been quiet for long enough */
	make_calls(&process, 10);
	assert_true(decide_now(&t, &process));
	teach(&parent);
	make_calls(&process, 30);
	assert_false(decide_now(&t, &process));
	for (int i = 0; i < 7; i++)
		run_program(false);
	decide_on_exec(&t, &other, &another);
	run_program(false);
	assert_false(decide_now(&t, &process));
	for (int i = 0; i < 7; i++)
		run_program(false);
	assert_true(decide_now(&t, &process));
	/* Programs that are not known are not the same. */
	for (int i = 0; i < 9; i++)
		decide_on_exec(&t, &other, NULL);
	assert_false(decide_now(&t, &process));
}

static void a_child_has_its_parents_program(void **state)
{
	struct process child = {0}, early = {.decide = {.executed = true}};

	(void)state;
	parent.decide.program = &program;
	decide_on_fork(&t, &parent, &child);
	assert_ptr_equal(child.decide.program, &program);
	assert_false(child.decide.executed);
	/* Its exec was reported before its parent's fork. */
	decide_on_fork(&t, &parent, &early);
	assert_null(early.decide.program);
	/* Its run is not one of the program. */
	decide_on_end(&child);
	assert_int_equal(program.runs, 0);
}

static void tuning_is_read(void **state)
{
	struct tuning tuning = tuning_default;

	(void)state;
	assert_true(tuning_parse(&tuning, ""));
	assert_true(tuning_parse(&tuning, "run_quiet=7,starter=3,poll_pace=0.5"));
	assert_int_equal(tuning.run_quiet, 7);
	assert_int_equal(tuning.starter, 3);
	assert_true(tuning.poll_pace > 0.49 && tuning.poll_pace < 0.51);
	assert_int_equal(tuning.process_quiet, tuning_default.process_quiet);
	assert_false(tuning_parse(&tuning, "run_quiet"));
	assert_false(tuning_parse(&tuning, "run_quie=1"));
	assert_false(tuning_parse(&tuning, "run_quiets=1"));
	assert_false(tuning_parse(&tuning, "run_quiet=-1"));
	assert_false(tuning_parse(&tuning, "run_quiet=x"));
	assert_false(tuning_parse(&tuning, "run_quiet=1;starter=2"));
	assert_false(tuning_parse(&tuning, "run_quiet=nan"));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(after_quiet_calls),
		TEST(not_while_the_run_learns),
		TEST(not_for_few_calls_per_second),
		TEST(later_while_it_is_about_its_descriptors),
		TEST(not_later_for_single_closes),
		TEST(at_once_after_quiet_runs),
		TEST(sooner_for_one_that_repeats_itself),
		TEST(sooner_for_a_familiar_program),
		TEST(an_exec_ends_a_run),
		TEST(last_for_one_that_starts_others),
		TEST(sooner_for_one_that_starts_the_same_program),
		TEST(a_child_has_its_parents_program),
		TEST(tuning_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

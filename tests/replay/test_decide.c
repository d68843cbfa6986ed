/*
 * When a process gets the sieve: each rule of decide.h, with the numbers that it turns on.
 *
 * Longer than others: a list of rules, each with its cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "decide.h"
#include "program.h"

static double clock_now;
static uint64_t stops;
static struct tuning tuning;
static struct run_habits run;
static struct process_habits process, parent;
static struct program program;

static int setup(void **state)
{
	(void)state;
	clock_now = 0;
	stops = 0;
	run = (struct run_habits){0};
	process = parent = (struct process_habits){0};
	program = (struct program){0};
	tuning = (struct tuning){
		.run_quiet = 10,
		.process_quiet = 20,
		.repeating_quiet = 15,
		.familiar_quiet = 12,
		.familiar_runs = 3,
		.way_quiet = 11,
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

/* What is said now; as the tracer does, calls that are too far apart are counted anew. */
static enum sieve_reason decide_now(const struct process_habits *p)
{
	enum sieve_reason reason = decide(&tuning, &run, p, stops, clock_now);

	if (reason == SIEVE_SLOW)
		habits_count_anew(&process, clock_now);
	return reason;
}

/* With the reason in words, where it is another one. */
#define assert_reason(reason) \
	assert_string_equal(sieve_reason_text(decide_now(&process)), sieve_reason_text(reason))

/* At a rate of 10 in a second. */
static void make_call(struct process_habits *p, int32_t nr, enum watched kind)
{
	clock_now += 0.1;
	stops++;
	habits_note_known_call(&run, p, kind, nr);
}

static void make_calls(struct process_habits *p, int32_t n)
{
	for (int32_t nr = 0; nr < n; nr++)
		make_call(p, nr, WATCH_NOTHING);
}

static void teach(struct process_habits *p)
{
	stops++;
	habits_note_new_call(&run, p, WATCH_NOTHING, stops, clock_now);
}

/* A run of the program that makes one call, and that a new one in it if it teaches. */
static void run_program(bool teaches)
{
	struct process_habits other = {0};

	habits_note_exec(&run, &other, &program, NULL, clock_now);
	if (teaches)
		habits_note_new_call(&run, &other, WATCH_NOTHING, stops, clock_now);
	else
		habits_note_known_call(&run, &other, WATCH_NOTHING, 1);
	habits_note_end(&other);
}

static void after_quiet_calls(void **state)
{
	(void)state;
	teach(&process);
	make_calls(&process, 19);
	assert_reason(SIEVE_FEW_CALLS);
	make_calls(&process, 1);
	assert_reason(SIEVE_QUIET);
	teach(&process);
	make_calls(&process, 19);
	assert_reason(SIEVE_FEW_CALLS);
	make_calls(&process, 1);
	assert_reason(SIEVE_QUIET);
}

/* Another process that learns holds this one back. */
static void not_while_the_run_learns(void **state)
{
	(void)state;
	make_calls(&process, 30);
	assert_reason(SIEVE_QUIET);
	teach(&parent);
	make_calls(&process, 9);
	assert_reason(SIEVE_RUN_LEARNS);
	make_calls(&process, 1);
	assert_reason(SIEVE_QUIET);
}

static void not_for_few_calls_per_second(void **state)
{
	(void)state;
	habits_note_exec(&run, &process, NULL, NULL, clock_now);
	clock_now += 1000;
	make_calls(&process, 20);
	assert_reason(SIEVE_SLOW);
	/* Looked at anew from there on: it has become busy. */
	make_calls(&process, 19);
	assert_reason(SIEVE_FEW_CALLS);
	make_calls(&process, 1);
	assert_reason(SIEVE_QUIET);
}

/* 99 calls of these kinds in turn do not get it the sieve, the hundredth does. */
static void assert_later(enum watched a, enum watched b)
{
	setup(NULL);
	for (int32_t i = 0; i < 99; i++) {
		make_call(&process, i, i / 2 % 2 == 0 ? a : b);
		assert_reason(i < 9 ? SIEVE_RUN_LEARNS : i < 19 ? SIEVE_FEW_CALLS : SIEVE_PROBES);
	}
	make_call(&process, 0, a);
	assert_reason(SIEVE_QUIET);
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
		assert_reason(i < 10 ? SIEVE_RUN_LEARNS : SIEVE_FEW_CALLS);
		make_call(&process, i, i % 2 == 0 ? WATCH_CLOSES : WATCH_NOTHING);
	}
	assert_reason(SIEVE_QUIET);
}

static void at_once_after_quiet_runs(void **state)
{
	(void)state;
	make_calls(&parent, 30);
	run_program(false);
	habits_note_exec(&run, &process, &program, NULL, clock_now);
	assert_reason(SIEVE_FEW_CALLS);
	run_program(false);
	assert_reason(SIEVE_QUIET_PROGRAM);
	/* It has not executed the program itself: what comes is another part of its life. */
	process.executed = false;
	assert_reason(SIEVE_FEW_CALLS);
	process.executed = true;
	run_program(true);
	make_calls(&parent, 10);
	assert_reason(SIEVE_FEW_CALLS);
}

static void repeat_calls(unsigned int n, int32_t a, int32_t b)
{
	for (unsigned int i = 0; i < n; i++)
		make_call(&process, i % 2 == 0 ? a : b, WATCH_NOTHING);
}

static void sooner_for_one_that_repeats_itself(void **state)
{
	(void)state;
	tuning.run_quiet = 100;
	repeat_calls(14, 0, 1);
	assert_reason(SIEVE_RUN_LEARNS);
	repeat_calls(1, 0, 1);
	assert_reason(SIEVE_REPEATS);
	/* Another process learns. */
	teach(&parent);
	repeat_calls(14, 0, 1);
	assert_reason(SIEVE_RUN_LEARNS);
	repeat_calls(1, 0, 1);
	assert_reason(SIEVE_REPEATS);
	repeat_calls(1, 2, 2);
	assert_reason(SIEVE_RUN_LEARNS);
	/* What it made before it last taught something does not count. */
	teach(&process);
	repeat_calls(15, 1, 1);
	assert_reason(SIEVE_REPEATS);
}

/* Runs that taught something count as well. */
static void sooner_for_a_familiar_program(void **state)
{
	(void)state;
	run_program(true);
	run_program(true);
	habits_note_exec(&run, &process, &program, NULL, clock_now);
	make_calls(&process, 12);
	assert_reason(SIEVE_FEW_CALLS);
	run_program(true);
	habits_note_exec(&run, &process, &program, NULL, clock_now);
	make_calls(&process, 11);
	assert_reason(SIEVE_FEW_CALLS);
	make_calls(&process, 1);
	assert_reason(SIEVE_FAMILIAR);
	process.executed = false;
	assert_reason(SIEVE_FEW_CALLS);
}

static void fork_child(void)
{
	struct process_habits child = {0};

	habits_note_fork(&run, &process, &child, clock_now);
}

/* A run of the program, called in some way, that starts so many children, and teaches. */
static void run_way(struct program *way, int children)
{
	struct process_habits other = {0}, child = {0};

	habits_note_exec(&run, &other, &program, way, clock_now);
	teach(&other);
	for (int i = 0; i < children; i++)
		habits_note_fork(&run, &other, &child, clock_now);
	habits_note_end(&other);
}

/* One such run is enough. */
static void sooner_when_called_as_before(void **state)
{
	(void)state;
	struct program way = {0}, another = {0};

	run_way(&way, 0);
	assert_int_equal(way.runs, 1);
	assert_int_equal(way.quiet_runs, 0);
	assert_false(way.starts);
	habits_note_exec(&run, &process, &program, &another, clock_now);
	make_calls(&process, 15);
	assert_reason(SIEVE_FEW_CALLS);
	habits_note_exec(&run, &process, &program, &way, clock_now);
	make_calls(&process, 10);
	assert_reason(SIEVE_FEW_CALLS);
	make_calls(&process, 1);
	assert_reason(SIEVE_KNOWN_WAY);
	/* What it has started would inherit the sieve. */
	fork_child();
	assert_reason(SIEVE_FEW_CALLS);
}

static void not_where_such_a_run_started_others(void **state)
{
	(void)state;
	struct program way = {0};

	run_way(&way, 1);
	run_way(&way, 0);
	assert_true(way.starts);
	habits_note_exec(&run, &process, &program, &way, clock_now);
	make_calls(&process, 15);
	assert_reason(SIEVE_FEW_CALLS);
	way.quiet_runs = 1;
	assert_reason(SIEVE_FEW_CALLS);
}

static void at_its_start_when_called_as_a_quiet_run(void **state)
{
	(void)state;
	struct program way = {.runs = 1, .quiet_runs = 1};

	teach(&process);
	make_calls(&process, 10);
	habits_note_exec(&run, &process, &program, &way, clock_now);
	assert_reason(SIEVE_QUIET_WAY);
	way.quiet_runs = 0;
	assert_reason(SIEVE_FEW_CALLS);
	way.quiet_runs = 1;
	process.executed = false;
	assert_reason(SIEVE_FEW_CALLS);
}

/* An exec ends a run as the end of the process does. */
static void an_exec_ends_a_run(void **state)
{
	(void)state;
	habits_note_exec(&run, &process, &program, NULL, clock_now);
	assert_int_equal(program.runs, 0);
	habits_note_exec(&run, &process, NULL, NULL, clock_now);
	assert_int_equal(program.runs, 1);
	assert_int_equal(program.quiet_runs, 1);
	habits_note_end(&process);
	assert_int_equal(program.runs, 1);
}

/* Only when a good deal was spent on its children, and nothing learnt. */
static void last_for_one_that_starts_others(void **state)
{
	(void)state;
	habits_note_exec(&run, &process, &program, NULL, clock_now);
	program.quiet_runs = 5;
	make_calls(&process, 30);
	fork_child();
	assert_reason(SIEVE_QUIET_PROGRAM);
	fork_child();
	assert_reason(SIEVE_STARTS_OTHERS);
	teach(&parent);
	for (unsigned int i = 0; i < 6; i++)
		fork_child();
	make_calls(&parent, 49);
	assert_reason(SIEVE_STARTS_OTHERS);
	make_calls(&parent, 1);
	assert_reason(SIEVE_CHILDREN);
	teach(&parent);
	make_calls(&parent, 100);
	for (unsigned int i = 0; i < 5; i++)
		fork_child();
	assert_reason(SIEVE_STARTS_OTHERS);
	fork_child();
	assert_reason(SIEVE_CHILDREN);
}

/* Only its own program's runs in between, and what the others do does not count. */
static void sooner_for_one_that_starts_the_same_program(void **state)
{
	struct program another = {0};
	struct process_habits other = {0};

	(void)state;
	fork_child();
	fork_child();
	for (int i = 0; i < 8; i++)
		run_program(false);
	assert_reason(SIEVE_RUN_LEARNS); /* the run has not been quiet for long enough */
	make_calls(&process, 10);
	assert_reason(SIEVE_SAME_CHILDREN);
	teach(&parent);
	make_calls(&process, 30);
	assert_reason(SIEVE_STARTS_OTHERS);
	for (int i = 0; i < 7; i++)
		run_program(false);
	habits_note_exec(&run, &other, &another, NULL, clock_now);
	run_program(false);
	assert_reason(SIEVE_STARTS_OTHERS);
	for (int i = 0; i < 7; i++)
		run_program(false);
	assert_reason(SIEVE_SAME_CHILDREN);
	/* Programs that are not known are not the same. */
	for (int i = 0; i < 9; i++)
		habits_note_exec(&run, &other, NULL, NULL, clock_now);
	assert_reason(SIEVE_STARTS_OTHERS);
}

static void a_child_has_its_parents_program(void **state)
{
	struct process_habits child = {0}, early = {.executed = true};

	(void)state;
	parent.program = &program;
	habits_note_fork(&run, &parent, &child, clock_now);
	assert_ptr_equal(child.program, &program);
	assert_false(child.executed);
	/* Its exec was reported before its parent's fork. */
	habits_note_fork(&run, &parent, &early, clock_now);
	assert_null(early.program);
	/* Its run is not one of the program. */
	habits_note_end(&child);
	assert_int_equal(program.runs, 0);
}

/* Reasons for and against, each with its words. */
static void each_reason_has_words(void **state)
{
	(void)state;
	for (int i = 0; i <= SIEVE_CHILDREN; i++) {
		assert_non_null(sieve_reason_text((enum sieve_reason)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(sieve_reason_text((enum sieve_reason)i),
						sieve_reason_text((enum sieve_reason)j));
		assert_int_equal(sieve_reason_is_for((enum sieve_reason)i), i >= SIEVE_STRAY);
	}
}

static void tuning_is_read(void **state)
{
	(void)state;
	tuning = tuning_default;
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
		TEST(sooner_when_called_as_before),
		TEST(not_where_such_a_run_started_others),
		TEST(at_its_start_when_called_as_a_quiet_run),
		TEST(an_exec_ends_a_run),
		TEST(last_for_one_that_starts_others),
		TEST(sooner_for_one_that_starts_the_same_program),
		TEST(a_child_has_its_parents_program),
		TEST(each_reason_has_words),
		TEST(tuning_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

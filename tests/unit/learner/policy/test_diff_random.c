/* The diff of thousands of random profiles decides as an evaluator does; the same ones every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "diff_compare.h"
#include "filters.h"
#include "merge.h"
#include "random_profiles.h"
#include "syscalls.h"

#define CASES random_cases(4000)
#define PROBES 60

static const struct diff_call *find_call(const struct diff *diff, const struct abi *abi,
					 const char *name)
{
	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; diff->abis[i].abi == abi && j < diff->abis[i].n_calls; j++)
			if (strcmp(diff->abis[i].calls[j].name, name) == 0)
				return &diff->abis[i].calls[j];
	return NULL;
}

/* 2: runs, 1: a tracer decides, 0: is refused. */
static int leniency(const struct verdicts *v, bool most)
{
	int found = most ? 0 : 2;

	for (size_t i = 0; i < v->n; i++) {
		int strict = strictness(v->list[i]), one = strict <= 1 ? 2 : strict == 2;
		found = most ? (one > found ? one : found) : (one < found ? one : found);
	}
	return found;
}

static void check_diff(const struct profile *was, const struct profile *now)
{
	struct diff *diff = diff_new(policy_of_profile(was), policy_of_profile(now));
	const struct profile *both[] = {was, now};

	for (int i = 0; i < PROBES; i++) {
		const struct abi *abi = abi_by_name(abis[below(N_ABIS)]);
		const char *name = names[below(N_NAMES)];
		const struct diff_call *call = find_call(diff, abi, name);
		uint64_t args[FILTER_ARGS];
		int32_t nr;

		if (!syscalls_number(abi, name, &nr))
			continue;
		random_args(both, 2, args);
		struct verdicts a = evaluate(was, abi, name, args);
		struct verdicts b = evaluate(now, abi, name, args);
		bool wider = leniency(&b, true) > leniency(&a, true) ||
			     leniency(&b, false) > leniency(&a, false);
		bool narrower = leniency(&b, true) < leniency(&a, true) ||
				leniency(&b, false) < leniency(&a, false);
		if (wider && call != NULL)
			assert_true((call->change & (CHANGE_ADDED | CHANGE_WIDENED)) != 0);
		/* A call that no rule names is told of as the default, or as the ABI. */
		if (wider)
			assert_true(diff_widens(diff));
		if (narrower && call != NULL)
			assert_true((call->change & (CHANGE_REMOVED | CHANGE_NARROWED)) != 0);
		if ((wider || narrower) && call == NULL)
			assert_true(diff->setting[DIFF_DEFAULT] ||
				    diff_count_abis(diff, DIFF_OLD) > 0 ||
				    diff_count_abis(diff, DIFF_NEW) > 0);
	}
	(void)diff_free(diff);
}

static void diff_misses_nothing(void **unused)
{
	(void)unused;
	random_start(0x0123456789abcdefU);
	for (size_t i = 0; i < CASES; i++) {
		names = i % 3 != 0 ? plain_names : multiplexed_names;
		struct profile *was = random_profile(i % 2 == 0 ? ONE_ABI : 0);
		struct profile *now = random_profile(i % 2 == 0 ? ONE_ABI : 0);

		if (i % 4 < 2)
			now->fallback = was->fallback;
		check_diff(was, now);
		(void)profile_free(was);
		(void)profile_free(now);
	}
}

/* What is called widened, narrowed or changed has arguments that show it: found with few rules. */
static void a_profile_does_not_differ_from_itself(void **unused)
{
	(void)unused;
	random_start(0xfeedfacefeedfaceU);
	for (size_t i = 0; i < CASES; i++) {
		struct profile *profile = random_profile(0);
		const struct profile *inputs[] = {profile, profile};
		const char *const files[] = {"a", "b"};
		struct merge_warnings warnings = {0};
		struct profile *merged = NULL;
		struct err err = {0};
		struct diff *diff =
			diff_new(policy_of_profile(profile), policy_of_profile(profile));

		assert_true(diff_is_empty(diff));
		assert_false(diff_widens(diff));
		(void)diff_free(diff);
		assert_int_equal(merge_profiles(inputs, files, 2, (enum merge_how)(i % 2), &merged,
						&warnings, &err),
				 0);
		merge_warnings_release(&warnings);
		(void)profile_free(merged);
		(void)profile_free(profile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diff_misses_nothing),
		cmocka_unit_test(a_profile_does_not_differ_from_itself),
	};

	return cmocka_run_group_tests_name("diff, at random", tests, NULL, NULL);
}

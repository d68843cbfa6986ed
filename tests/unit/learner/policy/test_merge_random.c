/*
 * Properties of merged profiles, decided by evaluating calls against the inputs and the result:
 * thousands of random profiles, the same ones every time. The evaluator is itself compared with
 * the filters that libseccomp compiles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diff_compare.h"
#include "documents.h"
#include "filters.h"
#include "merge.h"
#include "random_profiles.h"
#include "syscalls.h"

#define CASES random_cases(3000)
#define PROBES 60
#define INPUTS_MAX 3

/* ---- The evaluator -------------------------------------------------------------------------- */

static void compare_with_filter(const struct profile *profile)
{
	struct filter filter;

	if (!filter_compile(profile, &filter))
		return;
	for (int i = 0; i < PROBES; i++) {
		const struct abi *abi = abi_by_name(abis[below(N_ABIS)]);
		const char *name = names[below(N_NAMES)];
		uint64_t args[FILTER_ARGS];
		int32_t nr;

		random_args(&profile, 1, args);
		if (!syscalls_number(abi, name, &nr))
			continue;
		struct verdicts expected = evaluate(profile, abi, name, args);
		assert_true(verdicts_have(&expected, filter_run(&filter, abi, nr, args)));
	}
	filter_release(&filter);
}

static void evaluator_agrees_with_libseccomp(void **unused)
{
	static const int kinds[] = {MASKS_ONLY, SINGLE_RULE, MASKS_ONLY | TRIVIAL};

	(void)unused;
	random_start(0x9e3779b97f4a7c15U);
	for (size_t i = 0; i < CASES; i++) {
		/* Several single rules meet in socketcall. */
		bool plain = i % 2 == 0 || kinds[i % 3] == SINGLE_RULE;
		names = plain ? plain_names : multiplexed_names;
		struct profile *profile = random_profile(kinds[i % 3]);

		compare_with_filter(profile);
		(void)profile_free(profile);
	}
}

/* ---- Merging -------------------------------------------------------------------------------- */

struct tally {
	size_t merged, abis_lost, inexact, multiplexed, compiled;
};

struct sample {
	const struct profile *inputs[INPUTS_MAX];
	size_t n;
	enum merge_how how;
	const struct profile *result;
	bool exact; /* there was no warning */
};

static int stricter_or_not(const struct sample *s, int a, int b)
{
	return (s->how == MERGE_UNION) == (a < b) ? a : b;
}

static void probe(const struct sample *s)
{
	const struct abi *abi = abi_by_name(abis[below(N_ABIS)]);
	const char *name = names[below(N_NAMES)];
	uint64_t args[FILTER_ARGS];
	int wanted = s->how == MERGE_UNION ? 7 : 0;
	int32_t nr;

	if (!syscalls_number(abi, name, &nr))
		return;
	random_args(s->inputs, s->n, args);
	for (size_t i = 0; i < s->n; i++) {
		struct verdicts v = evaluate(s->inputs[i], abi, name, args);
		wanted = stricter_or_not(s, wanted, strictness_of(&v));
	}
	struct verdicts v = evaluate(s->result, abi, name, args);
	/* Never more lenient; without a warning no stricter either; never in doubt. */
	if (s->n > 1)
		assert_int_equal(v.n, 1);
	assert_true(strictness_of(&v) >= wanted);
	if (s->exact)
		assert_int_equal(strictness_of(&v), wanted);
}

/*
 * What libseccomp makes of the result is no more lenient than what should come out, however wrongly
 * it compiles several order comparisons; except where it already does that to an input.
 */
static void probe_compiled(const struct sample *s)
{
	struct filter filters[INPUTS_MAX], result;
	size_t n = 0;

	while (n < s->n && filter_compile(s->inputs[n], &filters[n]))
		n++;
	bool compiled = n == s->n && filter_compile(s->result, &result);
	for (int i = 0; compiled && i < PROBES; i++) {
		const char *name = names[below(N_NAMES)];
		const struct abi *abi = abi_by_name("x86_64");
		int most = s->how == MERGE_UNION ? 7 : 0, wanted = most;
		uint64_t args[FILTER_ARGS];
		int32_t nr;

		random_args(s->inputs, s->n, args);
		if (!syscalls_number(abi, name, &nr))
			continue;
		for (size_t j = 0; j < n; j++) {
			struct verdicts v = evaluate(s->inputs[j], abi, name, args);
			int strict = strictness(filter_run(&filters[j], abi, nr, args));
			wanted = stricter_or_not(s, wanted, strictness_of(&v));
			most = stricter_or_not(s, most, strict);
		}
		int found = strictness(filter_run(&result, abi, nr, args));
		assert_true(found >= wanted || found >= most);
	}
	if (compiled)
		filter_release(&result);
	while (n > 0)
		filter_release(&filters[--n]);
}

/* What is written is what was merged: the format can say all of it. */
static void check_written(struct profile *result, int kind, const struct sample *s)
{
	struct strbuf text = STRBUF_INIT;

	write_text(result, SYNTAX_JSON, &text);
	struct profile *read = read_text(text.s);
	struct diff *diff = diff_new(policy_of_profile(result), policy_of_profile(read));
	assert_true(diff_is_empty(diff));
	(void)diff_free(diff);
	/* libseccomp takes it, unless it refuses all inputs, of which the rules may be. */
	bool taken = (kind & (MASKS_ONLY | ORDERS)) == 0 || filter_compiles(read);
	for (size_t i = 0; i < s->n; i++)
		assert_true(taken || !filter_compiles(s->inputs[i]));
	(void)profile_free(read);
	strbuf_release(&text);
}

static void check_sample(struct sample *s, int kind, struct tally *tally)
{
	static const char *const files[INPUTS_MAX] = {"a", "b", "c"};
	struct merge_warnings warnings = {0};
	struct profile *result = NULL;
	struct err err = {0};

	assert_int_equal(merge_profiles(s->inputs, files, s->n, s->how, &result, &warnings, &err),
			 0);
	s->result = result;
	size_t abis_lost = 0, inexact = 0;
	for (size_t i = 0; i < warnings.n; i++) {
		abis_lost += strstr(warnings.text[i], "is left out: not all") != NULL;
		inexact += strstr(warnings.text[i], "the result is stricter") != NULL;
		tally->multiplexed += strstr(warnings.text[i], "some ABIs make through it") != NULL;
	}
	s->exact = abis_lost + inexact == 0;
	tally->merged++;
	tally->abis_lost += abis_lost > 0;
	/* Those are made to be hard. */
	tally->inexact += inexact > 0 && (kind & ORDERS) == 0;
	if ((kind & ONE_ABI) != 0)
		assert_int_equal(abis_lost, 0);
	/* What real profiles are like can be said; 32 bits make values equal that are not. */
	if (kind == (ALLOW_LIST | MASKS_ONLY | ONE_ABI))
		assert_int_equal(inexact, 0);
	for (int i = 0; i < PROBES; i++)
		probe(s);
	if ((kind & ORDERS) != 0)
		probe_compiled(s);
	check_written(result, kind, s);
	/* One alone has the faults that it had. */
	if ((kind & MASKS_ONLY) != 0 && s->n > 1) {
		compare_with_filter(result);
		tally->compiled++;
	}
	merge_warnings_release(&warnings);
	(void)profile_free(result);
}

static void merged_profiles_are_right(void **unused)
{
	static const int kinds[] = {0,
				    ONE_ABI,
				    MASKS_ONLY,
				    MASKS_ONLY | ONE_ABI,
				    MASKS_ONLY | ALLOW_LIST | ONE_ABI,
				    ALLOW_LIST,
				    MASKS_ONLY | TRIVIAL,
				    MASKS_ONLY | UPPER,
				    ORDERS,
				    ORDERS | ONE_ABI};
	struct tally tally = {0};

	(void)unused;
	random_start(0xdeadbeefcafef00dU);
	for (size_t i = 0; i < CASES; i++) {
		int kind = kinds[i % 10];
		struct profile *profiles[INPUTS_MAX] = {0};
		names = i / 10 % 2 == 0 ? plain_names : multiplexed_names;
		struct sample s = {.n = 1 + below(INPUTS_MAX),
				   .how = below(2) == 0 ? MERGE_UNION : MERGE_INTERSECTION};

		for (size_t j = 0; j < s.n; j++)
			s.inputs[j] = profiles[j] = random_profile(kind);
		check_sample(&s, kind, &tally);
		for (size_t j = 0; j < s.n; j++)
			(void)profile_free(profiles[j]);
	}
	print_message("%zu merged, %zu lost an ABI, %zu inexact, %zu by multiplexers, "
		      "%zu compiled\n",
		      tally.merged, tally.abis_lost, tally.inexact, tally.multiplexed,
		      tally.compiled);
	/* To say no to everything would satisfy the rest. */
	assert_true(tally.abis_lost * 3 < tally.merged);
	assert_true(tally.inexact * 3 < tally.merged);
	assert_true(tally.compiled * 4 > tally.merged);
}

/* ---- One alone ------------------------------------------------------------------------------ */

/* As a document has it: sorting has not been there yet. */
static struct profile *unsorted_profile(int how)
{
	struct profile *profile = profile_new();

	profile->fallback = (struct verdict){ACTION_ERRNO, true, 38};
	for (size_t i = 0; i < N_ABIS; i++)
		if (i == 0 || below(2) == 0)
			profile_add_abi(profile, abi_by_name(abis[i]));
	profile_add_rule(profile, "read", (struct verdict){ACTION_ERRNO, true, EIO}, NULL, 0);
	for (size_t i = 0; i < 6; i++)
		add_random_rule(profile, names[below(N_NAMES)], how, random_verdict());
	return profile;
}

/* Reads what merging writes of it. */
static struct profile *merge_alone(const struct profile *profile, enum merge_how how)
{
	static const char *const file = "a";
	struct profile *input = profile_copy(profile), *merged = NULL;
	const struct profile *inputs[] = {input};
	struct merge_warnings warnings = {0};
	struct strbuf text = STRBUF_INIT;
	struct err err = {0};

	profile_sort(input);
	assert_int_equal(merge_profiles(inputs, &file, 1, how, &merged, &warnings, &err), 0);
	assert_int_equal(warnings.n, 0);
	write_text(merged, SYNTAX_JSON, &text);
	(void)profile_free(merged);
	(void)profile_free(input);
	merged = read_text(text.s);
	strbuf_release(&text);
	return merged;
}

/* libseccomp makes the same of it as of the document, or refuses it, too. */
static void one_alone_is_the_same(void **unused)
{
	size_t refused = 0;

	(void)unused;
	random_start(0xabcdef0123456789U);
	for (size_t i = 0; i < CASES; i++) {
		struct filter was, is;
		names = i % 4 != 0 ? plain_names : multiplexed_names;
		struct profile *profile = unsorted_profile(i % 8 < 5 ? MASKS_ONLY : ORDERS);
		struct profile *merged = merge_alone(profile, (enum merge_how)(i % 2));
		bool compiled = filter_compile(profile, &was);

		/* Doubles are not there any more, and libseccomp may make something of them. */
		if (merged->n_rules < profile->n_rules) {
			(void)profile_free(merged);
			(void)profile_free(profile);
			if (compiled)
				filter_release(&was);
			continue;
		}
		assert_int_equal(filter_compile(merged, &is), compiled);
		refused += !compiled;
		for (int k = 0; compiled && k < PROBES; k++) {
			const struct profile *const one = profile;
			const struct abi *abi = abi_by_name(abis[below(N_ABIS)]);
			uint64_t args[FILTER_ARGS];
			int32_t nr;

			random_args(&one, 1, args);
			if (!syscalls_number(abi, names[below(N_NAMES)], &nr))
				continue;
			assert_true(verdict_equal(filter_run(&was, abi, nr, args),
						  filter_run(&is, abi, nr, args)));
		}
		if (compiled) {
			filter_release(&was);
			filter_release(&is);
		}
		(void)profile_free(merged);
		(void)profile_free(profile);
	}
	print_message("%zu refused\n", refused);
	assert_true(refused > CASES / 50 && refused < CASES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evaluator_agrees_with_libseccomp),
		cmocka_unit_test(merged_profiles_are_right),
		cmocka_unit_test(one_alone_is_the_same),
	};

	return cmocka_run_group_tests_name("merge, at random", tests, NULL, NULL);
}

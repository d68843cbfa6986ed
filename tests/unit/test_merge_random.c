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

#include "diff.h"
#include "documents.h"
#include "filters.h"
#include "merge.h"
#include "syscalls.h"

#define CASES 4000
#define PROBES 60
#define INPUTS_MAX 3

static uint64_t state;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t n)
{
	return (size_t)(next() % n);
}

/* Small numbers, those around the ends of 32 and 64 bits, and these ends' highest bits. */
static uint64_t random_value(void)
{
	switch (below(7)) {
	case 0:
		return UINT32_MAX - 1 + below(4);
	case 3:
		return UINT64_C(1) << (31 + 32 * below(2));
	case 1:
		return (uint64_t)below(3) << 32 | below(3);
	case 2:
		return UINT64_MAX - below(2);
	default:
		return below(6);
	}
}

static const char *const plain_names[] = {"personality", "dup3", "ioctl"};
/* x86 has accept by the last alone. */
static const char *const multiplexed_names[] = {"socket", "accept", "socketcall"};
/* Of the two lists, the one in use. */
static const char *const *names = plain_names;
static const char *const abis[] = {"x86_64", "x86", "x32"};
#define N_NAMES 3
#define N_ABIS 3

/* Which profiles are made. */
enum {
	ONE_ABI = 1,     /* x86_64 alone */
	MASKS_ONLY = 2,  /* == and masks, which every libseccomp compiles rightly */
	SINGLE_RULE = 4, /* a rule for each name, which it does as well */
	ORDERS = 32,     /* order comparisons of one argument, which it compiles wrongly */
	ALLOW_LIST = 8,  /* allows, and refuses the rest */
	TRIVIAL = 16,    /* with conditions that always hold */
	UPPER = 64,      /* with values that often differ in the upper half only */
};

static struct verdict random_verdict(void)
{
	static const struct verdict all[] = {
		{ACTION_ALLOW, false, 0},        {ACTION_ALLOW, false, 0}, {ACTION_ALLOW, false, 0},
		{ACTION_ERRNO, true, 1},         {ACTION_ERRNO, true, 38}, {ACTION_LOG, false, 0},
		{ACTION_KILL_PROCESS, false, 0}, {ACTION_TRACE, true, 1},
	};

	return all[below(sizeof(all) / sizeof(all[0]))];
}

static struct condition always_true(uint32_t index)
{
	static const struct condition all[] = {
		{0, COMPARE_GE, 0, 0},
		{0, COMPARE_LE, UINT64_MAX, 0},
		{0, COMPARE_MASKED_EQ, 0, 0},
	};
	struct condition condition = all[below(3)];

	condition.index = index;
	return condition;
}

static void add_random_rule(struct profile *profile, const char *name, int how,
			    struct verdict verdict)
{
	struct condition conditions[FILTER_ARGS];
	size_t n = below(8) == 0 ? 0 : 1 + below(3) / 2;
	uint32_t index = (uint32_t)below(2);

	for (size_t i = 0; i < n; i++, index++) {
		enum compare op = (enum compare)below(COMPARE_MAX);
		if ((how & MASKS_ONLY) != 0)
			op = below(2) == 0 ? COMPARE_EQ : COMPARE_MASKED_EQ;
		if ((how & ORDERS) != 0) {
			op = below(2) == 0 ? COMPARE_LE : COMPARE_GE;
			index = 0;
			n = 1;
		}
		conditions[i] = (struct condition){index, op, random_value(), random_value()};
		if ((how & UPPER) != 0) {
			conditions[i].value_two = (uint64_t)below(3) << 32;
			conditions[i].value = op == COMPARE_EQ ? conditions[i].value_two
							       : UINT64_MAX << 32 * below(2);
		}
		if ((how & TRIVIAL) != 0 && below(3) == 0)
			conditions[i] = always_true(index);
	}
	if ((how & ALLOW_LIST) != 0)
		verdict = (struct verdict){.action = ACTION_ALLOW};
	profile_add_rule(profile, name, verdict, conditions, n);
}

static struct profile *random_profile(int how)
{
	struct profile *profile = profile_new();

	if ((how & ALLOW_LIST) == 0 && ((how & ORDERS) != 0 || below(3) == 0))
		profile->fallback = random_verdict();
	for (size_t i = 1; i < N_ABIS; i++)
		if ((how & ONE_ABI) == 0 && below(3) != 0)
			profile_add_abi(profile, abi_by_name(abis[i]));
	/* Where others are listed it is in the filter anyway. */
	if (profile->n_abis == 0 || below(2) == 0)
		profile_add_abi(profile, abi_by_name("x86_64"));
	/* libseccomp 2.5.4 loses x86's last rules where they are for a call like accept. */
	profile_add_rule(profile, "read", (struct verdict){ACTION_ERRNO, true, EIO}, NULL, 0);
	for (size_t i = 0; i < N_NAMES; i++) {
		size_t n = (how & SINGLE_RULE) != 0 ? below(2) : below(4);
		struct verdict verdict = random_verdict();
		while (n-- > 0) {
			/* Several take libseccomp for ever, at times. */
			add_random_rule(profile, names[i], n > 0 ? how & ~TRIVIAL : how, verdict);
			/* Which of two verdicts libseccomp takes is another matter. */
			if ((how & ORDERS) == 0)
				verdict = random_verdict();
		}
	}
	profile_sort(profile);
	return profile;
}

/* Values at which some profile may change its mind, and others. */
static void random_args(const struct profile *const *profiles, size_t n, uint64_t *args)
{
	for (size_t i = 0; i < FILTER_ARGS; i++) {
		const struct profile *profile = profiles[below(n)];
		args[i] = random_value();
		if (profile->n_rules == 0 || below(3) == 0)
			continue;
		const struct rule *rule = &profile->rules[below(profile->n_rules)];
		if (rule->n_conditions == 0)
			continue;
		const struct condition *c = &rule->conditions[below(rule->n_conditions)];
		args[i] = (below(3) == 0 ? c->value_two : c->value) + below(3) - 1;
	}
}

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
	state = 0x9e3779b97f4a7c15U;
	for (int i = 0; i < CASES; i++) {
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
	state = 0xdeadbeefcafef00dU;
	for (int i = 0; i < CASES; i++) {
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
	state = 0xabcdef0123456789U;
	for (int i = 0; i < CASES; i++) {
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

/* ---- The diff decides as the evaluator does -------------------------------------------------- */

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
			assert_true(call->kind == DIFF_ADDED || call->widened);
		/* A call that no rule names is told of as the default, or as the ABI. */
		if (wider)
			assert_true(diff->widened);
		if (narrower && call != NULL)
			assert_true(call->kind == DIFF_REMOVED || call->narrowed);
		if ((wider || narrower) && call == NULL)
			assert_true(diff->setting[DIFF_DEFAULT] || diff->n_abis_added > 0 ||
				    diff->n_abis_gone > 0);
	}
	(void)diff_free(diff);
}

static void diff_misses_nothing(void **unused)
{
	(void)unused;
	state = 0x0123456789abcdefU;
	for (int i = 0; i < CASES; i++) {
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
	state = 0xfeedfacefeedfaceU;
	for (int i = 0; i < CASES; i++) {
		struct profile *profile = random_profile(0);
		const struct profile *inputs[] = {profile, profile};
		const char *const files[] = {"a", "b"};
		struct merge_warnings warnings = {0};
		struct profile *merged = NULL;
		struct err err = {0};
		struct diff *diff =
			diff_new(policy_of_profile(profile), policy_of_profile(profile));

		assert_true(diff_is_empty(diff));
		assert_false(diff->widened);
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
		cmocka_unit_test(evaluator_agrees_with_libseccomp),
		cmocka_unit_test(merged_profiles_are_right),
		cmocka_unit_test(one_alone_is_the_same),
		cmocka_unit_test(diff_misses_nothing),
		cmocka_unit_test(a_profile_does_not_differ_from_itself),
	};

	return cmocka_run_group_tests_name("merge, at random", tests, NULL, NULL);
}

/*
 * Merging and comparing: profiles that the fuzzer builds, and calls that are decided by reading their
 * rules, as an evaluator that knows nothing of the program's own does.
 */
#include <string.h>

#include "diff_compare.h"
#include "filters.h"
#include "merge.h"
#include "profiles.h"

#define INPUTS_MAX 3
#define CALLS 40

static int wanted_of(const struct profile *const *inputs, size_t n, enum merge_how how,
		     const struct fuzz_call *call)
{
	int wanted = -1;

	for (size_t i = 0; i < n; i++) {
		struct verdicts v = evaluate(inputs[i], call->abi, call->name, call->args);
		int strict = strictness_of(&v);
		if (wanted < 0 || (how == MERGE_UNION) == (strict < wanted))
			wanted = strict;
	}
	return wanted;
}

static void check_merge(const struct profile *const *inputs, size_t n, enum merge_how how,
			struct fuzz_bytes *bytes)
{
	static const char *const files[INPUTS_MAX] = {"a", "b", "c"};
	struct merge_warnings warnings = {0};
	struct profile *result = NULL;
	struct err err = {0};
	int r = merge_profiles(inputs, files, n, how, &result, &warnings, &err);

	/* They may have no ABI in common. */
	if (r < 0)
		fuzz_expect_error(r, &err);
	for (int i = 0; r == 0 && i < CALLS; i++) {
		struct fuzz_call call;
		if (!fuzz_call(bytes, inputs, n, &call))
			continue;
		struct verdicts v = evaluate(result, call.abi, call.name, call.args);
		int wanted = wanted_of(inputs, n, how, &call), found = strictness_of(&v);
		fuzz_require(found >= wanted);
		if (warnings.n == 0)
			fuzz_require(found == wanted);
	}
	merge_warnings_release(&warnings);
	(void)profile_free(result);
}

/* How far the most lenient verdict, or the strictest, lets a call go: 2 runs, 1 a tracer decides. */
static int leniency(const struct verdicts *v, bool most)
{
	int found = most ? 0 : 2;

	for (size_t i = 0; i < v->n; i++) {
		int strict = strictness(v->list[i]), one = strict <= 1 ? 2 : strict == 2;
		if (most ? one > found : one < found)
			found = one;
	}
	return found;
}

/* Nothing is let go further without the diff saying so. */
static void check_diff(const struct profile *const *both, struct fuzz_bytes *bytes)
{
	struct diff *diff = diff_new(policy_of_profile(both[0]), policy_of_profile(both[1]));

	for (int i = 0; i < CALLS; i++) {
		struct fuzz_call call;
		if (!fuzz_call(bytes, both, 2, &call))
			continue;
		struct verdicts was = evaluate(both[0], call.abi, call.name, call.args);
		struct verdicts now = evaluate(both[1], call.abi, call.name, call.args);
		if (leniency(&now, true) > leniency(&was, true) ||
		    leniency(&now, false) > leniency(&was, false))
			fuzz_require(diff_widens(diff));
	}
	(void)diff_free(diff);
}

void fuzz_one(const uint8_t *data, size_t size)
{
	struct fuzz_bytes bytes = {data, size};
	size_t n = 1 + fuzz_below(&bytes, INPUTS_MAX);
	struct profile *profiles[INPUTS_MAX];
	const struct profile *inputs[INPUTS_MAX];

	for (size_t i = 0; i < n; i++)
		inputs[i] = profiles[i] = fuzz_profile(&bytes);
	check_merge(inputs, n, MERGE_UNION, &bytes);
	check_merge(inputs, n, MERGE_INTERSECTION, &bytes);
	if (n > 1)
		check_diff(inputs, &bytes);
	for (size_t i = 0; i < n; i++)
		(void)profile_free(profiles[i]);
}

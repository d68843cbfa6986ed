#include "merge_inputs.h"

argmap_ref merge_outcome(struct outcomes *outcomes, const struct profile *profile,
			 const struct rule *rules, size_t n, unsigned int bits)
{
	struct ruling ruling;
	bool any = policy_ruling_of_rules(profile, rules, n, bits, &ruling);
	argmap_ref f = outcomes_of(outcomes, any ? &ruling : NULL, profile->fallback, bits);

	if (any)
		ruling_release(&ruling);
	return f;
}

argmap_ref merge_target(struct outcomes *outcomes, const struct merge_inputs *inputs,
			const char *name, unsigned int bits)
{
	argmap_ref all = 0;

	for (size_t i = 0; i < inputs->n; i++) {
		const struct profile *profile = inputs->profiles[i];
		size_t n;
		const struct rule *rules = policy_rules_of_name(profile, name, &n);
		argmap_ref one = merge_outcome(outcomes, profile, rules, n, bits);
		/*
		 * The first input is combined with itself: rules that contradict each other give
		 * several verdicts for the same arguments, and combining leaves one of them.
		 */
		argmap_ref before = i == 0 ? one : all;
		all = inputs->intersect ? outcomes_intersect(outcomes, before, one)
					: outcomes_unite(outcomes, before, one);
	}
	return all;
}

static bool rules_equal(const struct rule *a, const struct rule *b)
{
	return verdict_equal(a->verdict, b->verdict) && rule_compare_conditions(a, b) == 0;
}

bool merge_inputs_alike(const struct merge_inputs *inputs, const char *name,
			struct verdict fallback)
{
	size_t n, n_other;
	const struct rule *rules = policy_rules_of_name(inputs->profiles[0], name, &n);

	for (size_t i = 0; i < inputs->n; i++) {
		const struct profile *other = inputs->profiles[i];
		const struct rule *others = policy_rules_of_name(other, name, &n_other);
		if (n_other != n || !verdict_equal(other->fallback, fallback))
			return false;
		for (size_t j = 0; j < n; j++)
			if (!rules_equal(&rules[j], &others[j]))
				return false;
	}
	return true;
}

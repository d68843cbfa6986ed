#include "merge_strategies.h"

#include <stdlib.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "policy.h"

void proposal_release(struct proposal *proposal)
{
	free(proposal->rules);
	terms_release(&proposal->terms);
	*proposal = (struct proposal){0};
}

static void add_rule(struct proposal *proposal, const struct rule *rule)
{
	xgrow(&proposal->rules, proposal->n, &proposal->cap, sizeof(*proposal->rules));
	proposal->rules[proposal->n++] = *rule;
}

/* When all terms are there: until then they move. */
static enum proposing propose_terms(struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->terms.n; i++) {
		struct term *term = &proposal->terms.list[i];
		add_rule(proposal, &(struct rule){.verdict = term->verdict,
						  .conditions = term->conditions,
						  .n_conditions = term->n_conditions});
	}
	return PROPOSED;
}

static enum proposing propose_constant(const struct proposal_request *request, size_t nth,
				       struct proposal *proposal)
{
	struct rule rule = {0};

	if (nth > 0 || outcomes_verdicts(request->outcomes, request->target, &rule.verdict, 1) != 1)
		return PROPOSED_ALL;
	if (!verdict_equal(rule.verdict, request->fallback))
		add_rule(proposal, &rule);
	return PROPOSED;
}

/* Appends the rules that say something in their profile; false when there is no room. */
static bool take_rules(const struct proposal_request *request, const struct profile *profile,
		       struct proposal *proposal)
{
	size_t n, first = proposal->n;
	const struct rule *rules = policy_rules_of_name(profile, request->name, &n);

	for (size_t i = 0; i < n; i++) {
		if (verdict_equal(rules[i].verdict, profile->fallback))
			continue;
		if (proposal->n == MERGE_RULES_MAX)
			return false;
		add_rule(proposal, &rules[i]);
	}
	/* As they were written, which matters to libseccomp: see rule_order.h. */
	if (proposal->n > first)
		qsort(proposal->rules + first, proposal->n - first, sizeof(*proposal->rules),
		      rule_compare_order);
	return true;
}

/*
 * What libseccomp compiles wrongly in that profile, it does in the result. That is no worse than the
 * profile is, which is enough for a union, though only beside the same default: by another one the
 * same mistake may let pass what none of them does. An intersection must not have one profile's
 * mistakes where another one has none.
 */
static enum proposing propose_one(const struct proposal_request *request, size_t nth,
				  struct proposal *proposal)
{
	if (nth == request->inputs->n)
		return PROPOSED_ALL;
	const struct profile *profile = request->inputs->profiles[nth];

	proposal->as_it_was =
		!request->inputs->intersect && verdict_equal(profile->fallback, request->fallback);
	return take_rules(request, profile, proposal) ? PROPOSED : PROPOSED_NONE;
}

static enum proposing propose_all(const struct proposal_request *request, size_t nth,
				  struct proposal *proposal)
{
	if (nth > 0)
		return PROPOSED_ALL;
	for (size_t i = 0; i < request->inputs->n; i++)
		if (!take_rules(request, request->inputs->profiles[i], proposal))
			return PROPOSED_ALL;
	return PROPOSED;
}

static enum proposing propose_products(const struct proposal_request *request, size_t nth,
				       struct proposal *proposal)
{
	static const struct product_rules how = {.max = MERGE_CUBES_MAX, .with_rest = true};

	if (nth > 0 || !merge_multiply(request->inputs, request->name, request->fallback, &how,
				       &proposal->terms))
		return PROPOSED_ALL;
	return propose_terms(proposal);
}

static enum proposing propose_masks(const struct proposal_request *request, size_t nth,
				    struct proposal *proposal)
{
	static const struct product_rules how = {.max = MERGE_RULES_MAX};

	if (nth > 0 || !request->inputs->intersect ||
	    !merge_multiply(request->inputs, request->name, request->fallback, &how,
			    &proposal->terms))
		return PROPOSED_ALL;
	return propose_terms(proposal);
}

static void add_cube(struct terms *terms, struct verdict verdict, const struct argmap_cube *cube)
{
	struct term term = {.verdict = verdict};

	for (uint32_t i = 0; i < ARGMAP_ARGS; i++) {
		if (cube->mask[i] == 0)
			continue;
		term.conditions[term.n_conditions++] =
			cube->mask[i] == UINT64_MAX
				? (struct condition){i, COMPARE_EQ, cube->value[i], 0}
				: (struct condition){i, COMPARE_MASKED_EQ, cube->mask[i],
						     cube->value[i]};
	}
	terms_add(terms, &term);
}

static enum proposing propose_cubes(const struct proposal_request *request, size_t nth,
				    struct proposal *proposal)
{
	struct verdict verdicts[ACTION_MAX * 2];
	const size_t max = ARRAY_SIZE(verdicts);
	cleanup_free struct argmap_cube *cubes = xcalloc(MERGE_CUBES_MAX, sizeof(*cubes));

	if (nth > 0)
		return PROPOSED_ALL;
	size_t n_verdicts = outcomes_verdicts(request->outcomes, request->target, verdicts, max);
	for (size_t i = 0; i < n_verdicts && i < max; i++) {
		size_t room = MERGE_CUBES_MAX - proposal->terms.n;

		if (verdict_equal(verdicts[i], request->fallback))
			continue;
		size_t n = outcomes_cubes(request->outcomes, request->target, verdicts[i], cubes,
					  room);
		for (size_t j = 0; j < n && n <= room; j++)
			add_cube(&proposal->terms, verdicts[i], &cubes[j]);
	}
	return propose_terms(proposal);
}

const struct merge_strategy merge_strategies[] = {
	{"constant", "the call gets the same for all arguments", propose_constant},
	{"one", "one of the profiles says it already", propose_one},
	{"all", "the rules of all, one beside the other, say it", propose_all},
	{"products", "the rules of each together with those of the others say it",
	 propose_products},
	{"masks", "... where all of them are masks, of which more fit", propose_masks},
	{"cubes", "masks can say anything, if there is room for them all", propose_cubes},
};

const size_t merge_strategy_count = ARRAY_SIZE(merge_strategies);

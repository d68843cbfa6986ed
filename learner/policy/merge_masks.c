#include "merge_masks.h"

#include <stdlib.h>

#include "alloc.h"

/* Does `inner` hold only where `outer` does? */
static bool is_within(const struct argmap_cube *inner, const struct argmap_cube *outer)
{
	for (size_t i = 0; i < ARGMAP_ARGS; i++)
		if ((outer->mask[i] & ~inner->mask[i]) != 0 ||
		    ((inner->value[i] ^ outer->value[i]) & outer->mask[i]) != 0)
			return false;
	return true;
}

/* False when there is no room; what another one covers needs none. */
static bool add_masked(struct masked_list *list, const struct masked *masked)
{
	for (size_t i = 0; i < list->n; i++)
		if (verdict_equal(list->list[i].verdict, masked->verdict) &&
		    is_within(&masked->where, &list->list[i].where))
			return true;
	if (list->n == MERGE_RULES_MAX)
		return false;
	list->list[list->n++] = *masked;
	return true;
}

/* Both conditions together; false when they exclude each other. */
static bool narrow(struct argmap_cube *where, const struct argmap_cube *by)
{
	for (size_t i = 0; i < ARGMAP_ARGS; i++) {
		if (((where->value[i] ^ by->value[i]) & where->mask[i] & by->mask[i]) != 0)
			return false;
		where->mask[i] |= by->mask[i];
		where->value[i] |= by->value[i];
	}
	return true;
}

/* 1, 0 when it never holds, -1 when it has conditions that are no masks. */
static int masked_of_rule(const struct rule *rule, struct masked *masked)
{
	*masked = (struct masked){.verdict = rule->verdict};
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];
		struct argmap_cube by = {0};
		if (c->op != COMPARE_EQ && c->op != COMPARE_MASKED_EQ)
			return -1;
		by.mask[c->index] = c->op == COMPARE_EQ ? UINT64_MAX : c->value;
		by.value[c->index] = c->op == COMPARE_EQ ? c->value : c->value & c->value_two;
		if (!narrow(&masked->where, &by))
			return 0;
	}
	return 1;
}

/* What the profile has rules for; without any, its default. False when not by masks alone. */
static bool masked_of_profile(const struct profile *profile, const char *name,
			      struct masked_list *list)
{
	size_t n;
	const struct rule *rules = policy_rules_of_name(profile, name, &n);

	list->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct masked masked;
		if (verdict_equal(rules[i].verdict, profile->fallback))
			continue;
		int r = masked_of_rule(&rules[i], &masked);
		if (r < 0 || (r > 0 && !add_masked(list, &masked)))
			return false;
	}
	if (list->n == 0)
		list->list[list->n++] = (struct masked){.verdict = profile->fallback};
	return true;
}

/* Each rule of one with each of the other, and of their verdicts the stricter. */
static bool multiply(const struct masked_list *a, const struct masked_list *b,
		     struct masked_list *product)
{
	product->n = 0;
	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < b->n; j++) {
			struct masked both = a->list[i];
			if (!narrow(&both.where, &b->list[j].where))
				continue;
			if (verdict_compare_strictness(b->list[j].verdict, both.verdict) > 0)
				both.verdict = b->list[j].verdict;
			if (!add_masked(product, &both))
				return false;
		}
	}
	return true;
}

bool merge_masks(const struct merge_inputs *inputs, const char *name, struct masked_list *product)
{
	struct masked_list *lists = xcalloc(2, sizeof(*lists));
	bool possible = masked_of_profile(inputs->profiles[0], name, product);

	for (size_t i = 1; possible && i < inputs->n; i++) {
		lists[0] = *product;
		possible = masked_of_profile(inputs->profiles[i], name, &lists[1]) &&
			   multiply(&lists[0], &lists[1], product);
	}
	free(lists);
	return possible;
}

#include "merge_rules.h"

#include <stdlib.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "merge.h"
#include "merge_load.h"
#include "merge_masks.h"
#include "merge_products.h"

/* The widths of arguments that the result's ABIs have. */
enum { WIDTHS = 2 };
static const unsigned int width_bits[WIDTHS] = {64, 32};

struct maker {
	struct outcomes *outcomes;
	const struct merge_inputs *inputs;
	const char *name;
	struct profile *result;
	bool wanted[WIDTHS];
	argmap_ref target[WIDTHS];
	enum merge_care care;
};

/* Rules that may become those of the call. `made` holds conditions that are not an input's. */
struct candidate {
	struct rule rules[MERGE_RULES_MAX];
	size_t n;
	struct condition made[MERGE_RULES_MAX][ARGMAP_ARGS];
};

static argmap_ref outcome_of(struct outcomes *outcomes, const struct profile *profile,
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
		argmap_ref one = outcome_of(outcomes, profile, rules, n, bits);
		/* With itself: so that also a single one has no sets of verdicts. */
		argmap_ref before = i == 0 ? one : all;
		all = inputs->intersect ? outcomes_intersect(outcomes, before, one)
					: outcomes_unite(outcomes, before, one);
	}
	return all;
}

/* ---- Candidates ----------------------------------------------------------------------------- */

static bool fits(const struct maker *m, const struct rule *rules, size_t n)
{
	for (int w = 0; w < WIDTHS; w++) {
		if (!m->wanted[w])
			continue;
		argmap_ref f = outcome_of(m->outcomes, m->result, rules, n, width_bits[w]);
		if (!outcomes_equal(m->outcomes, f, m->target[w]) ||
		    outcomes_undecided(m->outcomes))
			return false;
	}
	return true;
}

static void add_rules(const struct maker *m, const struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!verdict_equal(rules[i].verdict, m->result->fallback))
			profile_add_rule(m->result, m->name, rules[i].verdict, rules[i].conditions,
					 rules[i].n_conditions);
}

/*
 * libseccomp before 2.6.1 compiles several order comparisons of one argument wrongly, now too
 * strict and now too lenient, and takes for ever over several != of several arguments. What is put
 * together here must not meet with that.
 */
static bool is_compiled_rightly(const struct candidate *c)
{
	if (c->n == 1)
		return true;
	for (size_t i = 0; i < c->n; i++) {
		for (size_t j = 0; j < c->rules[i].n_conditions; j++) {
			enum compare op = c->rules[i].conditions[j].op;
			if (op != COMPARE_EQ && op != COMPARE_MASKED_EQ)
				return false;
		}
	}
	return true;
}

/* Does libseccomp take the rules, and make no more lenient filter of them? */
static bool loads(const struct maker *m, const struct candidate *c)
{
	struct profile *alone = profile_new();
	struct merge_culprits culprits = {0};
	struct err err = {0};

	alone->fallback = m->result->fallback;
	for (size_t i = 0; i < m->result->n_abis; i++)
		profile_add_abi(alone, m->result->abis[i]);
	for (size_t i = 0; i < c->n; i++)
		profile_add_rule(alone, m->name, c->rules[i].verdict, c->rules[i].conditions,
				 c->rules[i].n_conditions);
	profile_sort(alone);
	bool right = merge_find_culprits(m->inputs, alone, &culprits, &err) == 0 && culprits.n == 0;
	err_done(&err);
	merge_culprits_release(&culprits);
	(void)profile_free(alone);
	return right;
}

/* How many conditions there are beside masks of nothing; at most as a call has arguments. */
static size_t count_conditions(const struct rule *rule, unsigned int bits)
{
	const uint64_t max = UINT64_MAX >> (64 - bits);
	size_t n = 0;

	for (size_t i = 0; i < rule->n_conditions; i++)
		n += rule->conditions[i].op != COMPARE_MASKED_EQ ||
		     (rule->conditions[i].value & max) != 0;
	return n < ARGMAP_ARGS ? n : ARGMAP_ARGS;
}

/*
 * The order in which libseccomp refuses least: it does not take a rule after one with another
 * verdict that has all of its conditions and more, but does before it; and after one without conditions it
 * takes any.
 */
static void put_fewest_first(const struct maker *m, struct candidate *c)
{
	cleanup_free struct rule *rules = xcalloc(c->n + 1, sizeof(*rules));
	const unsigned int bits = width_bits[m->wanted[WIDTHS - 1] ? WIDTHS - 1 : 0];
	size_t n = 0;

	for (size_t k = 0; k <= ARGMAP_ARGS; k++)
		for (size_t i = 0; i < c->n; i++)
			if (count_conditions(&c->rules[i], bits) == k)
				rules[n++] = c->rules[i];
	for (size_t i = 0; i < n; i++)
		c->rules[i] = rules[i];
}

static bool add_if_fitting(const struct maker *m, struct candidate *c)
{
	if (!fits(m, c->rules, c->n))
		return false;
	if (m->care == MERGE_RULES_THAT_LOAD) {
		if (!is_compiled_rightly(c))
			return false;
		put_fewest_first(m, c);
		if (!loads(m, c))
			return false;
	}
	add_rules(m, c->rules, c->n);
	return true;
}

/* The same for all arguments, by the default or by a rule. */
static bool try_constant(const struct maker *m)
{
	struct verdict verdict;
	argmap_ref target = m->target[m->wanted[0] ? 0 : 1];

	if (outcomes_verdicts(m->outcomes, target, &verdict, 1) != 1)
		return false;
	struct rule rule = {.verdict = verdict};
	if (!fits(m, &rule, verdict_equal(verdict, m->result->fallback) ? 0 : 1))
		return false;
	add_rules(m, &rule, 1);
	return true;
}

static int compare_order(const void *x, const void *y)
{
	const struct rule *a = x, *b = y;

	return (a->order > b->order) - (a->order < b->order);
}

/* Appends the rules that say something in their profile; false when there is no room. */
static bool take_rules(const struct maker *m, const struct profile *profile, struct candidate *c)
{
	size_t n;
	const struct rule *rules = policy_rules_of_name(profile, m->name, &n);

	size_t first = c->n;
	for (size_t i = 0; i < n; i++) {
		if (verdict_equal(rules[i].verdict, profile->fallback))
			continue;
		if (c->n == MERGE_RULES_MAX)
			return false;
		c->rules[c->n++] = rules[i];
	}
	/* As they were written, which matters to libseccomp: see rule_order.h. */
	qsort(c->rules + first, c->n - first, sizeof(*c->rules), compare_order);
	return true;
}

static bool rules_equal(const struct rule *a, const struct rule *b)
{
	return verdict_equal(a->verdict, b->verdict) && rule_compare_conditions(a, b) == 0;
}

/* Do all profiles have the same rules for the call, beside the result's default? */
static bool are_alike(const struct maker *m)
{
	const struct merge_inputs *inputs = m->inputs;
	size_t n, n_other;
	const struct rule *rules = policy_rules_of_name(inputs->profiles[0], m->name, &n);

	for (size_t i = 0; i < inputs->n; i++) {
		const struct profile *other = inputs->profiles[i];
		const struct rule *others = policy_rules_of_name(other, m->name, &n_other);
		if (n_other != n || !verdict_equal(other->fallback, m->result->fallback))
			return false;
		for (size_t j = 0; j < n; j++)
			if (!rules_equal(&rules[j], &others[j]))
				return false;
	}
	return true;
}

/*
 * As one of the profiles has it. What libseccomp compiles wrongly there, it does here. That is no
 * worse than that profile is, which is enough for a union, though only beside the same default: by
 * another one the same mistake may let pass what none of them does. An intersection must not have
 * one profile's mistakes where another one has none.
 */
static bool try_each(const struct maker *m, struct candidate *c)
{
	bool alike = are_alike(m);

	for (size_t i = 0; i < m->inputs->n; i++) {
		const struct profile *profile = m->inputs->profiles[i];
		bool same_default = verdict_equal(profile->fallback, m->result->fallback);

		c->n = 0;
		if (!take_rules(m, profile, c))
			continue;
		if (!alike && (m->inputs->intersect || !same_default) && !is_compiled_rightly(c))
			continue;
		if (add_if_fitting(m, c))
			return true;
	}
	return false;
}

/* The rules of all, one beside the other. */
static bool try_all(const struct maker *m, struct candidate *c)
{
	c->n = 0;
	for (size_t i = 0; i < m->inputs->n; i++)
		if (!take_rules(m, m->inputs->profiles[i], c))
			return false;
	return is_compiled_rightly(c) && add_if_fitting(m, c);
}

/* The rules of each together with those of the others. */
static bool try_together(const struct maker *m, struct candidate *c)
{
	struct merge_products *products = xcalloc(1, sizeof(*products));
	bool fitting = false;

	c->n = 0;
	if (merge_products(m->inputs, m->name, m->result->fallback, products)) {
		for (size_t i = 0; i < products->n; i++) {
			struct merge_product *p = &products->list[i];
			c->rules[c->n++] = (struct rule){.verdict = p->verdict,
							 .conditions = p->conditions,
							 .n_conditions = p->n_conditions};
		}
		fitting = is_compiled_rightly(c) && add_if_fitting(m, c);
	}
	free(products);
	return fitting;
}

/* ---- Masks ---------------------------------------------------------------------------------- */

static size_t conditions_of_cube(const struct argmap_cube *cube, struct condition *conditions)
{
	size_t n = 0;

	for (uint32_t i = 0; i < ARGMAP_ARGS; i++) {
		if (cube->mask[i] == 0)
			continue;
		if (cube->mask[i] == UINT64_MAX)
			conditions[n++] = (struct condition){i, COMPARE_EQ, cube->value[i], 0};
		else
			conditions[n++] = (struct condition){i, COMPARE_MASKED_EQ, cube->mask[i],
							     cube->value[i]};
	}
	return n;
}

static void add_cube(struct candidate *c, struct verdict verdict, const struct argmap_cube *cube)
{
	struct condition *made = c->made[c->n];
	size_t n = conditions_of_cube(cube, made);

	c->rules[c->n++] = (struct rule){.verdict = verdict, .conditions = made, .n_conditions = n};
}

/* The rules of each ANDed with those of the others. */
static bool try_masks(const struct maker *m, struct candidate *c)
{
	struct masked_list *product = xcalloc(1, sizeof(*product));
	bool fitting = false;

	if (m->inputs->intersect && merge_masks(m->inputs, m->name, product)) {
		c->n = 0;
		for (size_t i = 0; i < product->n; i++)
			if (!verdict_equal(product->list[i].verdict, m->result->fallback))
				add_cube(c, product->list[i].verdict, &product->list[i].where);
		fitting = add_if_fitting(m, c);
	}
	free(product);
	return fitting;
}

/* Anything can be said by masks, if there is room for them all. */
static bool try_cubes(const struct maker *m, struct candidate *c)
{
	argmap_ref target = m->target[m->wanted[0] ? 0 : 1];
	struct verdict verdicts[ACTION_MAX * 2];
	size_t max = ARRAY_SIZE(verdicts);
	cleanup_free struct argmap_cube *cubes = xcalloc(MERGE_CUBES_MAX, sizeof(*cubes));
	size_t n_verdicts = outcomes_verdicts(m->outcomes, target, verdicts, max);

	c->n = 0;
	for (size_t i = 0; i < n_verdicts && i < max; i++) {
		size_t room = MERGE_CUBES_MAX - c->n;

		if (verdict_equal(verdicts[i], m->result->fallback))
			continue;
		size_t n = outcomes_cubes(m->outcomes, target, verdicts[i], cubes, room);
		for (size_t j = 0; j < n && n <= room; j++)
			add_cube(c, verdicts[i], &cubes[j]);
	}
	return add_if_fitting(m, c);
}

/* ---- When nothing fits ---------------------------------------------------------------------- */

/* The strictest thing that the profile may say about the call. */
static struct verdict strictest_of(const struct profile *profile, const char *name)
{
	size_t n;
	const struct rule *rules = policy_rules_of_name(profile, name, &n);
	struct verdict strictest = profile->fallback;

	for (size_t i = 0; i < n; i++)
		if (verdict_compare_strictness(rules[i].verdict, strictest) > 0)
			strictest = rules[i].verdict;
	return strictest;
}

static void add_strict(const struct maker *m)
{
	struct verdict best = strictest_of(m->inputs->profiles[0], m->name);

	for (size_t i = 1; i < m->inputs->n; i++) {
		struct verdict next = strictest_of(m->inputs->profiles[i], m->name);
		int order = verdict_compare_strictness(next, best);
		if (m->inputs->intersect ? order > 0 : order < 0)
			best = next;
	}
	struct rule rule = {.verdict = best};
	add_rules(m, &rule, 1);
}

/*
 * Everybody has the same rules: then these are the result, however many they are, and also where
 * they contradict each other. False, adding nothing, when they are not the same.
 */
static bool add_if_alike(const struct maker *m)
{
	size_t n;
	const struct rule *rules = policy_rules_of_name(m->inputs->profiles[0], m->name, &n);

	if (!are_alike(m))
		return false;
	cleanup_free struct rule *ordered = xcalloc(n + 1, sizeof(*ordered));
	for (size_t i = 0; i < n; i++)
		ordered[i] = rules[i];
	qsort(ordered, n, sizeof(*ordered), compare_order);
	add_rules(m, ordered, n);
	return true;
}

static void set_widths(struct maker *m)
{
	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(m->result, &abi_table[i]))
			m->wanted[abi_argument_bits(&abi_table[i]) == width_bits[0] ? 0 : 1] = true;
}

bool merge_rules_of_name(struct outcomes *outcomes, const struct merge_inputs *inputs,
			 const char *name, enum merge_care care, struct profile *result)
{
	struct maker m = {.outcomes = outcomes,
			  .inputs = inputs,
			  .name = name,
			  .result = result,
			  .care = care};

	outcomes_reset(outcomes);
	if (add_if_alike(&m))
		return true;
	if (care == MERGE_RULES_STRICT) {
		add_strict(&m);
		return false;
	}
	set_widths(&m);
	for (int w = 0; w < WIDTHS; w++)
		if (m.wanted[w])
			m.target[w] = merge_target(outcomes, inputs, name, width_bits[w]);
	if (outcomes_undecided(outcomes)) {
		add_strict(&m);
		return false;
	}
	if (try_constant(&m))
		return true;
	struct candidate *c = xcalloc(1, sizeof(*c));
	bool exact = try_each(&m, c) || try_all(&m, c) || try_together(&m, c) || try_masks(&m, c) ||
		     try_cubes(&m, c);
	free(c);
	if (!exact)
		add_strict(&m);
	return exact;
}

#include "merge_terms.h"

#include <stdlib.h>

#include "alloc.h"
#include "compiled_rule.h"
#include "policy.h"

/* What becomes of conditions on one argument that are to hold together. */
enum conjunction { CONJUNCTION_ONE, CONJUNCTION_NEVER, CONJUNCTION_UNSAYABLE };

void terms_add(struct terms *terms, const struct term *term)
{
	xgrow(&terms->list, terms->n, &terms->cap, sizeof(*terms->list));
	terms->list[terms->n++] = *term;
}

void terms_release(struct terms *terms)
{
	free(terms->list);
	*terms = (struct terms){0};
}

/* ---- Conditions ----------------------------------------------------------------------------- */

/* GE and LE for GT and LT, where there is such a value. */
static struct condition without_strict(struct condition c)
{
	if (c.op == COMPARE_GT && c.value < UINT64_MAX)
		return (struct condition){c.index, COMPARE_GE, c.value + 1, 0};
	if (c.op == COMPARE_LT && c.value > 0)
		return (struct condition){c.index, COMPARE_LE, c.value - 1, 0};
	return c;
}

static enum conjunction with_masks(struct condition *a, const struct condition *b)
{
	uint64_t x = a->value_two & a->value, y = b->value_two & b->value;

	if (((x ^ y) & a->value & b->value) != 0)
		return CONJUNCTION_NEVER;
	a->value |= b->value;
	a->value_two = x | y;
	return CONJUNCTION_ONE;
}

/* Two conditions on one argument as one, in *a. */
static enum conjunction with_condition(struct condition *a, const struct condition *b)
{
	if (a->op == COMPARE_EQ || b->op == COMPARE_EQ) {
		const struct condition *exact = a->op == COMPARE_EQ ? a : b;
		if (!condition_holds(exact == a ? b : a, exact->value, UINT64_MAX))
			return CONJUNCTION_NEVER;
		*a = *exact;
		return CONJUNCTION_ONE;
	}
	if (a->op != b->op)
		return CONJUNCTION_UNSAYABLE;
	if (a->op == COMPARE_MASKED_EQ)
		return with_masks(a, b);
	if ((a->op == COMPARE_GE && b->value > a->value) ||
	    (a->op == COMPARE_LE && b->value < a->value))
		a->value = b->value;
	else if (a->op != COMPARE_GE && a->op != COMPARE_LE && a->value != b->value)
		return CONJUNCTION_UNSAYABLE;
	return CONJUNCTION_ONE;
}

static enum conjunction add_condition(struct term *term, struct condition condition)
{
	condition = without_strict(condition);
	for (size_t i = 0; i < term->n_conditions; i++)
		if (term->conditions[i].index == condition.index)
			return with_condition(&term->conditions[i], &condition);
	term->conditions[term->n_conditions++] = condition;
	return CONJUNCTION_ONE;
}

/* Where no rule of one condition holds. What cannot be said of it is left out. */
static void add_opposite(struct term *rest, const struct rule *rule)
{
	static const enum compare opposites[COMPARE_MAX] = {
		[COMPARE_NE] = COMPARE_EQ,
		[COMPARE_EQ] = COMPARE_NE,
		[COMPARE_LT] = COMPARE_GE,
		[COMPARE_GE] = COMPARE_LT,
		[COMPARE_LE] = COMPARE_GT,
		[COMPARE_GT] = COMPARE_LE,
		[COMPARE_MASKED_EQ] = COMPARE_MASKED_EQ,
	};

	if (rule->n_conditions != 1 || rule->conditions[0].op == COMPARE_MASKED_EQ)
		return;
	struct condition opposite = rule->conditions[0];
	opposite.op = opposites[opposite.op];
	(void)add_condition(rest, opposite);
}

/* ---- Terms ---------------------------------------------------------------------------------- */

static bool is_same(const struct term *a, const struct term *b)
{
	const struct rule x = {.conditions = (struct condition *)a->conditions,
			       .n_conditions = a->n_conditions};
	const struct rule y = {.conditions = (struct condition *)b->conditions,
			       .n_conditions = b->n_conditions};

	return rule_compare_conditions(&x, &y) == 0;
}

/* The bits of an argument that a term of masks looks at, and what they are. */
static uint64_t mask_of(const struct term *term, uint32_t argument, uint64_t *value)
{
	for (size_t i = 0; i < term->n_conditions; i++) {
		const struct condition *c = &term->conditions[i];
		if (c->index != argument)
			continue;
		*value = c->op == COMPARE_EQ ? c->value : c->value & c->value_two;
		return c->op == COMPARE_EQ ? UINT64_MAX : c->value;
	}
	*value = 0;
	return 0;
}

/* Do the masks of `inner` hold only where those of `outer` do? */
static bool is_within(const struct term *inner, const struct term *outer)
{
	for (uint32_t i = 0; i < ARGMAP_ARGS; i++) {
		uint64_t x, y, inside = mask_of(inner, i, &x), outside = mask_of(outer, i, &y);
		if ((outside & ~inside) != 0 || ((x ^ y) & outside) != 0)
			return false;
	}
	return true;
}

/* Masks by the number of their argument, without those of nothing, and equality where it is all bits. */
static void write_masks(struct term *term)
{
	struct term plain = {.verdict = term->verdict};

	for (uint32_t i = 0; i < ARGMAP_ARGS; i++) {
		uint64_t value, mask = mask_of(term, i, &value);
		if (mask == UINT64_MAX)
			plain.conditions[plain.n_conditions++] =
				(struct condition){i, COMPARE_EQ, value, 0};
		else if (mask != 0)
			plain.conditions[plain.n_conditions++] =
				(struct condition){i, COMPARE_MASKED_EQ, mask, value};
	}
	*term = plain;
}

/* False when there is no room; what is there already, or is within another one, needs none. */
static bool add_new(struct terms *terms, const struct term *term, const struct product_rules *how)
{
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *old = &terms->list[i];
		if (verdict_equal(old->verdict, term->verdict) &&
		    (how->with_rest ? is_same(old, term) : is_within(term, old)))
			return true;
	}
	if (terms->n == how->max)
		return false;
	terms_add(terms, term);
	return true;
}

/* Adds nothing for a rule that never holds. False: there is no room, or it can't be said. */
static bool add_rule(struct terms *terms, const struct rule *rule, const struct product_rules *how)
{
	struct term term = {.verdict = rule->verdict};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];
		if (!how->with_rest && c->op != COMPARE_EQ && c->op != COMPARE_MASKED_EQ)
			return false;
		enum conjunction conjunction = add_condition(&term, *c);
		if (conjunction != CONJUNCTION_ONE)
			return conjunction == CONJUNCTION_NEVER;
	}
	if (!how->with_rest)
		return add_new(terms, &term, how);
	if (terms->n == how->max)
		return false;
	terms_add(terms, &term);
	return true;
}

static bool add_profile(struct terms *terms, const struct profile *profile, const char *name,
			const struct product_rules *how)
{
	struct term rest = {.verdict = profile->fallback};
	size_t n;
	const struct rule *rules = policy_rules_of_name(profile, name, &n);

	for (size_t i = 0; i < n; i++) {
		if (verdict_equal(rules[i].verdict, profile->fallback))
			continue;
		if (how->with_rest && rules[i].n_conditions == 0) {
			terms->n = 0;
			return add_rule(terms, &rules[i], how);
		}
		if (!add_rule(terms, &rules[i], how))
			return false;
		if (how->with_rest)
			add_opposite(&rest, &rules[i]);
	}
	if (!how->with_rest && terms->n > 0)
		return true;
	if (terms->n == how->max)
		return false;
	terms_add(terms, &rest);
	return true;
}

/* What is left to the default, `fallback`, need not be sayable. */
static bool multiply(const struct terms *a, const struct terms *b, bool stricter,
		     struct verdict fallback, const struct product_rules *how,
		     struct terms *product)
{
	for (size_t i = 0; i < a->n * b->n; i++) {
		struct term term = a->list[i / b->n];
		const struct term *other = &b->list[i % b->n];
		int order = verdict_compare_strictness(other->verdict, term.verdict);
		enum conjunction conjunction = CONJUNCTION_ONE;

		if (stricter ? order > 0 : order < 0)
			term.verdict = other->verdict;
		for (size_t j = 0; conjunction == CONJUNCTION_ONE && j < other->n_conditions; j++)
			conjunction = add_condition(&term, other->conditions[j]);
		if (conjunction == CONJUNCTION_NEVER ||
		    (conjunction == CONJUNCTION_UNSAYABLE && verdict_equal(term.verdict, fallback)))
			continue;
		if (conjunction == CONJUNCTION_UNSAYABLE || !add_new(product, &term, how))
			return false;
	}
	return true;
}

bool merge_multiply(const struct merge_inputs *inputs, const char *name, struct verdict fallback,
		    const struct product_rules *how, struct terms *product)
{
	bool possible = add_profile(product, inputs->profiles[0], name, how);
	size_t kept = 0;

	for (size_t i = 1; possible && i < inputs->n; i++) {
		struct terms before = *product, next = {0};

		*product = (struct terms){0};
		possible = add_profile(&next, inputs->profiles[i], name, how) &&
			   multiply(&before, &next, inputs->intersect, fallback, how, product);
		terms_release(&before);
		terms_release(&next);
	}
	for (size_t i = 0; possible && i < product->n; i++) {
		if (verdict_equal(product->list[i].verdict, fallback))
			continue;
		if (!how->with_rest)
			write_masks(&product->list[i]);
		product->list[kept++] = product->list[i];
	}
	product->n = kept;
	return possible;
}

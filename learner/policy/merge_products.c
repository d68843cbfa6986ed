#include "merge_products.h"

#include <stdlib.h>

#include "alloc.h"

enum both { TOGETHER, NEVER, UNSAYABLE };

/* GE and LE for GT and LT, where there is such a value. */
static struct condition without_strict(struct condition c)
{
	if (c.op == COMPARE_GT && c.value < UINT64_MAX)
		return (struct condition){c.index, COMPARE_GE, c.value + 1, 0};
	if (c.op == COMPARE_LT && c.value > 0)
		return (struct condition){c.index, COMPARE_LE, c.value - 1, 0};
	return c;
}

static bool holds_for(const struct condition *c, uint64_t value)
{
	switch (c->op) {
	case COMPARE_NE:
		return value != c->value;
	case COMPARE_LT:
		return value < c->value;
	case COMPARE_LE:
		return value <= c->value;
	case COMPARE_EQ:
		return value == c->value;
	case COMPARE_GE:
		return value >= c->value;
	case COMPARE_GT:
		return value > c->value;
	default:
		return (value & c->value) == (c->value_two & c->value);
	}
}

static enum both with_masks(struct condition *a, const struct condition *b)
{
	uint64_t x = a->value_two & a->value, y = b->value_two & b->value;

	if (((x ^ y) & a->value & b->value) != 0)
		return NEVER;
	a->value |= b->value;
	a->value_two = x | y;
	return TOGETHER;
}

/* Two conditions on one argument as one, in *a. */
static enum both with_condition(struct condition *a, const struct condition *b)
{
	if (a->op == COMPARE_EQ || b->op == COMPARE_EQ) {
		const struct condition *exact = a->op == COMPARE_EQ ? a : b;
		if (!holds_for(exact == a ? b : a, exact->value))
			return NEVER;
		*a = *exact;
		return TOGETHER;
	}
	if (a->op != b->op)
		return UNSAYABLE;
	if (a->op == COMPARE_MASKED_EQ)
		return with_masks(a, b);
	if ((a->op == COMPARE_GE && b->value > a->value) ||
	    (a->op == COMPARE_LE && b->value < a->value))
		a->value = b->value;
	else if (a->op != COMPARE_GE && a->op != COMPARE_LE && a->value != b->value)
		return UNSAYABLE;
	return TOGETHER;
}

static enum both add_condition(struct merge_product *product, struct condition condition)
{
	condition = without_strict(condition);
	for (size_t i = 0; i < product->n_conditions; i++)
		if (product->conditions[i].index == condition.index)
			return with_condition(&product->conditions[i], &condition);
	product->conditions[product->n_conditions++] = condition;
	return TOGETHER;
}

static bool add_product(struct merge_products *products, const struct merge_product *product)
{
	if (products->n == MERGE_PRODUCTS_MAX)
		return false;
	products->list[products->n++] = *product;
	return true;
}

static bool add_rule(struct merge_products *products, const struct rule *rule)
{
	struct merge_product product = {.verdict = rule->verdict};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		enum both both = add_condition(&product, rule->conditions[i]);
		if (both != TOGETHER)
			return both == NEVER;
	}
	return add_product(products, &product);
}

/* Where no rule of one condition holds. What cannot be said of it is left out. */
static void add_opposite(struct merge_product *rest, const struct rule *rule)
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

static bool of_profile(const struct profile *profile, const char *name,
		       struct merge_products *products)
{
	struct merge_product rest = {.verdict = profile->fallback};
	size_t n;
	const struct rule *rules = policy_rules_of_name(profile, name, &n);

	products->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (verdict_equal(rules[i].verdict, profile->fallback))
			continue;
		if (rules[i].n_conditions == 0) {
			struct merge_product all = {.verdict = rules[i].verdict};
			products->n = 0;
			return add_product(products, &all);
		}
		if (!add_rule(products, &rules[i]))
			return false;
		add_opposite(&rest, &rules[i]);
	}
	return add_product(products, &rest);
}

static bool is_same(const struct merge_product *a, const struct merge_product *b)
{
	const struct rule x = {.conditions = (struct condition *)a->conditions,
			       .n_conditions = a->n_conditions};
	const struct rule y = {.conditions = (struct condition *)b->conditions,
			       .n_conditions = b->n_conditions};

	return verdict_equal(a->verdict, b->verdict) && rule_compare_conditions(&x, &y) == 0;
}

static bool add_new(struct merge_products *products, const struct merge_product *product)
{
	for (size_t i = 0; i < products->n; i++)
		if (is_same(&products->list[i], product))
			return true;
	return add_product(products, product);
}

/* What is left to the default, `fallback`, need not be sayable. */
static bool multiply(const struct merge_products *a, const struct merge_products *b, bool stricter,
		     struct verdict fallback, struct merge_products *result)
{
	result->n = 0;
	for (size_t i = 0; i < a->n * b->n; i++) {
		struct merge_product product = a->list[i / b->n];
		const struct merge_product *other = &b->list[i % b->n];
		int order = verdict_compare_strictness(other->verdict, product.verdict);
		enum both both = TOGETHER;

		if (stricter ? order > 0 : order < 0)
			product.verdict = other->verdict;
		for (size_t j = 0; both == TOGETHER && j < other->n_conditions; j++)
			both = add_condition(&product, other->conditions[j]);
		if (both == NEVER ||
		    (both == UNSAYABLE && verdict_equal(product.verdict, fallback)))
			continue;
		if (both == UNSAYABLE || !add_new(result, &product))
			return false;
	}
	return true;
}

bool merge_products(const struct merge_inputs *inputs, const char *name, struct verdict fallback,
		    struct merge_products *products)
{
	struct merge_products *lists = xcalloc(2, sizeof(*lists));
	bool possible = of_profile(inputs->profiles[0], name, &lists[0]);
	size_t kept = 0;

	for (size_t i = 1; possible && i < inputs->n; i++) {
		possible = of_profile(inputs->profiles[i], name, &lists[1]) &&
			   multiply(&lists[0], &lists[1], inputs->intersect, fallback, products);
		lists[0] = *products;
	}
	for (size_t i = 0; possible && i < lists[0].n; i++)
		if (!verdict_equal(lists[0].list[i].verdict, fallback))
			products->list[kept++] = lists[0].list[i];
	products->n = kept;
	free(lists);
	return possible;
}

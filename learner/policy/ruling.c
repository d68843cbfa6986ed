#include "ruling.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

bool verdict_runs(struct verdict verdict)
{
	return verdict.action == ACTION_ALLOW || verdict.action == ACTION_LOG;
}

bool ruling_is_unconditional(const struct ruling *ruling)
{
	return ruling->alternatives[0].n_conditions == 0;
}

bool ruling_runs(const struct ruling *ruling)
{
	for (size_t i = 0; i < ruling->n_alternatives; i++)
		if (verdict_runs(ruling->alternatives[i].verdict))
			return true;
	return false;
}

int alternative_compare_conditions(const struct alternative *a, const struct alternative *b)
{
	for (size_t i = 0; i < a->n_conditions && i < b->n_conditions; i++) {
		int r = condition_compare(&a->conditions[i], &b->conditions[i]);
		if (r != 0)
			return r;
	}
	return COMPARE(a->n_conditions, b->n_conditions);
}

int alternative_compare(const struct alternative *a, const struct alternative *b)
{
	int r = verdict_compare(a->verdict, b->verdict);

	return r != 0 ? r : alternative_compare_conditions(a, b);
}

static int alternative_order(const void *a, const void *b)
{
	return alternative_compare(a, b);
}

/* For which arguments a condition holds. */
enum truth {
	NEVER,
	SOMETIMES,
	ALWAYS,
	ABSENT, /* for all; and libseccomp makes the rule as if the condition were not there */
};

/*
 * One spelling for conditions that mean the same; what is left is LE, GE, EQ, NE, MASKED_EQ. Where
 * arguments have 32 bits libseccomp cuts the values, and not only the arguments, to these. An empty
 * mask is no condition to it; an order comparison always is one, even where it always holds.
 */
static enum truth condition_canonical(struct condition *c, unsigned int bits)
{
	const uint64_t max = UINT64_MAX >> (64 - bits);

	c->value &= max;
	if (c->op == COMPARE_LT) {
		if (c->value == 0)
			return NEVER;
		c->op = COMPARE_LE;
		c->value--;
	} else if (c->op == COMPARE_GT) {
		if (c->value == max)
			return NEVER;
		c->op = COMPARE_GE;
		c->value++;
	}
	if (c->op == COMPARE_MASKED_EQ && c->value == 0)
		return ABSENT;
	if ((c->op == COMPARE_LE && c->value == max) || (c->op == COMPARE_GE && c->value == 0))
		return ALWAYS;
	if ((c->op == COMPARE_LE && c->value == 0) || (c->op == COMPARE_GE && c->value == max)) {
		c->op = COMPARE_EQ;
	} else if (c->op == COMPARE_MASKED_EQ && c->value == max) {
		c->op = COMPARE_EQ;
		c->value = c->value_two & max;
	}
	/* libseccomp cuts the datum to the mask. */
	c->value_two = c->op == COMPARE_MASKED_EQ ? c->value_two & c->value : 0;
	return SOMETIMES;
}

bool alternative_of_rule(const struct rule *rule, unsigned int bits, struct alternative *out)
{
	struct condition *conditions = NULL;
	bool always = false;
	size_t n = 0;

	if (rule->n_conditions > 0)
		conditions = xcalloc(rule->n_conditions, sizeof(*conditions));
	for (size_t i = 0; i < rule->n_conditions; i++) {
		struct condition c = rule->conditions[i];
		enum truth truth = condition_canonical(&c, bits);
		if (truth == NEVER) {
			free(conditions);
			return false;
		}
		if (truth == SOMETIMES)
			conditions[n++] = c;
		always |= truth == ALWAYS;
	}
	/* It holds always, but does not override what has conditions: it has one itself. */
	if (n == 0 && always)
		conditions[n++] = (struct condition){0, COMPARE_GE, 0, 0};
	if (n > 0) {
		qsort(conditions, n, sizeof(*conditions), condition_compare);
	} else {
		free(conditions);
		conditions = NULL;
	}
	*out = (struct alternative){rule->verdict, conditions, n};
	return true;
}

void ruling_add(struct ruling *ruling, struct alternative alternative)
{
	xgrow(&ruling->alternatives, ruling->n_alternatives, &ruling->cap_alternatives,
	      sizeof(*ruling->alternatives));
	ruling->alternatives[ruling->n_alternatives++] = alternative;
}

void ruling_settle(struct ruling *ruling)
{
	bool unconditional = false;
	size_t n = 0;

	for (size_t i = 0; i < ruling->n_alternatives; i++)
		unconditional |= ruling->alternatives[i].n_conditions == 0;
	for (size_t i = 0; i < ruling->n_alternatives; i++) {
		struct alternative *a = &ruling->alternatives[i];
		if (unconditional && a->n_conditions > 0)
			free(a->conditions);
		else
			ruling->alternatives[n++] = *a;
	}
	qsort(ruling->alternatives, n, sizeof(*ruling->alternatives), alternative_order);
	ruling->n_alternatives = 0;
	for (size_t i = 0; i < n; i++) {
		struct alternative a = ruling->alternatives[i];
		size_t kept = ruling->n_alternatives;
		if (kept > 0 && alternative_compare(&ruling->alternatives[kept - 1], &a) == 0)
			free(a.conditions);
		else
			ruling->alternatives[ruling->n_alternatives++] = a;
	}
}

void ruling_release(struct ruling *ruling)
{
	for (size_t i = 0; i < ruling->n_alternatives; i++)
		free(ruling->alternatives[i].conditions);
	free(ruling->alternatives);
	free(ruling->name);
	*ruling = (struct ruling){0};
}

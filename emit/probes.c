#include "probes.h"

#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"

/* Conditions on one argument. Further ones are as if they were not there. */
#define CONDITIONS_MAX 128

/* Halves of values around a condition's, and the ends. */
#define HALVES_MAX (4 * CONDITIONS_MAX + 2)

struct argument {
	struct condition conditions[CONDITIONS_MAX];
	size_t n_conditions;
	uint64_t values[PROBE_VALUES_MAX];
	uint64_t kinds[PROBE_VALUES_MAX]; /* of the values: see kind_of() */
	size_t n;                         /* 0: not made yet */
};

struct probes {
	unsigned int bits;
	struct argument args[MADE_ARGS];
	const struct made **rules; /* owned array */
	size_t n_rules, cap_rules;
	size_t done;
	uint64_t random;
	bool started, all;
};

struct probes *probes_new(unsigned int bits)
{
	struct probes *probes = xcalloc(1, sizeof(*probes));

	probes->bits = bits;
	probes->random = 0x9e3779b97f4a7c15U;
	return probes;
}

struct probes *probes_free(struct probes *probes)
{
	if (probes != NULL)
		free(probes->rules);
	free(probes);
	return NULL;
}

static void add_condition(struct argument *arg, const struct condition *condition)
{
	for (size_t i = 0; i < arg->n_conditions; i++)
		if (condition_compare(&arg->conditions[i], condition) == 0)
			return;
	if (arg->n_conditions < CONDITIONS_MAX)
		arg->conditions[arg->n_conditions++] = *condition;
}

void probes_add(struct probes *probes, const struct made *made, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xgrow(&probes->rules, probes->n_rules, &probes->cap_rules, sizeof(*probes->rules));
		probes->rules[probes->n_rules++] = &made[i];
		for (size_t k = 0; k < made[i].n_conditions; k++)
			add_condition(&probes->args[made[i].conditions[k].index],
				      &made[i].conditions[k]);
	}
}

/* ---- Values --------------------------------------------------------------------------------- */

static unsigned int order_of(uint32_t a, uint32_t b)
{
	return a < b ? 0 : a == b ? 1 : 2;
}

/*
 * What the conditions can tell of a value, half by half, as a number: two values of the same kind
 * are the same to rules and filters. (Two kinds of the same number are as good as impossible.)
 */
static uint64_t kind_of(const struct argument *arg, uint64_t value)
{
	uint64_t kind = 0xcbf29ce484222325U;

	for (size_t i = 0; i < arg->n_conditions; i++) {
		const struct condition *c = &arg->conditions[i];
		unsigned int told;

		if (c->op == COMPARE_MASKED_EQ) {
			uint64_t differs = (value & c->value) ^ (c->value_two & c->value);
			told = (differs >> 32 != 0 ? 2U : 0) + ((uint32_t)differs != 0 ? 1U : 0);
		} else {
			told = 4 +
			       order_of((uint32_t)(value >> 32), (uint32_t)(c->value >> 32)) * 3 +
			       order_of((uint32_t)value, (uint32_t)c->value);
		}
		kind = (kind ^ told) * 0x100000001b3U;
	}
	return kind;
}

static void add_value(struct argument *arg, uint64_t value)
{
	uint64_t kind = kind_of(arg, value);

	for (size_t i = 0; i < arg->n; i++)
		if (arg->kinds[i] == kind)
			return;
	if (arg->n == PROBE_VALUES_MAX)
		return;
	arg->kinds[arg->n] = kind;
	arg->values[arg->n++] = value;
}

/* One half of what a condition compares with, and what is beside it. */
static size_t halves_of(const struct condition *c, unsigned int shift, uint32_t halves[4])
{
	uint32_t value = (uint32_t)(c->value >> shift);

	if (c->op == COMPARE_MASKED_EQ) {
		uint32_t datum = (uint32_t)((c->value_two & c->value) >> shift);
		halves[0] = datum;
		halves[1] = datum | ~value;
		/* Another value of the lowest bit that counts, and of all of them. */
		halves[2] = datum ^ (value & -value);
		halves[3] = datum ^ value;
		return 4;
	}
	halves[0] = value;
	halves[1] = value - 1;
	halves[2] = value + 1;
	return 3;
}

static size_t all_halves(const struct argument *arg, unsigned int shift, uint32_t *halves)
{
	size_t n = 0;

	halves[n++] = 0;
	halves[n++] = UINT32_MAX;
	for (size_t i = 0; i < arg->n_conditions; i++)
		n += halves_of(&arg->conditions[i], shift, halves + n);
	return n;
}

/* Of one half's values, those that can be told apart beside the same other half. */
static size_t drop_alike(const struct argument *arg, unsigned int shift, uint32_t *halves, size_t n)
{
	struct argument *alone = xmalloc(sizeof(*alone));
	size_t kept;

	*alone = *arg;
	alone->n = 0;
	for (size_t i = 0; i < n; i++)
		add_value(alone, (uint64_t)halves[i] << shift);
	for (kept = 0; kept < alone->n; kept++)
		halves[kept] = (uint32_t)(alone->values[kept] >> shift);
	free(alone);
	return kept;
}

static void make_values(struct argument *arg, unsigned int bits)
{
	cleanup_free uint32_t *high = xcalloc(HALVES_MAX, sizeof(*high));
	cleanup_free uint32_t *low = xcalloc(HALVES_MAX, sizeof(*low));
	size_t n_high = 0, n_low;

	for (size_t i = 0; i < arg->n_conditions; i++) {
		uint32_t highs[4], lows[4];
		size_t n = halves_of(&arg->conditions[i], 32, highs);

		(void)halves_of(&arg->conditions[i], 0, lows);
		for (size_t k = 0; k < n * n; k++)
			add_value(arg,
				  (uint64_t)(bits > 32 ? highs[k / n] : 0) << 32 | lows[k % n]);
	}
	n_low = drop_alike(arg, 0, low, all_halves(arg, 0, low));
	if (bits > 32)
		n_high = drop_alike(arg, 32, high, all_halves(arg, 32, high));
	else
		high[n_high++] = 0;
	for (size_t i = 0; i < n_high; i++)
		for (size_t k = 0; k < n_low; k++)
			add_value(arg, (uint64_t)high[i] << 32 | low[k]);
	/* Of 32 bits, the upper half is somebody else's. */
	for (size_t i = 0; bits <= 32 && i < arg->n; i += 2)
		arg->values[i] |= UINT64_C(0x5eed) << 32;
}

/* ---- Arguments ------------------------------------------------------------------------------ */

static size_t below(struct probes *probes, size_t n)
{
	probes->random ^= probes->random << 13;
	probes->random ^= probes->random >> 7;
	probes->random ^= probes->random << 17;
	return (size_t)(probes->random % n);
}

static void start(struct probes *probes, size_t max)
{
	size_t combinations = 1;

	probes->started = probes->all = true;
	for (size_t i = 0; i < MADE_ARGS; i++) {
		make_values(&probes->args[i], probes->bits);
		if (combinations > max / probes->args[i].n)
			probes->all = false;
		else
			combinations *= probes->args[i].n;
	}
}

static uint64_t max_of(const struct probes *probes)
{
	return UINT64_MAX >> (64 - probes->bits);
}

/* Into args[], from some value on, one for which the rule's conditions hold. */
static bool satisfy(const struct probes *probes, const struct made *made, uint32_t index,
		    const struct made *also, size_t from, uint64_t args[MADE_ARGS])
{
	const struct argument *arg = &probes->args[index];

	for (size_t i = 0; i < arg->n; i++) {
		uint64_t value = arg->values[(from + i) % arg->n];
		bool holds = true;

		for (size_t k = 0; holds && k < made->n_conditions; k++)
			holds = made->conditions[k].index != index ||
				condition_holds(&made->conditions[k], value, max_of(probes));
		for (size_t k = 0; holds && also != NULL && k < also->n_conditions; k++)
			holds = also->conditions[k].index != index ||
				condition_holds(&also->conditions[k], value, max_of(probes));
		if (holds) {
			args[index] = value;
			return true;
		}
	}
	return false;
}

bool probes_both(const struct made *a, const struct made *b, unsigned int bits,
		 uint64_t args[MADE_ARGS])
{
	struct probes *probes = probes_new(bits);
	bool both = true;

	probes_add(probes, a, 1);
	probes_add(probes, b, 1);
	start(probes, 0);
	for (uint32_t i = 0; both && i < MADE_ARGS; i++)
		both = satisfy(probes, a, i, b, 0, args);
	(void)probes_free(probes);
	return both;
}

static void pick(struct probes *probes, uint64_t args[MADE_ARGS])
{
	const struct made *rule = NULL;

	if (probes->n_rules > 0 && below(probes, 2) == 0)
		rule = probes->rules[below(probes, probes->n_rules)];
	for (uint32_t i = 0; i < MADE_ARGS; i++) {
		const struct argument *arg = &probes->args[i];
		size_t from = below(probes, arg->n);

		args[i] = arg->values[from];
		if (rule != NULL)
			(void)satisfy(probes, rule, i, NULL, from, args);
	}
}

bool probes_next(struct probes *probes, size_t max, uint64_t args[MADE_ARGS])
{
	size_t rest;

	if (!probes->started)
		start(probes, max);
	rest = probes->done++;
	if (!probes->all) {
		pick(probes, args);
		return rest < max;
	}
	for (size_t i = 0; i < MADE_ARGS; i++) {
		args[i] = probes->args[i].values[rest % probes->args[i].n];
		rest /= probes->args[i].n;
	}
	return rest == 0;
}

#include "probes.h"

#include <stdlib.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

/* Conditions on one argument. Further ones are as if they were not there. */
#define CONDITIONS_MAX 128

/* Halves of values around a condition's. */
#define HALVES_OF_ONE 6

/* Of so many conditions each is looked at beside each other one: halves for two of them. */
#define PAIRED_MAX 12
#define HALVES_OF_PAIR 10

/* For what takes three conditions to be seen. */
#define HALVES_AT_RANDOM 24

/* And the ends. */
#define HALVES_MAX                                                                   \
	(HALVES_OF_ONE * CONDITIONS_MAX + HALVES_OF_PAIR * PAIRED_MAX * PAIRED_MAX + \
	 HALVES_AT_RANDOM + 2)

struct argument {
	struct condition conditions[CONDITIONS_MAX];
	size_t n_conditions;
	uint64_t values[PROBE_VALUES_MAX];
	uint64_t kinds[PROBE_VALUES_MAX]; /* of the values: see kind_of() */
	size_t n;                         /* 0: not made yet */
	bool dropped;                     /* there were more of either than there is place for */
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
	if (arg->n_conditions == CONDITIONS_MAX)
		arg->dropped = true;
	else
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
	if (arg->n == PROBE_VALUES_MAX) {
		arg->dropped = true;
		return;
	}
	arg->kinds[arg->n] = kind;
	arg->values[arg->n++] = value;
}

static uint32_t lowest_bit(uint32_t bits)
{
	return bits & -bits;
}

/* One half of what a condition compares with, and what is beside it. */
static size_t halves_of(const struct condition *c, unsigned int shift,
			uint32_t halves[HALVES_OF_ONE])
{
	uint32_t value = (uint32_t)(c->value >> shift);

	if (c->op == COMPARE_MASKED_EQ) {
		uint32_t datum = (uint32_t)((c->value_two & c->value) >> shift);
		halves[0] = datum;
		halves[1] = datum | ~value;
		/* Another value of the lowest bit that counts, and of all of them. */
		halves[2] = datum ^ lowest_bit(value);
		halves[3] = datum ^ value;
		/* The same among the highest that hold: beside "not 0", 1 is no other value of bit 0. */
		halves[4] = halves[1] ^ lowest_bit(value);
		halves[5] = halves[1] ^ value;
		return HALVES_OF_ONE;
	}
	halves[0] = value;
	halves[1] = value - 1;
	halves[2] = value + 1;
	return 3;
}

/* Holds for both masks, if anything does, and what differs in one bit that counts for one, other or both. */
static size_t halves_of_masks(uint32_t mask, uint32_t datum, uint32_t other_mask,
			      uint32_t other_datum, uint32_t *halves)
{
	const uint32_t both = datum | (other_datum & ~mask);
	const uint32_t one = lowest_bit(mask & ~other_mask);
	const uint32_t other = lowest_bit(other_mask & ~mask);

	halves[0] = both;
	halves[1] = both ^ one;
	halves[2] = both ^ other;
	halves[3] = both ^ one ^ other;
	halves[4] = both ^ lowest_bit(mask & other_mask);
	return 5;
}

/* On either side of a value, the nearest for which a mask holds, and the like for which it does not. */
static size_t halves_around(uint32_t mask, uint32_t datum, uint32_t value, uint32_t *halves)
{
	const uint32_t near[] = {value, value - 1, value + 1, (value & ~mask) - 1,
				 (value | mask) + 1};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(near); i++) {
		halves[n++] = datum | (near[i] & ~mask);
		halves[n] = halves[n - 1] ^ lowest_bit(mask);
		n++;
	}
	return n;
}

/* The first condition has a mask. */
static size_t halves_of_pair(const struct condition *a, const struct condition *b,
			     unsigned int shift, uint32_t halves[HALVES_OF_PAIR])
{
	const uint32_t mask = (uint32_t)(a->value >> shift);
	const uint32_t datum = (uint32_t)((a->value_two & a->value) >> shift);
	const uint32_t other = (uint32_t)(b->value >> shift);

	if (b->op == COMPARE_MASKED_EQ)
		return halves_of_masks(mask, datum, other,
				       (uint32_t)((b->value_two & b->value) >> shift), halves);
	return halves_around(mask, datum, other, halves);
}

static size_t all_halves(const struct argument *arg, unsigned int shift, uint32_t *halves)
{
	size_t n = 0;

	halves[n++] = 0;
	halves[n++] = UINT32_MAX;
	for (size_t i = 0; i < arg->n_conditions; i++)
		n += halves_of(&arg->conditions[i], shift, halves + n);
	for (size_t i = 0; arg->n_conditions <= PAIRED_MAX && i < arg->n_conditions; i++)
		for (size_t k = 0; k < arg->n_conditions; k++) {
			if (k != i && arg->conditions[i].op == COMPARE_MASKED_EQ)
				n += halves_of_pair(&arg->conditions[i], &arg->conditions[k], shift,
						    halves + n);
		}
	uint32_t random = 0x9e3779b9U;
	for (size_t i = 0; i < HALVES_AT_RANDOM; i++) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		halves[n++] = random;
	}
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
		uint32_t highs[HALVES_OF_ONE], lows[HALVES_OF_ONE];
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

/* Do the conditions on one argument hold for a value? */
static bool holds_for(const struct probes *probes, const struct made *made, uint32_t index,
		      uint64_t value)
{
	for (size_t i = 0; i < made->n_conditions; i++)
		if (made->conditions[i].index == index &&
		    !condition_holds(&made->conditions[i], value, max_of(probes)))
			return false;
	return true;
}

/* Into args[], from some value on, one for which the rule's conditions hold. */
static bool satisfy(const struct probes *probes, const struct made *made, uint32_t index,
		    const struct made *also, size_t from, uint64_t args[MADE_ARGS])
{
	const struct argument *arg = &probes->args[index];

	for (size_t i = 0; i < arg->n; i++) {
		uint64_t value = arg->values[(from + i) % arg->n];

		if (holds_for(probes, made, index, value) &&
		    (also == NULL || holds_for(probes, also, index, value))) {
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

static bool asks(const struct made *made, uint32_t index)
{
	for (size_t i = 0; i < made->n_conditions; i++)
		if (made->conditions[i].index == index)
			return true;
	return false;
}

/* The arguments are independent of each other: what covers does so for each of them. */
static bool covers_argument(const struct probes *probes, const struct made *wide,
			    const struct made *narrow, uint32_t index)
{
	const struct argument *arg = &probes->args[index];
	bool any = false;

	for (size_t i = 0; i < arg->n; i++) {
		if (!holds_for(probes, narrow, index, arg->values[i]))
			continue;
		any = true;
		if (!holds_for(probes, wide, index, arg->values[i]))
			return false;
	}
	return any;
}

bool probes_covers(const struct made *wide, const struct made *narrow, unsigned int bits)
{
	bool covers = true;

	for (size_t i = 0; i < wide->n_conditions; i++)
		if (!asks(narrow, wide->conditions[i].index))
			return false;
	for (size_t i = 1; i < narrow->n_conditions; i++)
		if (narrow->conditions[i].index == narrow->conditions[i - 1].index)
			return false;
	struct probes *probes = probes_new(bits);
	probes_add(probes, wide, 1);
	probes_add(probes, narrow, 1);
	start(probes, 0);
	for (uint32_t i = 0; covers && i < MADE_ARGS; i++)
		covers = covers_argument(probes, wide, narrow, i);
	(void)probes_free(probes);
	return covers;
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

bool probes_are_all(const struct probes *probes)
{
	bool all = probes->all;

	for (size_t i = 0; i < MADE_ARGS; i++)
		all = all && !probes->args[i].dropped;
	return all;
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

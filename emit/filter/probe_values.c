#include "probe_values.h"

#include <stdlib.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

/* Halves of values around a condition's. */
#define HALVES_OF_ONE 6

/* Of so many conditions each is looked at beside each other one: halves for two of them. */
#define PAIRED_MAX 12
#define HALVES_OF_PAIR 10

/* For what takes three conditions to be seen. */
#define HALVES_AT_RANDOM 24

/* And the ends. */
#define HALVES_MAX                                                                         \
	(HALVES_OF_ONE * PROBE_CONDITIONS_MAX + HALVES_OF_PAIR * PAIRED_MAX * PAIRED_MAX + \
	 HALVES_AT_RANDOM + 2)

void probe_values_add(struct probe_argument *arg, const struct condition *condition)
{
	for (size_t i = 0; i < arg->n_conditions; i++)
		if (condition_compare(&arg->conditions[i], condition) == 0)
			return;
	if (arg->n_conditions == PROBE_CONDITIONS_MAX)
		arg->dropped = true;
	else
		arg->conditions[arg->n_conditions++] = *condition;
}

static unsigned int order_of(uint32_t a, uint32_t b)
{
	return a < b ? 0 : a == b ? 1 : 2;
}

/*
 * What the conditions can tell of a value, half by half, as a number: two values of the same kind
 * are the same to rules and filters. (Two kinds of the same number are as good as impossible.)
 */
static uint64_t kind_of(const struct probe_argument *arg, uint64_t value)
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

static void add_value(struct probe_argument *arg, uint64_t value)
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

static size_t all_halves(const struct probe_argument *arg, unsigned int shift, uint32_t *halves)
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
static size_t drop_alike(const struct probe_argument *arg, unsigned int shift, uint32_t *halves,
			 size_t n)
{
	struct probe_argument *alone = xmalloc(sizeof(*alone));
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

void probe_values_make(struct probe_argument *arg, unsigned int bits)
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

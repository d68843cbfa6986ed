#include "outcome.h"

#include <stdlib.h>

#include "alloc.h"

/* A value of a map is a set of these verdicts, as bits, and in the top bit whether by default. */
#define VERDICTS_MAX 63
#define BY_DEFAULT (UINT64_C(1) << VERDICTS_MAX)

struct outcomes {
	struct argmap *map;
	struct verdict verdicts[VERDICTS_MAX];
	size_t n_verdicts;
	bool too_many; /* verdicts */
};

struct outcomes *outcomes_new(void)
{
	struct outcomes *o = xcalloc(1, sizeof(*o));

	o->map = argmap_new();
	return o;
}

struct outcomes *outcomes_free(struct outcomes *o)
{
	if (o != NULL)
		o->map = argmap_free(o->map);
	free(o);
	return NULL;
}

void outcomes_reset(struct outcomes *o)
{
	argmap_reset(o->map);
	o->n_verdicts = 0;
	o->too_many = false;
}

bool outcomes_undecided(const struct outcomes *o)
{
	return o->too_many || argmap_overflowed(o->map);
}

static uint64_t bit_of(struct outcomes *o, struct verdict verdict)
{
	for (size_t i = 0; i < o->n_verdicts; i++)
		if (verdict_equal(o->verdicts[i], verdict))
			return UINT64_C(1) << i;
	if (o->n_verdicts == VERDICTS_MAX) {
		o->too_many = true;
		return 1;
	}
	o->verdicts[o->n_verdicts] = verdict;
	return UINT64_C(1) << o->n_verdicts++;
}

static uint64_t fill_in(void *ctx, uint64_t a, uint64_t b)
{
	(void)ctx;
	return a != 0 ? a : b;
}

argmap_ref outcomes_of(struct outcomes *o, const struct ruling *ruling, struct verdict fallback,
		       unsigned int bits)
{
	argmap_ref f = argmap_constant(o->map, 0);

	for (size_t i = 0; ruling != NULL && i < ruling->n_alternatives; i++) {
		const struct alternative *a = &ruling->alternatives[i];
		argmap_ref where = argmap_where(o->map, a->conditions, a->n_conditions, bits,
						bit_of(o, a->verdict));
		f = argmap_or(o->map, f, where);
	}
	argmap_ref rest = argmap_constant(o->map, BY_DEFAULT | bit_of(o, fallback));
	return argmap_combine(o->map, f, rest, fill_in, NULL);
}

/* ---- Ranks ---------------------------------------------------------------------------------- */

enum leniency verdict_leniency(struct verdict verdict)
{
	if (verdict_runs(verdict))
		return LENIENCY_RUNS;
	if (verdict.action == ACTION_TRACE || verdict.action == ACTION_NOTIFY)
		return LENIENCY_DELEGATED;
	return LENIENCY_REFUSED;
}

struct range {
	enum leniency least, most;
};

static struct range range_of(const struct outcomes *o, uint64_t set)
{
	struct range range = {LENIENCY_RUNS, LENIENCY_REFUSED};

	for (size_t i = 0; i < o->n_verdicts; i++) {
		if ((set >> i & 1) == 0)
			continue;
		enum leniency leniency = verdict_leniency(o->verdicts[i]);
		if (leniency < range.least)
			range.least = leniency;
		if (leniency > range.most)
			range.most = leniency;
	}
	return range;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

struct comparison {
	const struct outcomes *o;
	struct outcome_change change;
};

static uint64_t compare(void *ctx, uint64_t before, uint64_t after)
{
	struct comparison *c = ctx;
	struct outcome_change *change = &c->change;
	struct range a = range_of(c->o, before), b = range_of(c->o, after);
	bool wider = b.least > a.least || b.most > a.most;
	bool narrower = b.least < a.least || b.most < a.most;
	bool default_changed = (before & after & BY_DEFAULT) != 0;

	change->runs_before |= a.most == LENIENCY_RUNS;
	change->runs_after |= b.most == LENIENCY_RUNS;
	change->wider |= wider;
	change->narrower |= narrower;
	change->other |= !wider && !narrower && !default_changed &&
			 (before & ~BY_DEFAULT) != (after & ~BY_DEFAULT);
	return 0;
}

struct outcome_change outcomes_compare(struct outcomes *o, argmap_ref before, argmap_ref after)
{
	struct comparison c = {.o = o};

	(void)argmap_combine(o->map, before, after, compare, &c);
	return c.change;
}

static uint64_t differs(void *ctx, uint64_t a, uint64_t b)
{
	bool *different = ctx;

	*different |= (a & ~BY_DEFAULT) != (b & ~BY_DEFAULT);
	return 0;
}

bool outcomes_equal(struct outcomes *o, argmap_ref a, argmap_ref b)
{
	bool different = false;

	(void)argmap_combine(o->map, a, b, differs, &different);
	return !different;
}

/* ---- Combining ------------------------------------------------------------------------------ */

/* The bit of the strictest verdict of a set; of several equally strict ones the first. */
static uint64_t strictest_of(const struct outcomes *o, uint64_t set)
{
	size_t best = VERDICTS_MAX;

	for (size_t i = 0; i < o->n_verdicts; i++)
		if ((set >> i & 1) != 0 &&
		    (best == VERDICTS_MAX ||
		     verdict_compare_strictness(o->verdicts[i], o->verdicts[best]) > 0))
			best = i;
	return best == VERDICTS_MAX ? 0 : UINT64_C(1) << best;
}

static size_t index_of(uint64_t bit)
{
	return (size_t)__builtin_ctzll(bit);
}

static int compare_bits(const struct outcomes *o, uint64_t a, uint64_t b)
{
	return verdict_compare_strictness(o->verdicts[index_of(a)], o->verdicts[index_of(b)]);
}

static uint64_t unite(void *ctx, uint64_t a, uint64_t b)
{
	const struct outcomes *o = ctx;

	a = strictest_of(o, a);
	b = strictest_of(o, b);
	return compare_bits(o, a, b) <= 0 ? a : b;
}

static uint64_t intersect(void *ctx, uint64_t a, uint64_t b)
{
	const struct outcomes *o = ctx;

	a = strictest_of(o, a);
	b = strictest_of(o, b);
	return compare_bits(o, a, b) >= 0 ? a : b;
}

argmap_ref outcomes_unite(struct outcomes *o, argmap_ref a, argmap_ref b)
{
	return argmap_combine(o->map, a, b, unite, o);
}

argmap_ref outcomes_intersect(struct outcomes *o, argmap_ref a, argmap_ref b)
{
	return argmap_combine(o->map, a, b, intersect, o);
}

/* ---- Looking -------------------------------------------------------------------------------- */

static uint64_t collect(void *ctx, uint64_t a, uint64_t b)
{
	uint64_t *all = ctx;

	(void)b;
	*all |= a;
	return 0;
}

static uint64_t all_of(struct outcomes *o, argmap_ref f)
{
	uint64_t all = 0;

	(void)argmap_combine(o->map, f, f, collect, &all);
	return all & ~BY_DEFAULT;
}

struct verdict outcomes_strictest(struct outcomes *o, argmap_ref f)
{
	return o->verdicts[index_of(strictest_of(o, all_of(o, f)))];
}

static size_t write_set(const struct outcomes *o, uint64_t set, struct verdict *verdicts,
			size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_verdicts; i++) {
		if ((set >> i & 1) == 0)
			continue;
		if (n < max)
			verdicts[n] = o->verdicts[i];
		n++;
	}
	return n;
}

size_t outcomes_verdicts(struct outcomes *o, argmap_ref f, struct verdict *verdicts, size_t max)
{
	return write_set(o, all_of(o, f), verdicts, max);
}

static uint64_t without_default(void *ctx, uint64_t a, uint64_t b)
{
	(void)ctx;
	(void)b;
	return a & ~BY_DEFAULT;
}

size_t outcomes_cubes(struct outcomes *o, argmap_ref f, struct verdict verdict,
		      struct argmap_cube *cubes, size_t max)
{
	uint64_t bit = bit_of(o, verdict);
	argmap_ref plain = argmap_combine(o->map, f, f, without_default, NULL);

	return argmap_cubes(o->map, plain, bit, cubes, max);
}

size_t outcomes_at(const struct outcomes *o, argmap_ref f, const uint64_t args[ARGMAP_ARGS],
		   struct verdict *verdicts, size_t max)
{
	return write_set(o, argmap_value(o->map, f, args) & ~BY_DEFAULT, verdicts, max);
}

#include "probes.h"

#include <stdlib.h>

#include "alloc.h"
#include "probe_values.h"

struct probes {
	unsigned int bits;
	struct probe_argument args[COMPILED_ARGS];
	const struct compiled_rule **rules; /* owned array */
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

void probes_add(struct probes *probes, const struct compiled_rule *made, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xgrow(&probes->rules, probes->n_rules, &probes->cap_rules, sizeof(*probes->rules));
		probes->rules[probes->n_rules++] = &made[i];
		for (size_t k = 0; k < made[i].n_conditions; k++)
			probe_values_add(&probes->args[made[i].conditions[k].index],
					 &made[i].conditions[k]);
	}
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
	for (size_t i = 0; i < COMPILED_ARGS; i++) {
		probe_values_make(&probes->args[i], probes->bits);
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
static bool holds_for(const struct probes *probes, const struct compiled_rule *made, uint32_t index,
		      uint64_t value)
{
	for (size_t i = 0; i < made->n_conditions; i++)
		if (made->conditions[i].index == index &&
		    !condition_holds(&made->conditions[i], value, max_of(probes)))
			return false;
	return true;
}

/* Into args[], from some value on, one for which the rule's conditions hold. */
static bool satisfy(const struct probes *probes, const struct compiled_rule *made, uint32_t index,
		    const struct compiled_rule *also, size_t from, uint64_t args[COMPILED_ARGS])
{
	const struct probe_argument *arg = &probes->args[index];

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

bool probes_both(const struct compiled_rule *a, const struct compiled_rule *b, unsigned int bits,
		 uint64_t args[COMPILED_ARGS])
{
	struct probes *probes = probes_new(bits);
	bool both = true;

	probes_add(probes, a, 1);
	probes_add(probes, b, 1);
	start(probes, 0);
	for (uint32_t i = 0; both && i < COMPILED_ARGS; i++)
		both = satisfy(probes, a, i, b, 0, args);
	(void)probes_free(probes);
	return both;
}

static bool asks(const struct compiled_rule *made, uint32_t index)
{
	for (size_t i = 0; i < made->n_conditions; i++)
		if (made->conditions[i].index == index)
			return true;
	return false;
}

/* The arguments are independent of each other: what covers does so for each of them. */
static bool covers_argument(const struct probes *probes, const struct compiled_rule *wide,
			    const struct compiled_rule *narrow, uint32_t index)
{
	const struct probe_argument *arg = &probes->args[index];
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

bool probes_covers(const struct compiled_rule *wide, const struct compiled_rule *narrow,
		   unsigned int bits)
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
	for (uint32_t i = 0; covers && i < COMPILED_ARGS; i++)
		covers = covers_argument(probes, wide, narrow, i);
	(void)probes_free(probes);
	return covers;
}

static void pick(struct probes *probes, uint64_t args[COMPILED_ARGS])
{
	const struct compiled_rule *rule = NULL;

	if (probes->n_rules > 0 && below(probes, 2) == 0)
		rule = probes->rules[below(probes, probes->n_rules)];
	for (uint32_t i = 0; i < COMPILED_ARGS; i++) {
		const struct probe_argument *arg = &probes->args[i];
		size_t from = below(probes, arg->n);

		args[i] = arg->values[from];
		if (rule != NULL)
			(void)satisfy(probes, rule, i, NULL, from, args);
	}
}

bool probes_are_all(const struct probes *probes)
{
	bool all = probes->all;

	for (size_t i = 0; i < COMPILED_ARGS; i++)
		all = all && !probes->args[i].dropped;
	return all;
}

bool probes_next(struct probes *probes, size_t max, uint64_t args[COMPILED_ARGS])
{
	size_t rest;

	if (!probes->started)
		start(probes, max);
	rest = probes->done++;
	if (!probes->all) {
		pick(probes, args);
		return rest < max;
	}
	for (size_t i = 0; i < COMPILED_ARGS; i++) {
		args[i] = probes->args[i].values[rest % probes->args[i].n];
		rest /= probes->args[i].n;
	}
	return rest == 0;
}

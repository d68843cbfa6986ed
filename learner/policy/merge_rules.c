#include "merge_rules.h"

#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"
#include "merge_load.h"
#include "merge_strategies.h"
#include "policy.h"

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

/* ---- Proposals ------------------------------------------------------------------------------ */

/* Does it say exactly what the inputs say, on all ABIs of the result? */
static bool fits(const struct maker *m, const struct proposal *p)
{
	for (int w = 0; w < WIDTHS; w++) {
		if (!m->wanted[w])
			continue;
		argmap_ref f = merge_outcome(m->outcomes, m->result, p->rules, p->n, width_bits[w]);
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
static bool is_compiled_rightly(const struct proposal *p)
{
	if (p->n == 1)
		return true;
	for (size_t i = 0; i < p->n; i++) {
		for (size_t j = 0; j < p->rules[i].n_conditions; j++) {
			enum compare op = p->rules[i].conditions[j].op;
			if (op != COMPARE_EQ && op != COMPARE_MASKED_EQ)
				return false;
		}
	}
	return true;
}

/* Does libseccomp take the rules, and make no more lenient filter of them? */
static bool loads(const struct maker *m, const struct proposal *p)
{
	struct profile *alone = profile_new();
	struct merge_culprits culprits = {0};
	struct err err = {0};

	alone->fallback = m->result->fallback;
	for (size_t i = 0; i < m->result->n_abis; i++)
		profile_add_abi(alone, m->result->abis[i]);
	for (size_t i = 0; i < p->n; i++)
		profile_add_rule(alone, m->name, p->rules[i].verdict, p->rules[i].conditions,
				 p->rules[i].n_conditions);
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
static void put_fewest_first(const struct maker *m, struct proposal *p)
{
	cleanup_free struct rule *rules = xcalloc(p->n + 1, sizeof(*rules));
	const unsigned int bits = width_bits[m->wanted[WIDTHS - 1] ? WIDTHS - 1 : 0];
	size_t n = 0;

	for (size_t k = 0; k <= ARGMAP_ARGS; k++)
		for (size_t i = 0; i < p->n; i++)
			if (count_conditions(&p->rules[i], bits) == k)
				rules[n++] = p->rules[i];
	for (size_t i = 0; i < n; i++)
		p->rules[i] = rules[i];
}

/* Adds the proposed rules if they are exact, and libseccomp can be trusted with them. */
static bool accept(const struct maker *m, struct proposal *p)
{
	bool conditions = false;

	if (!p->as_it_was && !is_compiled_rightly(p))
		return false;
	if (!fits(m, p))
		return false;
	for (size_t i = 0; i < p->n; i++)
		conditions |= p->rules[i].n_conditions > 0;
	if (m->care == MERGE_RULES_THAT_LOAD && conditions) {
		if (!is_compiled_rightly(p))
			return false;
		put_fewest_first(m, p);
		if (!loads(m, p))
			return false;
	}
	add_rules(m, p->rules, p->n);
	return true;
}

static bool try_strategy(const struct maker *m, const struct merge_strategy *strategy)
{
	const struct proposal_request request = {.outcomes = m->outcomes,
						 .inputs = m->inputs,
						 .name = m->name,
						 .fallback = m->result->fallback,
						 .target = m->target[m->wanted[0] ? 0 : 1]};
	bool accepted = false;

	for (size_t nth = 0; !accepted; nth++) {
		struct proposal proposal = {0};
		enum proposing proposing = strategy->propose(&request, nth, &proposal);

		accepted = proposing == PROPOSED && accept(m, &proposal);
		proposal_release(&proposal);
		if (proposing == PROPOSED_ALL)
			break;
	}
	return accepted;
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

	if (!merge_inputs_alike(m->inputs, m->name, m->result->fallback))
		return false;
	cleanup_free struct rule *ordered = xcalloc(n + 1, sizeof(*ordered));
	for (size_t i = 0; i < n; i++)
		ordered[i] = rules[i];
	qsort(ordered, n, sizeof(*ordered), rule_compare_order);
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
	bool exact = false;
	const size_t n_strategies = outcomes_undecided(outcomes) ? 0 : merge_strategy_count;
	for (size_t i = 0; !exact && i < n_strategies; i++)
		exact = try_strategy(&m, &merge_strategies[i]);
	if (!exact)
		add_strict(&m);
	return exact;
}

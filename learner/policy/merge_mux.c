#include "merge_mux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "syscalls.h"

/* How the result's rules for a multiplexer are to what the inputs say about it. */
enum mux_fit { EXACT, STRICTER, WRONG };

struct mux {
	struct outcomes *outcomes;
	const struct merge_policies *inputs;
	const char *name;
	struct profile *result;
};

static argmap_ref outcome_of(const struct mux *m, const struct policy *policy,
			     const struct abi *abi, int32_t nr)
{
	const struct policy_abi *part = policy_find_abi(policy, abi);
	const struct ruling *ruling = part != NULL ? policy_find_ruling(part, nr) : NULL;

	return outcomes_of(m->outcomes, ruling, policy->fallback, abi_argument_bits(abi));
}

/* What the inputs that have the ABI say, together. */
static argmap_ref target_of(const struct mux *m, const struct abi *abi, int32_t nr)
{
	argmap_ref all = 0;
	bool any = false;

	for (size_t i = 0; i < m->inputs->n; i++) {
		const struct policy *policy = m->inputs->list[i];
		if (policy_find_abi(policy, abi) == NULL)
			continue;
		argmap_ref one = outcome_of(m, policy, abi, nr);
		argmap_ref before = any ? all : one;
		all = m->inputs->intersect ? outcomes_intersect(m->outcomes, before, one)
					   : outcomes_unite(m->outcomes, before, one);
		any = true;
	}
	return all;
}

/* Does `b` let no arguments go further than `a` does? Neither has sets of verdicts. */
static bool is_within(const struct mux *m, argmap_ref a, argmap_ref b)
{
	return outcomes_equal(m->outcomes, outcomes_unite(m->outcomes, a, b), a);
}

static enum mux_fit fit_on(const struct mux *m, const struct abi *abi, int32_t nr,
			   struct verdict *strictest)
{
	struct policy *policy = policy_of_profile(m->result);

	outcomes_reset(m->outcomes);
	argmap_ref target = target_of(m, abi, nr);
	argmap_ref found = outcome_of(m, policy, abi, nr);
	argmap_ref settled = outcomes_unite(m->outcomes, found, found);
	bool right = outcomes_equal(m->outcomes, settled, found) && is_within(m, target, settled);
	bool exact = right && is_within(m, settled, target);
	(void)policy_free(policy);
	if (outcomes_undecided(m->outcomes)) {
		*strictest = (struct verdict){.action = ACTION_KILL_PROCESS};
		return WRONG;
	}
	*strictest = outcomes_strictest(m->outcomes, target);
	return exact ? EXACT : right ? STRICTER : WRONG;
}

/* On all of the result's ABIs; *strictest is what the inputs say at the strictest. */
static enum mux_fit worst_fit(const struct mux *m, struct verdict *strictest)
{
	enum mux_fit worst = EXACT;

	*strictest = (struct verdict){.action = ACTION_ALLOW};
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		struct verdict verdict;
		int32_t nr;

		if (!profile_covers(m->result, abi) || !syscalls_number(abi, m->name, &nr))
			continue;
		enum mux_fit one = fit_on(m, abi, nr, &verdict);
		if (one > worst)
			worst = one;
		if (verdict_compare_strictness(verdict, *strictest) > 0)
			*strictest = verdict;
	}
	return worst;
}

/*
 * The same or stricter, but not what the default says: a rule that does would be skipped by the
 * runtimes. False where nothing is stricter.
 */
static bool unlike_default(struct verdict *verdict, struct verdict fallback)
{
	if (!verdict_equal(*verdict, fallback))
		return true;
	if (action_takes_errno(verdict->action)) {
		verdict->errno_ret = fallback.errno_ret == ENOSYS ? EPERM : ENOSYS;
		return true;
	}
	if (verdict->action == ACTION_KILL_PROCESS)
		return false;
	verdict->action = ACTION_KILL_PROCESS;
	return true;
}

static bool goes_through(const struct profile *result, const char *name, const char *multiplexer)
{
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		int32_t nr, through;
		uint32_t subcall;

		if (profile_covers(result, abi) &&
		    syscalls_multiplexed(abi, name, &through, &subcall) &&
		    syscalls_number(abi, multiplexer, &nr) && nr == through)
			return true;
	}
	return false;
}

/* Drops the multiplexer's own rules, and with `calls` those of what goes through it. */
static void drop_rules(const struct mux *m, bool calls)
{
	struct profile *result = m->result;
	size_t kept = 0;

	for (size_t i = 0; i < result->n_rules; i++) {
		struct rule *rule = &result->rules[i];
		if (strcmp(rule->name, m->name) == 0 ||
		    (calls && goes_through(result, rule->name, m->name))) {
			free(rule->name);
			free(rule->conditions);
		} else {
			result->rules[kept++] = *rule;
		}
	}
	result->n_rules = kept;
}

enum merge_mux merge_multiplexer(struct outcomes *outcomes, const struct merge_policies *inputs,
				 const char *name, struct profile *result)
{
	struct mux m = {outcomes, inputs, name, result};
	struct verdict verdict;
	enum mux_fit found = worst_fit(&m, &verdict);

	if (found != WRONG)
		return found == EXACT ? MERGE_MUX_EXACT : MERGE_MUX_STRICTER;
	bool possible = unlike_default(&verdict, result->fallback);
	drop_rules(&m, !possible);
	if (!possible)
		return MERGE_MUX_WITHOUT;
	/* Without conditions, so that it overrides what the calls' rules make. */
	profile_add_rule(result, name, verdict, NULL, 0);
	profile_sort(result);
	return worst_fit(&m, &verdict) == EXACT ? MERGE_MUX_EXACT : MERGE_MUX_STRICTER;
}

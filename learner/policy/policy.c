#include "policy.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "syscalls.h"

static struct policy_abi *add_abi(struct policy *policy, const struct abi *abi)
{
	xgrow(&policy->abis, policy->n_abis, &policy->cap_abis, sizeof(*policy->abis));
	struct policy_abi *added = &policy->abis[policy->n_abis++];
	*added = (struct policy_abi){.abi = abi};
	return added;
}

/* Adds a ruling, without looking whether the number has one already: abi_settle() does. */
static struct ruling *add_ruling(struct policy_abi *abi, int32_t nr, const char *name)
{
	char own_name[SYSCALL_NAME_MAX];

	xgrow(&abi->rulings, abi->n_rulings, &abi->cap_rulings, sizeof(*abi->rulings));
	struct ruling *ruling = &abi->rulings[abi->n_rulings++];
	if (syscalls_name(abi->abi, nr, own_name))
		name = own_name;
	*ruling = (struct ruling){.nr = nr, .name = name != NULL ? xstrdup(name) : NULL};
	return ruling;
}

static int ruling_order(const void *pa, const void *pb)
{
	const struct ruling *a = pa, *b = pb;

	return (a->nr > b->nr) - (a->nr < b->nr);
}

/* Sorts the rulings and makes one of those for the same number. */
static void abi_settle(struct policy_abi *abi)
{
	size_t n = 0;

	if (abi->n_rulings > 0)
		qsort(abi->rulings, abi->n_rulings, sizeof(*abi->rulings), ruling_order);
	for (size_t i = 0; i < abi->n_rulings; i++) {
		struct ruling ruling = abi->rulings[i];
		if (n == 0 || abi->rulings[n - 1].nr != ruling.nr) {
			abi->rulings[n++] = ruling;
			continue;
		}
		for (size_t j = 0; j < ruling.n_alternatives; j++)
			ruling_add(&abi->rulings[n - 1], ruling.alternatives[j]);
		abi->rulings[n - 1].derived &= ruling.derived;
		ruling.n_alternatives = 0;
		ruling_release(&ruling);
	}
	abi->n_rulings = n;
	for (size_t i = 0; i < n; i++)
		ruling_settle(&abi->rulings[i]);
}

/* runc skips rules that repeat the default before anything else is decided; so does this. */
static bool rule_counts(const struct profile *profile, const struct rule *rule, unsigned int bits,
			struct alternative *alternative)
{
	return !verdict_equal(rule->verdict, profile->fallback) &&
	       alternative_of_rule(rule, bits, alternative);
}

/* What a rule for a call that the ABI multiplexes says about the multiplexer. */
static void add_multiplexed(const struct profile *profile, struct policy_abi *abi,
			    const struct rule *rule, const struct syscall_place *place)
{
	struct alternative alternative;
	cleanup_free struct condition *conditions =
		xcalloc(rule->n_conditions + 1, sizeof(*conditions));
	struct rule derived = {.verdict = rule->verdict, .conditions = conditions};

	conditions[derived.n_conditions++] = (struct condition){0, COMPARE_EQ, place->subcall, 0};
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->conditions[i].index != 0)
			conditions[derived.n_conditions++] = rule->conditions[i];
	if (!rule_counts(profile, &derived, abi_argument_bits(abi->abi), &alternative))
		return;
	struct ruling *ruling = add_ruling(abi, place->multiplexer, NULL);
	ruling->derived = true;
	ruling_add(ruling, alternative);
}

static void add_rules(struct policy *policy, struct policy_abi *abi)
{
	struct syscall_place place = {0};

	for (size_t i = 0; i < policy->profile->n_rules; i++) {
		const struct rule *rule = &policy->profile->rules[i];
		struct alternative alternative;

		syscalls_place(abi->abi, rule->name, &place);
		if (place.direct &&
		    rule_counts(policy->profile, rule, abi_argument_bits(abi->abi), &alternative))
			ruling_add(add_ruling(abi, place.nr, rule->name), alternative);
		if (place.multiplexed)
			add_multiplexed(policy->profile, abi, rule, &place);
	}
	abi_settle(abi);
}

const struct ruling *policy_find_ruling(const struct policy_abi *abi, int32_t nr)
{
	for (size_t i = 0; i < abi->n_rulings; i++)
		if (abi->rulings[i].nr == nr)
			return &abi->rulings[i];
	return NULL;
}

const struct rule *policy_rules_of_name(const struct profile *profile, const char *name, size_t *n)
{
	size_t low = 0, high = profile->n_rules;

	*n = 0;
	if (high == 0)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(profile->rules[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low + *n < profile->n_rules; ++*n)
		if (strcmp(profile->rules[low + *n].name, name) != 0)
			break;
	return profile->rules + low;
}

bool policy_ruling_of_rules(const struct profile *profile, const struct rule *rules, size_t n,
			    unsigned int bits, struct ruling *ruling)
{
	*ruling = (struct ruling){.nr = -1};
	for (size_t i = 0; i < n; i++) {
		struct alternative alternative;

		if (rule_counts(profile, &rules[i], bits, &alternative))
			ruling_add(ruling, alternative);
	}
	if (ruling->n_alternatives == 0)
		return false;
	ruling_settle(ruling);
	return true;
}

static void collect_unknown(struct policy *policy)
{
	const struct profile *profile = policy->profile;

	for (size_t i = 0; i < profile->n_rules; i++) {
		const char *name = profile->rules[i].name;
		if ((i > 0 && strcmp(profile->rules[i - 1].name, name) == 0) ||
		    syscalls_known(name))
			continue;
		xgrow(&policy->unknown, policy->n_unknown, &policy->cap_unknown,
		      sizeof(*policy->unknown));
		policy->unknown[policy->n_unknown++] = name;
	}
}

struct policy *policy_of_profile(const struct profile *profile)
{
	struct policy *policy = xcalloc(1, sizeof(*policy));

	policy->profile = profile;
	policy->fallback = profile->fallback;
	policy->assumed_native = profile->n_abis == 0;
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		if (!profile_covers(profile, abi))
			continue;
		struct policy_abi *added = add_abi(policy, abi);
		added->implied = !policy->assumed_native && !profile_lists(profile, abi);
		add_rules(policy, added);
	}
	collect_unknown(policy);
	return policy;
}

struct policy *policy_of_recording(const struct recording *recording)
{
	static const struct alternative allowed = {.verdict = {.action = ACTION_ALLOW}};
	struct policy *policy = xcalloc(1, sizeof(*policy));
	struct policy_abi *abi = NULL;

	policy->recording = recording;
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		if (abi == NULL || abi->abi != call->abi)
			abi = add_abi(policy, call->abi);
		struct ruling *ruling = add_ruling(abi, call->nr, call->name);
		ruling_add(ruling, allowed);
		/* Sources are in the order of their start, so the first is the earliest. */
		ruling->by = call->n_by > 0 ? &call->by[0] : NULL;
		if (call->n_by == 0 && call->n_known > 0)
			ruling->known = &recording->sources[call->known[0]];
	}
	for (size_t i = 0; i < policy->n_abis; i++)
		abi_settle(&policy->abis[i]);
	return policy;
}

struct policy *policy_free(struct policy *policy)
{
	if (policy == NULL)
		return NULL;
	for (size_t i = 0; i < policy->n_abis; i++) {
		struct policy_abi *abi = &policy->abis[i];
		for (size_t j = 0; j < abi->n_rulings; j++)
			ruling_release(&abi->rulings[j]);
		free(abi->rulings);
	}
	free(policy->abis);
	free(policy->unknown);
	free(policy);
	return NULL;
}

const struct policy_abi *policy_find_abi(const struct policy *policy, const struct abi *abi)
{
	for (size_t i = 0; i < policy->n_abis; i++)
		if (policy->abis[i].abi == abi)
			return &policy->abis[i];
	return NULL;
}

bool policy_allows(const struct policy *policy, bool abi_present, const struct ruling *ruling)
{
	if (ruling != NULL && ruling_runs(ruling))
		return true;
	if (policy->recording != NULL || !abi_present || !verdict_runs(policy->fallback))
		return false;
	return ruling == NULL || !ruling_is_unconditional(ruling);
}

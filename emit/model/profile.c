#include "profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

struct profile *profile_new(void)
{
	struct profile *profile = xcalloc(1, sizeof(*profile));

	profile->fallback = (struct verdict){ACTION_ERRNO, true, ENOSYS};
	return profile;
}

static void rule_done(struct rule *rule)
{
	free(rule->name);
	free(rule->conditions);
}

struct profile *profile_free(struct profile *profile)
{
	if (profile == NULL)
		return NULL;
	for (size_t i = 0; i < profile->n_rules; i++)
		rule_done(&profile->rules[i]);
	for (size_t i = 0; i < profile->n_flags; i++)
		free(profile->flags[i]);
	free(profile->rules);
	free(profile->flags);
	free(profile->abis);
	free(profile->listener_path);
	free(profile->listener_metadata);
	free(profile);
	return NULL;
}

void profile_add_abi(struct profile *profile, const struct abi *abi)
{
	for (size_t i = 0; i < profile->n_abis; i++)
		if (profile->abis[i] == abi)
			return;
	xgrow(&profile->abis, profile->n_abis, &profile->cap_abis, sizeof(struct abi *));
	profile->abis[profile->n_abis++] = abi;
}

bool profile_lists(const struct profile *profile, const struct abi *abi)
{
	for (size_t i = 0; i < profile->n_abis; i++)
		if (profile->abis[i] == abi)
			return true;
	return false;
}

bool profile_has_rule(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->n_rules; i++)
		if (strcmp(profile->rules[i].name, name) == 0)
			return true;
	return false;
}

bool profile_covers(const struct profile *profile, const struct abi *abi)
{
	for (size_t i = 0; i < profile->n_abis; i++)
		if (profile->abis[i] == abi || abi_of_host(profile->abis[i]) == abi)
			return true;
	return profile->n_abis == 0 && abi == abi_native();
}

void profile_add_flag(struct profile *profile, const char *flag)
{
	profile->has_flags = true;
	for (size_t i = 0; i < profile->n_flags; i++)
		if (strcmp(profile->flags[i], flag) == 0)
			return;
	xgrow(&profile->flags, profile->n_flags, &profile->cap_flags, sizeof(char *));
	profile->flags[profile->n_flags++] = xstrdup(flag);
}

void profile_add_rule(struct profile *profile, const char *name, struct verdict verdict,
		      const struct condition *conditions, size_t n_conditions)
{
	xgrow(&profile->rules, profile->n_rules, &profile->cap_rules, sizeof(struct rule));
	struct rule *rule = &profile->rules[profile->n_rules++];

	*rule = (struct rule){
		.name = xstrdup(name), .verdict = verdict, .order = profile->next_order++};
	if (n_conditions > 0) {
		size_t size = n_conditions * sizeof(*conditions);
		rule->conditions = memcpy(xmalloc(size), conditions, size);
		rule->n_conditions = n_conditions;
	}
}

void profile_drop_rule(struct profile *profile, size_t i)
{
	rule_done(&profile->rules[i]);
	profile->n_rules--;
	memmove(&profile->rules[i], &profile->rules[i + 1],
		(profile->n_rules - i) * sizeof(*profile->rules));
}

void profile_make_strict(struct profile *profile, const char *name)
{
	struct verdict strictest = profile->fallback;
	cleanup_free char *copy = xstrdup(name);

	for (size_t i = profile->n_rules; i > 0; i--) {
		const struct rule *rule = &profile->rules[i - 1];

		if (strcmp(rule->name, copy) != 0)
			continue;
		if (verdict_compare_strictness(rule->verdict, strictest) > 0)
			strictest = rule->verdict;
		profile_drop_rule(profile, i - 1);
	}
	if (!profile_is_default(profile, strictest))
		profile_add_rule(profile, copy, strictest, NULL, 0);
}

struct profile *profile_copy(const struct profile *profile)
{
	struct profile *copy = profile_new();

	copy->fallback = profile->fallback;
	for (size_t i = 0; i < profile->n_abis; i++)
		profile_add_abi(copy, profile->abis[i]);
	for (size_t i = 0; i < profile->n_flags; i++)
		profile_add_flag(copy, profile->flags[i]);
	copy->has_flags = profile->has_flags;
	if (profile->listener_path != NULL)
		copy->listener_path = xstrdup(profile->listener_path);
	if (profile->listener_metadata != NULL)
		copy->listener_metadata = xstrdup(profile->listener_metadata);
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		profile_add_rule(copy, rule->name, rule->verdict, rule->conditions,
				 rule->n_conditions);
		copy->rules[i].order = rule->order;
	}
	copy->next_order = profile->next_order;
	return copy;
}

static int compare_rule(const void *x, const void *y)
{
	const struct rule *a = x;
	const struct rule *b = y;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = verdict_compare(a->verdict, b->verdict);
	return order != 0 ? order : rule_compare_conditions(a, b);
}

static int compare_abi(const void *x, const void *y)
{
	return COMPARE(abi_index(*(const struct abi *const *)x),
		       abi_index(*(const struct abi *const *)y));
}

static int compare_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

bool profile_is_default(const struct profile *profile, struct verdict verdict)
{
	return verdict_same_effect(profile->fallback, verdict);
}

static void sort_conditions(struct rule *rule)
{
	size_t kept = 0;

	if (rule->n_conditions == 0)
		return;
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->conditions[i].op != COMPARE_MASKED_EQ)
			rule->conditions[i].value_two = 0;
	qsort(rule->conditions, rule->n_conditions, sizeof(struct condition), condition_compare);
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (kept == 0 ||
		    condition_compare(&rule->conditions[kept - 1], &rule->conditions[i]) != 0)
			rule->conditions[kept++] = rule->conditions[i];
	rule->n_conditions = kept;
}

/* By name, then as they were written. */
static int compare_written(const void *x, const void *y)
{
	const struct rule *a = *(const struct rule *const *)x;
	const struct rule *b = *(const struct rule *const *)y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : rule_compare_order(a, b);
}

/*
 * Of several rules without conditions for one name libseccomp takes the first, silently; runtimes
 * do not give it those that say what the default says. Real profiles have such rules.
 */
static void drop_overruled(struct profile *profile)
{
	cleanup_free struct rule **order = xcalloc(profile->n_rules, sizeof(*order));
	const struct rule *first = NULL;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].n_conditions == 0 &&
		    !verdict_equal(profile->rules[i].verdict, profile->fallback))
			order[n++] = &profile->rules[i];
	qsort(order, n, sizeof(*order), compare_written);
	for (size_t i = 0; i < n; i++) {
		if (first == NULL || strcmp(order[i]->name, first->name) != 0) {
			first = order[i];
			continue;
		}
		rule_done(order[i]);
		order[i]->name = NULL;
	}
	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].name != NULL)
			profile->rules[kept++] = profile->rules[i];
	profile->n_rules = kept;
}

static void sort_rules(struct profile *profile)
{
	size_t kept = 0;

	if (profile->n_rules == 0)
		return;
	for (size_t i = 0; i < profile->n_rules; i++) {
		profile->rules[i].verdict = verdict_normal(profile->rules[i].verdict);
		sort_conditions(&profile->rules[i]);
	}
	drop_overruled(profile);
	qsort(profile->rules, profile->n_rules, sizeof(struct rule), compare_rule);
	for (size_t i = 0; i < profile->n_rules; i++) {
		struct rule *rule = &profile->rules[i];
		struct rule *last = kept > 0 ? &profile->rules[kept - 1] : NULL;
		if (last == NULL || compare_rule(last, rule) != 0) {
			profile->rules[kept++] = *rule;
			continue;
		}
		if (rule->order < last->order) {
			last->order = rule->order;
			last->line = rule->line;
		}
		rule_done(rule);
	}
	profile->n_rules = kept;
}

void profile_sort(struct profile *profile)
{
	profile->fallback = verdict_normal(profile->fallback);
	if (profile->n_abis > 0)
		qsort(profile->abis, profile->n_abis, sizeof(struct abi *), compare_abi);
	if (profile->n_flags > 0)
		qsort(profile->flags, profile->n_flags, sizeof(char *), compare_text);
	sort_rules(profile);
}

static bool text_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool profile_equal(const struct profile *a, const struct profile *b)
{
	if (!verdict_equal(a->fallback, b->fallback) || a->has_flags != b->has_flags ||
	    a->n_abis != b->n_abis || a->n_flags != b->n_flags || a->n_rules != b->n_rules ||
	    !text_equal(a->listener_path, b->listener_path) ||
	    !text_equal(a->listener_metadata, b->listener_metadata))
		return false;
	for (size_t i = 0; i < a->n_abis; i++)
		if (a->abis[i] != b->abis[i])
			return false;
	for (size_t i = 0; i < a->n_flags; i++)
		if (strcmp(a->flags[i], b->flags[i]) != 0)
			return false;
	for (size_t i = 0; i < a->n_rules; i++)
		if (compare_rule(&a->rules[i], &b->rules[i]) != 0)
			return false;
	return true;
}

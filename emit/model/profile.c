#include "profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"

/* What a runtime answers where an action takes an errno and the profile gives none. */
#define ERRNO_WHEN_NONE EPERM

static const struct {
	const char *oci;
	const char *oci_alias; /* read, never written */
	bool takes_errno;
} actions[ACTION_MAX] = {
	[ACTION_ALLOW] = {"SCMP_ACT_ALLOW", NULL, false},
	[ACTION_LOG] = {"SCMP_ACT_LOG", NULL, false},
	[ACTION_NOTIFY] = {"SCMP_ACT_NOTIFY", NULL, false},
	[ACTION_TRACE] = {"SCMP_ACT_TRACE", NULL, true},
	[ACTION_ERRNO] = {"SCMP_ACT_ERRNO", NULL, true},
	[ACTION_TRAP] = {"SCMP_ACT_TRAP", NULL, false},
	[ACTION_KILL_THREAD] = {"SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL", false},
	[ACTION_KILL_PROCESS] = {"SCMP_ACT_KILL_PROCESS", NULL, false},
};

static const char *const compares[COMPARE_MAX] = {
	[COMPARE_NE] = "SCMP_CMP_NE",
	[COMPARE_LT] = "SCMP_CMP_LT",
	[COMPARE_LE] = "SCMP_CMP_LE",
	[COMPARE_EQ] = "SCMP_CMP_EQ",
	[COMPARE_GE] = "SCMP_CMP_GE",
	[COMPARE_GT] = "SCMP_CMP_GT",
	[COMPARE_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

const char *action_oci_name(enum action action)
{
	return actions[action].oci;
}

enum action action_by_oci_name(const char *name)
{
	for (int i = 0; i < ACTION_MAX; i++) {
		const char *alias = actions[i].oci_alias;
		if (strcmp(actions[i].oci, name) == 0 ||
		    (alias != NULL && strcmp(alias, name) == 0))
			return (enum action)i;
	}
	return ACTION_INVALID;
}

bool action_takes_errno(enum action action)
{
	return actions[action].takes_errno;
}

const char *compare_oci_name(enum compare op)
{
	return compares[op];
}

enum compare compare_by_oci_name(const char *name)
{
	for (int i = 0; i < COMPARE_MAX; i++)
		if (strcmp(compares[i], name) == 0)
			return (enum compare)i;
	return COMPARE_INVALID;
}

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

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int verdict_compare(struct verdict a, struct verdict b)
{
	if (a.action != b.action)
		return a.action < b.action ? -1 : 1;
	if (a.has_errno != b.has_errno)
		return a.has_errno ? 1 : -1;
	return compare_u64(a.errno_ret, b.errno_ret);
}

bool verdict_equal(struct verdict a, struct verdict b)
{
	return verdict_compare(a, b) == 0;
}

int condition_compare(const void *x, const void *y)
{
	const struct condition *a = x;
	const struct condition *b = y;

	if (a->index != b->index)
		return compare_u64(a->index, b->index);
	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	if (a->value != b->value)
		return compare_u64(a->value, b->value);
	return compare_u64(a->value_two, b->value_two);
}

int rule_compare_conditions(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < a->n_conditions && i < b->n_conditions; i++) {
		int order = condition_compare(&a->conditions[i], &b->conditions[i]);
		if (order != 0)
			return order;
	}
	return compare_u64(a->n_conditions, b->n_conditions);
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
	return compare_u64(abi_index(*(const struct abi *const *)x),
			   abi_index(*(const struct abi *const *)y));
}

static int compare_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static struct verdict normal_verdict(struct verdict verdict)
{
	if (!action_takes_errno(verdict.action))
		return (struct verdict){verdict.action, false, 0};
	if (!verdict.has_errno)
		return (struct verdict){verdict.action, true, ERRNO_WHEN_NONE};
	return verdict;
}

bool verdict_same_effect(struct verdict a, struct verdict b)
{
	return verdict_equal(normal_verdict(a), normal_verdict(b));
}

int verdict_compare_strictness(struct verdict a, struct verdict b)
{
	/* seccomp(2): the order of SECCOMP_RET_*, from the most lenient. */
	static const int rank[ACTION_MAX] = {
		[ACTION_ALLOW] = 0,       [ACTION_LOG] = 1,          [ACTION_TRACE] = 2,
		[ACTION_NOTIFY] = 3,      [ACTION_ERRNO] = 4,        [ACTION_TRAP] = 5,
		[ACTION_KILL_THREAD] = 6, [ACTION_KILL_PROCESS] = 7,
	};

	return rank[a.action] - rank[b.action];
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

	return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
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
		profile->rules[i].verdict = normal_verdict(profile->rules[i].verdict);
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
	profile->fallback = normal_verdict(profile->fallback);
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

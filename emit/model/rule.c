#include "rule.h"

#include <errno.h>
#include <string.h>

#include "array.h"

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

int verdict_compare(struct verdict a, struct verdict b)
{
	if (a.action != b.action)
		return a.action < b.action ? -1 : 1;
	if (a.has_errno != b.has_errno)
		return a.has_errno ? 1 : -1;
	return COMPARE(a.errno_ret, b.errno_ret);
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
		return COMPARE(a->index, b->index);
	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	if (a->value != b->value)
		return COMPARE(a->value, b->value);
	return COMPARE(a->value_two, b->value_two);
}

int rule_compare_order(const void *x, const void *y)
{
	const struct rule *a = x, *b = y;

	return COMPARE(a->order, b->order);
}

int rule_compare_conditions(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < a->n_conditions && i < b->n_conditions; i++) {
		int order = condition_compare(&a->conditions[i], &b->conditions[i]);
		if (order != 0)
			return order;
	}
	return COMPARE(a->n_conditions, b->n_conditions);
}

struct verdict verdict_normal(struct verdict verdict)
{
	if (!action_takes_errno(verdict.action))
		return (struct verdict){verdict.action, false, 0};
	if (!verdict.has_errno)
		return (struct verdict){verdict.action, true, ERRNO_WHEN_NONE};
	return verdict;
}

bool verdict_same_effect(struct verdict a, struct verdict b)
{
	return verdict_equal(verdict_normal(a), verdict_normal(b));
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

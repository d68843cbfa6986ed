/* Verdicts, conditions and rules: what a profile is made of. */
#ifndef EMIT_RULE_H
#define EMIT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum action {
	ACTION_ALLOW,
	ACTION_LOG,
	ACTION_NOTIFY,
	ACTION_TRACE,
	ACTION_ERRNO,
	ACTION_TRAP,
	ACTION_KILL_THREAD,
	ACTION_KILL_PROCESS,
	ACTION_MAX,
	ACTION_INVALID = -1,
};

/*
 * What happens to a call: the action, and the errno or tracer's value where it takes one. An
 * action that takes a value and has none gets EPERM from every runtime, so profile_sort() and
 * every reader write that down: has_errno and 1.
 */
struct verdict {
	enum action action;
	bool has_errno;
	uint32_t errno_ret; /* with ACTION_ERRNO and ACTION_TRACE only; 0 unless has_errno */
};

enum compare {
	COMPARE_NE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_EQ,
	COMPARE_GE,
	COMPARE_GT,
	COMPARE_MASKED_EQ, /* (argument & value) == value_two */
	COMPARE_MAX,
	COMPARE_INVALID = -1,
};

struct condition {
	uint32_t index; /* of the argument, 0-5 */
	enum compare op;
	uint64_t value;
	uint64_t value_two; /* with COMPARE_MASKED_EQ only */
};

/*
 * One call, on every ABI of the profile. The conditions are one rule's, ANDed; rules of the same
 * name are ORed. (A reader of a format with other semantics makes several rules of it.)
 */
struct rule {
	char *name; /* owned */
	struct verdict verdict;
	struct condition *conditions; /* owned; NULL when there are none */
	size_t n_conditions;
	size_t line;  /* of the document that it was read from, for messages; 0: of none */
	size_t order; /* rules that were added earlier have less; sorting keeps it */
};

bool verdict_equal(struct verdict a, struct verdict b);

/* With the errno that runtimes give where one is missing, and none where the action takes none. */
struct verdict verdict_normal(struct verdict verdict);

/* Are they the same when both have the errno that runtimes give them? */
bool verdict_same_effect(struct verdict a, struct verdict b);

/*
 * How the kernel ranks actions when several filters answer: of two verdicts the stricter wins.
 * Negative when `a` is the more lenient one; errno values do not matter.
 */
int verdict_compare_strictness(struct verdict a, struct verdict b);

/* For qsort(3): in the order in which rules were added. */
int rule_compare_order(const void *x, const void *y);

/* For qsort(3): by argument, operator, values. */
int condition_compare(const void *x, const void *y);

/* The order of sorted profiles: negative, 0 or positive. By the conditions alone: none first. */
int verdict_compare(struct verdict a, struct verdict b);
int rule_compare_conditions(const struct rule *a, const struct rule *b);

/* May this action carry an errno value? (ERRNO: the errno; TRACE: the tracer's message.) */
bool action_takes_errno(enum action action);

/* "SCMP_ACT_ALLOW" ...; SCMP_ACT_KILL is read as KILL_THREAD, as libseccomp has it. */
const char *action_oci_name(enum action action);
enum action action_by_oci_name(const char *name);

/* "SCMP_CMP_EQ" ... */
const char *compare_oci_name(enum compare op);
enum compare compare_by_oci_name(const char *name);

#endif

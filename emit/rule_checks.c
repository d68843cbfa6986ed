#include "rule_checks.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "enosys.h"
#include "strbuf.h"
#include "syscalls.h"

#define ARGS 6

/* What libseccomp makes of a rule on one ABI. */
struct made {
	int32_t nr;
	const struct rule *rule; /* in the order of their addresses */
	struct condition conditions[ARGS + 1];
	size_t n_conditions;
	bool derived; /* for the multiplexer of the rule's call */
};

struct made_list {
	struct made *list; /* owned */
	size_t n, cap;
};

static int compare_meaning(const struct made *a, const struct made *b)
{
	int r = (a->nr > b->nr) - (a->nr < b->nr);

	for (size_t i = 0; r == 0 && i < a->n_conditions && i < b->n_conditions; i++)
		r = condition_compare(&a->conditions[i], &b->conditions[i]);
	return r != 0 ? r
		      : (a->n_conditions > b->n_conditions) - (a->n_conditions < b->n_conditions);
}

/* Does `longer` have the conditions of `made`, and then perhaps others? */
static bool begins_with(const struct made *longer, const struct made *made)
{
	if (longer->nr != made->nr || longer->n_conditions < made->n_conditions)
		return false;
	for (size_t i = 0; i < made->n_conditions; i++)
		if (condition_compare(&longer->conditions[i], &made->conditions[i]) != 0)
			return false;
	return true;
}

static int compare_made(const void *pa, const void *pb)
{
	const struct made *a = pa, *b = pb;
	int r = compare_meaning(a, b);

	return r != 0 ? r : (a->rule > b->rule) - (a->rule < b->rule);
}

/* libseccomp compares what is written, cut to the ABI's width; an empty mask is no condition. */
static void add_made(struct made_list *made, const struct abi *abi, const struct rule *rule,
		     int32_t nr, const uint32_t *subcall)
{
	const uint64_t max = UINT64_MAX >> (64 - abi_argument_bits(abi));
	struct made m = {.nr = nr, .rule = rule, .derived = subcall != NULL};

	if (rule->n_conditions > ARGS)
		return;
	if (subcall != NULL)
		m.conditions[m.n_conditions++] = (struct condition){0, COMPARE_EQ, *subcall, 0};
	for (size_t i = 0; i < rule->n_conditions; i++) {
		struct condition c = rule->conditions[i];
		c.value &= max;
		c.value_two = c.op == COMPARE_MASKED_EQ ? c.value_two & c.value : 0;
		if ((subcall != NULL && c.index == 0) ||
		    (c.op == COMPARE_MASKED_EQ && c.value == 0))
			continue;
		m.conditions[m.n_conditions++] = c;
	}
	qsort(m.conditions, m.n_conditions, sizeof(m.conditions[0]), condition_compare);
	xgrow(&made->list, made->n, &made->cap, sizeof(*made->list));
	made->list[made->n++] = m;
}

static void make(struct made_list *made, const struct abi *abi, const struct profile *profile)
{
	struct syscall_place place = {0};

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		/* Runtimes do not give it these. */
		if (profile_is_default(profile, rule->verdict))
			continue;
		syscalls_place(abi, rule->name, &place);
		if (place.direct)
			add_made(made, abi, rule, place.nr, NULL);
		if (place.multiplexed)
			add_made(made, abi, rule, place.multiplexer, &place.subcall);
	}
	if (made->n > 0)
		qsort(made->list, made->n, sizeof(*made->list), compare_made);
}

struct check {
	const struct profile *profile;
	const struct abi *abi;
	bool *told; /* for each rule */
	struct warnings *warnings;
};

static void tell(const struct check *check, const struct made *first, const struct made *second)
{
	char multiplexer[SYSCALL_NAME_MAX];
	const struct rule *rule = second->rule;
	bool *told = &check->told[rule - check->profile->rules];
	bool derived = second->derived || first->derived;

	if (*told || verdict_equal(first->rule->verdict, rule->verdict))
		return;
	*told = true;
	(void)syscalls_name(check->abi, second->nr, multiplexer);
	warnings_add(check->warnings, WARNING_CONFLICT, rule->line,
		     "\"%s\" has another action in line %zu, with %s conditions%s%s%s%s: runc and "
		     "crun refuse the profile (\"file exists\")",
		     rule->name, first->rule->line,
		     first->n_conditions > second->n_conditions ? "these and more" : "the same",
		     derived ? " where " : "", derived ? check->abi->name : "",
		     derived ? " makes the call through " : "", derived ? multiplexer : "");
}

/* Rules of one number. */
static void check_number(const struct check *check, const struct made *made, size_t n)
{
	/* Those without conditions come first. What follows one in the document is skipped. */
	const struct rule *unconditional = made[0].n_conditions == 0 ? made[0].rule : NULL;

	for (size_t i = 0; i < n; i++) {
		if (made[i].n_conditions == 0)
			continue;
		/* Where several are the same the first one has looked at the others. */
		if (i > 0 && compare_meaning(&made[i - 1], &made[i]) == 0)
			continue;
		for (size_t j = i + 1; j < n && begins_with(&made[j], &made[i]); j++) {
			bool same = made[j].n_conditions == made[i].n_conditions;
			const struct made *later = same ? &made[j] : &made[i];
			const struct made *earlier = same ? &made[i] : &made[j];
			if (unconditional != NULL && later->rule > unconditional)
				continue;
			/* The shorter one after the longer one; not the other way round. */
			if (later->rule > earlier->rule)
				tell(check, earlier, later);
		}
	}
}

void rule_checks_conflicts(const struct profile *profile, struct warnings *warnings)
{
	cleanup_free bool *told = xcalloc(profile->n_rules + 1, sizeof(*told));

	if (warnings == NULL)
		return;
	for (size_t a = 0; a < abi_count; a++) {
		const struct check check = {profile, &abi_table[a], told, warnings};
		struct made_list made = {0};
		if (!profile_covers(profile, check.abi))
			continue;
		make(&made, check.abi, profile);
		for (size_t i = 0, next; i < made.n; i = next) {
			for (next = i + 1; next < made.n; next++)
				if (made.list[next].nr != made.list[i].nr)
					break;
			check_number(&check, made.list + i, next - i);
		}
		free(made.list);
	}
}

/* ---- ENOSYS --------------------------------------------------------------------------------- */

/* Of more calls only the number is told. */
#define CALLS_SHOWN 6

/* Profiles from before that leave them out are of no interest: nobody meets them by one call more. */
static const char first_newer[] = "rseq";

static void check_enosys(const struct profile *profile, const struct abi *abi, int32_t highest,
			 const struct rule *by, struct warnings *warnings)
{
	cleanup_strbuf struct strbuf calls = STRBUF_INIT;
	int32_t first, nr;
	size_t n = 0;

	if (!syscalls_number(abi, first_newer, &first) || by == NULL || by->line == 0)
		return;
	for (size_t i = 0; enosys_call(i) != NULL; i++) {
		const char *name = enosys_call(i);
		if (!enosys_is_lost(profile, abi, name, highest) ||
		    !syscalls_number(abi, name, &nr) || nr < first)
			continue;
		if (n++ < CALLS_SHOWN)
			strbuf_addf(&calls, "%s%s", n > 1 ? ", " : "", name);
	}
	if (n == 0)
		return;
	if (n > CALLS_SHOWN)
		strbuf_addf(&calls, " and %zu more", n - CALLS_SHOWN);
	warnings_add(warnings, WARNING_ENOSYS, by->line,
		     "\"%s\" has the highest number on %s, and runc answers ENOSYS only above it: "
		     "%s %s the default, which ends programs that could do without; name them "
		     "with ENOSYS, or make it the default",
		     by->name, abi->name, calls.s, n > 1 ? "get" : "gets");
}

void rule_checks_enosys(const struct profile *profile, struct warnings *warnings)
{
	for (size_t i = 0; warnings != NULL && i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		const struct rule *by;
		int32_t highest;

		if (profile_covers(profile, abi) && enosys_of_runc(profile, abi, &highest, &by))
			check_enosys(profile, abi, highest, by, warnings);
	}
}

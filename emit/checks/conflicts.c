#include "conflicts.h"

#include <errno.h>
#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"
#include "compiled_rule.h"
#include "scmp.h"
#include "strbuf.h"
#include "syscalls.h"

struct check {
	const struct profile *profile;
	const struct abi **abis;     /* of the profile */
	struct compiled_rules *made; /* for each of them */
	size_t n_abis;
	struct scmp_rule *rules; /* which can meet, as they were written */
	size_t n_rules;
	bool *has_finding; /* for each rule of the profile */
	struct warnings *warnings;
};

/* ---- What is told --------------------------------------------------------------------------- */

static void add_end(struct strbuf *text)
{
	strbuf_adds(text, ": runc and crun refuse the profile (\"file exists\")");
}

/* `second` asks for what `first` asks for, or for a part of that. */
static void tell_pair(const struct check *check, const struct abi *abi,
		      const struct compiled_rule *first, const struct compiled_rule *second,
		      const char *conditions)
{
	char multiplexer[SYSCALL_NAME_MAX];
	const struct rule *rule = second->rule;
	bool *has_finding = &check->has_finding[rule - check->profile->rules];
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (*has_finding)
		return;
	*has_finding = true;
	strbuf_addf(&text, "\"%s\" has another action in line %zu, with %s", rule->name,
		    first->rule->line, conditions);
	if (second->derived || first->derived) {
		(void)syscalls_name(abi, second->nr, multiplexer);
		strbuf_addf(&text, " where %s makes the call through %s", abi->name, multiplexer);
	}
	add_end(&text);
	warnings_add(check->warnings, WARNING_CONFLICT, rule->line, "%s", text.s);
}

static void tell_rule(const struct check *check, const struct rule *rule)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	check->has_finding[rule - check->profile->rules] = true;
	strbuf_addf(&text,
		    "\"%s\" has other actions before, and libseccomp finds the same conditions, or "
		    "a part of them, in several of those rules together",
		    rule->name);
	add_end(&text);
	warnings_add(check->warnings, WARNING_CONFLICT, rule->line, "%s", text.s);
}

/* ---- By reading ----------------------------------------------------------------------------- */

/* Does `longer` have the conditions of `made`, and then perhaps others? */
static bool begins_with(const struct compiled_rule *longer, const struct compiled_rule *made)
{
	if (longer->nr != made->nr || longer->n_conditions < made->n_conditions)
		return false;
	for (size_t i = 0; i < made->n_conditions; i++)
		if (condition_compare(&longer->conditions[i], &made->conditions[i]) != 0)
			return false;
	return true;
}

/* Do they disagree, and was `earlier` written before? */
static bool comes_between(const struct compiled_rule *later, const struct compiled_rule *earlier)
{
	return earlier->rule->order < later->rule->order &&
	       !verdict_same_effect(earlier->rule->verdict, later->rule->verdict);
}

/*
 * The earlier rule of which list[i] repeats the conditions with another verdict, or NULL. `head` is
 * the first that asks for the same as list[i]. The shorter one is refused after a longer one, not
 * the other way round.
 */
static const struct compiled_rule *repeated_by(const struct compiled_rules *made, size_t head,
					       size_t i)
{
	const struct compiled_rule *later = &made->list[i];

	if (later->n_conditions == 0)
		return NULL;
	for (size_t k = head; k < made->n && begins_with(&made->list[k], later); k++) {
		/* Of those that ask for the same only the first is kept, or what is as it. */
		if (comes_between(later, &made->list[k]) &&
		    (k == head || made->list[k].n_conditions > later->n_conditions))
			return &made->list[k];
		if (k == head && i > head)
			k = i;
	}
	return NULL;
}

static void tell_repeating(const struct check *check, const struct abi *abi,
			   const struct compiled_rule *earlier, const struct compiled_rule *later)
{
	bool more = earlier->n_conditions > later->n_conditions;

	tell_pair(check, abi, earlier, later,
		  more ? "these and more conditions" : "the same conditions");
}

/* Without the calls that the ABI does not have: on some ABIs libseccomp does not keep these. */
static void guess_on(const struct check *check, const struct abi *abi,
		     const struct compiled_rules *made)
{
	const struct compiled_rule *unconditional = NULL;
	size_t head = 0;

	for (size_t i = 0; i < made->n; i++) {
		const struct compiled_rule *later = &made->list[i];

		if (i > 0 && compiled_rule_compare(later, &made->list[head]) != 0)
			head = i;
		/* What follows one without conditions in the document is skipped. */
		if (later->n_conditions == 0 && head == i)
			unconditional = later;
		if (later->absent || (unconditional != NULL && unconditional->nr == later->nr &&
				      later->rule->order > unconditional->rule->order))
			continue;
		const struct compiled_rule *earlier = repeated_by(made, head, i);
		if (earlier != NULL)
			tell_repeating(check, abi, earlier, later);
	}
}

/* ---- By asking ------------------------------------------------------------------------------ */

static int compare_order(const void *x, const void *y)
{
	const struct scmp_rule *a = x, *b = y;

	return rule_compare_order(a->rule, b->rule);
}

/* Are there two with conditions and different verdicts? Nothing else is refused. */
static bool can_meet(const struct compiled_rule *made, size_t n)
{
	const struct compiled_rule *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (made[i].n_conditions == 0)
			continue;
		if (first == NULL)
			first = &made[i];
		else if (!verdict_same_effect(made[i].rule->verdict, first->rule->verdict))
			return true;
	}
	return false;
}

static void find_rules(struct check *check)
{
	const struct profile *profile = check->profile;
	cleanup_free bool *wanted = xcalloc(profile->n_rules + 1, sizeof(*wanted));

	for (size_t a = 0; a < check->n_abis; a++) {
		const struct compiled_rules *made = &check->made[a];

		for (size_t i = 0, n; i < made->n; i += n) {
			n = compiled_rules_same_number(made, i);
			for (size_t k = 0; can_meet(&made->list[i], n) && k < n; k++)
				wanted[made->list[i + k].rule - profile->rules] = true;
		}
	}
	for (size_t i = 0; i < profile->n_rules; i++) {
		struct scmp_rule *next = &check->rules[check->n_rules];

		next->rule = &profile->rules[i];
		if (wanted[i] && scmp_number(next->rule, check->abis, check->n_abis, &next->number))
			check->n_rules++;
	}
	qsort(check->rules, check->n_rules, sizeof(*check->rules), compare_order);
}

/* Is the second refused on the ABI after the first, and nothing else before? */
static bool is_refused(const struct check *check, const struct abi *abi, const struct rule *first,
		       const struct rule *second)
{
	struct scmp_rule both[] = {{.rule = first}, {.rule = second}};
	cleanup_strbuf struct strbuf program = STRBUF_INIT;
	struct err err = {0};

	for (size_t i = 0; i < 2; i++)
		if (!scmp_number(both[i].rule, check->abis, check->n_abis, &both[i].number))
			return false;
	int r = scmp_compile(check->profile->fallback, &abi, 1, both, 2, &program, &err);
	err_done(&err);
	return r == 0 && both[1].refused == -EEXIST;
}

/* Each try starts a process. What is not found by so many of them is told without a line. */
#define TRIES_MAX 50

/* The earlier rule beside which list[i] is refused on the ABI, without repeating it; or NULL. */
static const struct compiled_rule *find_by_trying(const struct check *check, const struct abi *abi,
						  const struct compiled_rules *made, size_t i,
						  size_t *tries)
{
	const struct compiled_rule *later = &made->list[i];

	while (i > 0 && made->list[i - 1].nr == later->nr)
		i--;
	for (; i < made->n && made->list[i].nr == later->nr && *tries < TRIES_MAX; i++) {
		const struct compiled_rule *earlier = &made->list[i];

		if (earlier->n_conditions == 0 || !comes_between(later, earlier))
			continue;
		++*tries;
		if (is_refused(check, abi, earlier->rule, later->rule))
			return earlier;
	}
	return NULL;
}

static bool explain_by_trying(const struct check *check, size_t a, size_t i, size_t *tries)
{
	const struct compiled_rules *made = &check->made[a];
	const struct abi *abi = check->abis[a];
	const struct compiled_rule *earlier = find_by_trying(check, abi, made, i, tries);
	cleanup_free char *conditions = xasprintf(
		"conditions that are the same on %s, or a part of the same, half by half as "
		"libseccomp compares them",
		abi->name);

	if (earlier != NULL)
		tell_pair(check, abi, earlier, &made->list[i], conditions);
	return earlier != NULL;
}

static bool explain_by_reading(const struct check *check, size_t a, size_t i)
{
	const struct compiled_rules *made = &check->made[a];
	size_t head = i;

	while (head > 0 && compiled_rule_compare(&made->list[head - 1], &made->list[i]) == 0)
		head--;
	const struct compiled_rule *earlier = repeated_by(made, head, i);
	if (earlier != NULL)
		tell_repeating(check, check->abis[a], earlier, &made->list[i]);
	return earlier != NULL;
}

/* By the earlier rule that the rule repeats on an ABI, or if there are `tries`, by one found so. */
static bool explain(const struct check *check, const struct rule *rule, size_t *tries)
{
	for (size_t a = 0; a < check->n_abis; a++)
		for (size_t i = 0; i < check->made[a].n; i++)
			if (check->made[a].list[i].rule == rule &&
			    (tries == NULL ? explain_by_reading(check, a, i)
					   : explain_by_trying(check, a, i, tries)))
				return true;
	return false;
}

static bool ask(const struct check *check)
{
	cleanup_strbuf struct strbuf program = STRBUF_INIT;
	struct err err = {0};
	size_t tries = 0;
	int r = scmp_compile(check->profile->fallback, check->abis, check->n_abis, check->rules,
			     check->n_rules, &program, &err);

	err_done(&err);
	for (size_t i = 0; r == 0 && i < check->n_rules; i++) {
		const struct rule *rule = check->rules[i].rule;

		if (check->rules[i].refused != -EEXIST)
			continue;
		if (!warnings_wanted(check->warnings, WARNING_CONFLICT)) {
			check->has_finding[rule - check->profile->rules] = true;
			warnings_count(check->warnings, WARNING_CONFLICT);
		} else if (!explain(check, rule, NULL) && !explain(check, rule, &tries)) {
			tell_rule(check, rule);
		}
	}
	return r == 0;
}

void conflicts_check(const struct profile *profile, bool *has_finding, struct warnings *warnings)
{
	cleanup_free const struct abi **abis = xcalloc(abi_count, sizeof(*abis));
	cleanup_free struct compiled_rules *made = xcalloc(abi_count, sizeof(*made));
	cleanup_free struct scmp_rule *rules = xcalloc(profile->n_rules + 1, sizeof(*rules));
	struct check check = {profile, abis, made, 0, rules, 0, has_finding, warnings};

	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]))
			abis[check.n_abis++] = &abi_table[i];
	for (size_t i = 0; i < check.n_abis; i++)
		compiled_rules_with_absent(&made[i], profile, abis[i]);
	find_rules(&check);
	bool asked = check.n_rules == 0 || ask(&check);
	for (size_t i = 0; !asked && i < check.n_abis; i++)
		guess_on(&check, abis[i], &made[i]);
	for (size_t i = 0; i < check.n_abis; i++)
		compiled_rules_release(&made[i]);
}

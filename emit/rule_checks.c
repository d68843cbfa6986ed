#include "rule_checks.h"

#include <inttypes.h>

#include "alloc.h"
#include "cleanup.h"
#include "conflicts.h"
#include "enosys.h"
#include "filter_check.h"
#include "made.h"
#include "probes.h"
#include "strbuf.h"
#include "syscalls.h"

struct check {
	const struct profile *profile;
	const struct abi *abi;
	bool *told;        /* for each rule */
	bool *told_narrow; /* for each rule, on an ABI with arguments of 32 bits */
	size_t *compared;  /* so many pairs with the same verdict */
	struct warnings *warnings;
};

/* ---- Effects -------------------------------------------------------------------------------- */

/* Of a call with more rules only so many pairs are looked at. */
#define RULES_LOOKED_AT 64

static void check_masks(const struct rule *rule, struct warnings *warnings)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];

		if (c->op == COMPARE_MASKED_EQ && (c->value_two & ~c->value) != 0)
			warnings_add(warnings, WARNING_MASK, rule->line,
				     "\"%s\" compares argument %" PRIu32 " under mask %#" PRIx64
				     " with %#" PRIx64 ", which has bits outside of it: libseccomp "
				     "drops them, so that it matches %#" PRIx64,
				     rule->name, c->index, c->value, c->value_two,
				     c->value_two & c->value);
	}
}

/*
 * Does it hold for all arguments up to `max`, of which the value has the bits alone, or for none? NULL:
 * for some.
 */
static const char *constant(const struct condition *c, uint64_t max)
{
	static const char always[] = "always holds";
	static const char never[] = "never holds, so that the rule has no effect";
	const uint64_t value = c->value & max;

	switch (c->op) {
	case COMPARE_GT:
		return value == max ? never : NULL;
	case COMPARE_GE:
		return value == 0 ? always : NULL;
	case COMPARE_LT:
		return value == 0 ? never : NULL;
	case COMPARE_LE:
		return value == max ? always : NULL;
	case COMPARE_MASKED_EQ:
		return value == 0 ? always : NULL;
	default:
		return NULL;
	}
}

static void tell_narrow(const struct check *check, const struct rule *rule,
			const struct condition *c)
{
	const char *how = constant(c, UINT32_MAX);

	if (constant(c, UINT64_MAX) != NULL)
		return; /* told already */
	if (how == NULL && (c->value > UINT32_MAX || c->value_two > UINT32_MAX))
		how = "is about the lower 32 bits of its values";
	if (how != NULL)
		warnings_add(check->warnings, WARNING_CONSTANT, rule->line,
			     "a condition of \"%s\", on argument %" PRIu32
			     ", which has 32 bits on %s, %s there",
			     rule->name, c->index, check->abi->name, how);
}

/* libseccomp cuts what is compared to the width of the ABI's arguments. */
static void check_narrow(const struct check *check, const struct made_list *made)
{
	for (size_t i = 0; abi_argument_bits(check->abi) == 32 && i < made->n; i++) {
		const struct rule *rule = made->list[i].rule;
		bool *told = &check->told_narrow[rule - check->profile->rules];

		for (size_t k = 0; !made->list[i].derived && !*told && k < rule->n_conditions; k++)
			tell_narrow(check, rule, &rule->conditions[k]);
		*told = *told || !made->list[i].derived;
	}
}

static void check_constants(const struct profile *profile, struct warnings *warnings)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		for (size_t k = 0; k < rule->n_conditions; k++) {
			const struct condition *c = &rule->conditions[k];
			const char *how = constant(c, UINT64_MAX);
			if (how != NULL)
				warnings_add(warnings, WARNING_CONSTANT, rule->line,
					     "a condition of \"%s\", on argument %" PRIu32 ", %s",
					     rule->name, c->index, how);
		}
	}
}

static void tell_overruled(const struct check *check, const struct made *by,
			   const struct made *made)
{
	bool *told = &check->told[made->rule - check->profile->rules];
	cleanup_strbuf struct strbuf verdict = STRBUF_INIT;

	if (*told || made->derived || by->derived)
		return;
	*told = true;
	verdict_describe(by->rule->verdict, &verdict);
	/* Conditions on the upper half alone are none where arguments have 32 bits. */
	bool here = by->rule->n_conditions > 0;
	warnings_add(
		check->warnings, WARNING_OVERRULED, made->rule->line,
		"the conditions of \"%s\" have no effect%s%s: line %zu has a rule for it without "
		"any%s, and so %s is what counts, in whatever order",
		made->rule->name, here ? " on " : "", here ? check->abi->name : "", by->rule->line,
		here ? " there" : "", verdict.s);
}

static void tell_contradiction(const struct check *check, const struct made *a,
			       const struct made *b, const uint64_t args[MADE_ARGS])
{
	const struct made *earlier = a->rule->order < b->rule->order ? a : b;
	const struct made *later = earlier == a ? b : a;
	bool *told = &check->told[later->rule - check->profile->rules];
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (*told)
		return;
	*told = true;
	strbuf_addf(&text, "\"%s\" gets ", later->rule->name);
	verdict_describe(later->rule->verdict, &text);
	strbuf_adds(&text, " here and ");
	verdict_describe(earlier->rule->verdict, &text);
	strbuf_addf(&text, " in line %zu, and both hold for ", earlier->rule->line);
	call_describe(later->rule->name, args, &text);
	warnings_add(check->warnings, WARNING_CONTRADICTION, later->rule->line,
		     "%s: which counts is up to libseccomp", text.s);
}

/* So many combinations of arguments are looked at; where there are more, nothing is said. */
#define COMBINATIONS_MAX 2000

/* Does one of the rules hold, whatever the arguments are? */
static bool always_one(const struct made *made, size_t n, unsigned int bits)
{
	struct probes *probes = probes_new(bits);
	uint64_t args[MADE_ARGS];
	size_t looked_at = 0;
	bool one = true;

	probes_add(probes, made, n);
	while (one && probes_next(probes, COMBINATIONS_MAX, args)) {
		looked_at++;
		one = false;
		for (size_t i = 0; !one && i < n; i++)
			one = made_holds(&made[i], args, bits);
	}
	(void)probes_free(probes);
	return one && looked_at < COMBINATIONS_MAX;
}

/* "Neither 5 nor 6", written as two rules, is everything. One that always holds is told by itself. */
static void check_together(const struct check *check, const struct made *made, size_t n)
{
	const unsigned int bits = abi_argument_bits(check->abi);
	const struct rule *last = made[0].rule;

	if (n < 2 || n > RULES_LOOKED_AT)
		return;
	for (size_t i = 0; i < n; i++) {
		if (made[i].derived || !verdict_equal(made[i].rule->verdict, last->verdict) ||
		    always_one(&made[i], 1, bits))
			return;
		if (made[i].rule->order > last->order)
			last = made[i].rule;
	}
	bool *told = &check->told[last - check->profile->rules];
	if (*told || !always_one(made, n, bits))
		return;
	*told = true;
	warnings_add(
		check->warnings, WARNING_CONSTANT, last->line,
		"one of the %zu rules for \"%s\" holds for any arguments, so that their "
		"conditions have no effect: each rule is enough by itself, and conditions that "
		"must hold together belong into one",
		n, last->name);
}

#define PAIRS_MAX 4096 /* that are looked at */

static void tell_covered(const struct check *check, const struct rule *narrow,
			 const struct rule *wide)
{
	bool *told = &check->told[narrow - check->profile->rules];
	cleanup_strbuf struct strbuf where = STRBUF_INIT;
	/* There it may be for the width of the arguments. */
	bool here = abi_argument_bits(check->abi) < 64;

	if (*told)
		return;
	*told = true;
	if (wide->line == narrow->line)
		strbuf_adds(&where, "another one there");
	else
		strbuf_addf(&where, "the one in line %zu", wide->line);
	warnings_add(check->warnings, WARNING_OVERRULED, narrow->line,
		     "the rule for \"%s\" has no effect%s%s: %s, with the same action, holds "
		     "whenever it does",
		     narrow->name, here ? " on " : "", here ? check->abi->name : "", where.s);
}

/* A rule that another one of the same verdict makes superfluous. The same rule twice is harmless. */
static void check_covered(const struct check *check, const struct made *a, const struct made *b)
{
	const unsigned int bits = abi_argument_bits(check->abi);
	const struct made *earlier = a->rule->order < b->rule->order ? a : b;
	const struct made *later = earlier == a ? b : a;

	if (!verdict_equal(a->rule->verdict, b->rule->verdict) || made_compare(a, b) == 0 ||
	    ++*check->compared > PAIRS_MAX)
		return;
	if (probes_covers(earlier, later, bits))
		tell_covered(check, later->rule, earlier->rule);
	else if (probes_covers(later, earlier, bits))
		tell_covered(check, earlier->rule, later->rule);
}

static void check_contradiction(const struct check *check, const struct made *a,
				const struct made *b)
{
	uint64_t args[MADE_ARGS];

	if (!verdict_same_effect(a->rule->verdict, b->rule->verdict) &&
	    probes_both(a, b, abi_argument_bits(check->abi), args))
		tell_contradiction(check, a, b, args);
}

static void check_pairs(const struct check *check, const struct made *made, size_t n,
			void (*look)(const struct check *, const struct made *,
				     const struct made *))
{
	for (size_t i = 0; i < n && i < RULES_LOOKED_AT; i++)
		for (size_t k = i + 1; k < n && k < RULES_LOOKED_AT; k++)
			if (!made[i].derived && !made[k].derived)
				look(check, &made[i], &made[k]);
}

/* Rules of one number, those without conditions first. */
static void check_effects(const struct check *check, const struct made *made, size_t n)
{
	for (size_t i = 1; made[0].n_conditions == 0 && i < n; i++)
		if (made[i].n_conditions > 0)
			tell_overruled(check, &made[0], &made[i]);
	if (made[0].n_conditions == 0)
		return;
	check_together(check, made, n);
	/* Of one rule the contradiction is worse. */
	check_pairs(check, made, n, check_contradiction);
	check_pairs(check, made, n, check_covered);
}

/* `left_out` says what the default says, and `by` something else for some of the same arguments. */
static void tell_left_out(const struct check *check, const struct made *left_out,
			  const struct made *by, const uint64_t args[MADE_ARGS])
{
	const struct rule *rule = left_out->rule;
	bool *told = &check->told[rule - check->profile->rules];
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	*told = true;
	strbuf_adds(&text, "and ");
	verdict_describe(by->rule->verdict, &text);
	strbuf_addf(&text, " in line %zu is what counts", by->rule->line);
	if (by->n_conditions > 0) {
		strbuf_adds(&text, " for ");
		call_describe(rule->name, args, &text);
	}
	warnings_add(check->warnings, WARNING_OVERRULED, rule->line,
		     "the conditions of \"%s\" have no effect: runtimes leave out a rule that says "
		     "what the default says, %s",
		     rule->name, text.s);
}

static void check_left_out(const struct check *check, const struct made_list *made)
{
	const unsigned int bits = abi_argument_bits(check->abi);
	uint64_t args[MADE_ARGS];
	struct made_list left_out;
	size_t tries = 0, first = 0;

	made_left_out(&left_out, check->profile, check->abi);
	for (size_t i = 0; i < left_out.n && tries < PAIRS_MAX; i++) {
		const struct made *one = &left_out.list[i];
		const bool *told = &check->told[one->rule - check->profile->rules];

		while (first < made->n && made->list[first].nr < one->nr)
			first++;
		for (size_t k = first; !one->derived && !*told && tries < PAIRS_MAX &&
				       k < made->n && made->list[k].nr == one->nr;
		     k++, tries++)
			if (!made->list[k].derived && probes_both(one, &made->list[k], bits, args))
				tell_left_out(check, one, &made->list[k], args);
	}
	made_release(&left_out);
}

static void check_all_effects(const struct profile *profile, bool *told, struct warnings *warnings)
{
	cleanup_free bool *told_narrow = xcalloc(profile->n_rules + 1, sizeof(*told_narrow));
	size_t compared = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		check_masks(&profile->rules[i], warnings);
	check_constants(profile, warnings);
	for (size_t a = 0; a < abi_count; a++) {
		const struct check check = {profile,     &abi_table[a], told,
					    told_narrow, &compared,     warnings};
		struct made_list made;

		if (!profile_covers(profile, check.abi))
			continue;
		made_of_profile(&made, profile, check.abi);
		for (size_t i = 0, n; i < made.n; i += n) {
			n = made_same_number(&made, i);
			check_effects(&check, &made.list[i], n);
		}
		check_left_out(&check, &made);
		check_narrow(&check, &made);
		made_release(&made);
	}
}

void rule_checks_conflicts(const struct profile *profile, struct warnings *warnings)
{
	cleanup_free bool *told = xcalloc(profile->n_rules + 1, sizeof(*told));

	if (warnings == NULL)
		return;
	conflicts_check(profile, told, warnings);
	/* Of what is refused nothing more is said. */
	check_all_effects(profile, told, warnings);
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

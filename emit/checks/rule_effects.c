#include "rule_effects.h"

#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "filter_check.h"
#include "probes.h"
#include "strbuf.h"

/* Of a call with more rules only so many pairs are looked at. */
#define RULES_LOOKED_AT 64

static void tell_overruled(const struct rule_check *check, const struct compiled_rule *by,
			   const struct compiled_rule *made)
{
	bool *has_finding = &check->has_finding[made->rule - check->profile->rules];
	cleanup_strbuf struct strbuf verdict = STRBUF_INIT;

	if (*has_finding || made->derived || by->derived)
		return;
	*has_finding = true;
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

/* " on ABI" where arguments have 32 bits, of which the others need not be true. */
static void add_abi(const struct rule_check *check, struct strbuf *text)
{
	if (abi_argument_bits(check->abi) < 64)
		strbuf_addf(text, " on %s", check->abi->name);
}

/* As a program of the ABI can make it. */
static void add_call(const struct rule_check *check, const char *name,
		     const uint64_t args[COMPILED_ARGS], struct strbuf *text)
{
	const uint64_t max = UINT64_MAX >> (64 - abi_argument_bits(check->abi));
	uint64_t cut[COMPILED_ARGS];

	for (size_t i = 0; i < COMPILED_ARGS; i++)
		cut[i] = args[i] & max;
	call_describe(name, cut, text);
	add_abi(check, text);
}

static void tell_contradiction(const struct rule_check *check, const struct compiled_rule *a,
			       const struct compiled_rule *b, const uint64_t args[COMPILED_ARGS])
{
	const struct compiled_rule *earlier = a->rule->order < b->rule->order ? a : b;
	const struct compiled_rule *later = earlier == a ? b : a;
	bool *has_finding = &check->has_finding[later->rule - check->profile->rules];
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (*has_finding)
		return;
	*has_finding = true;
	strbuf_addf(&text, "\"%s\" gets ", later->rule->name);
	verdict_describe(later->rule->verdict, &text);
	strbuf_adds(&text, " here and ");
	verdict_describe(earlier->rule->verdict, &text);
	strbuf_addf(&text, " in line %zu, and both hold for ", earlier->rule->line);
	add_call(check, later->rule->name, args, &text);
	warnings_add(check->warnings, WARNING_CONTRADICTION, later->rule->line,
		     "%s: which counts is up to libseccomp", text.s);
}

/* Is there a pair of rules that say different things of the same arguments? */
static bool check_contradictions(const struct rule_check *check, const struct compiled_rule *made,
				 size_t n)
{
	const unsigned int bits = abi_argument_bits(check->abi);
	uint64_t args[COMPILED_ARGS];
	bool any = false;

	for (size_t i = 0; i < n && i < RULES_LOOKED_AT; i++)
		for (size_t k = i + 1; k < n && k < RULES_LOOKED_AT; k++) {
			if (made[i].derived || made[k].derived ||
			    verdict_same_effect(made[i].rule->verdict, made[k].rule->verdict) ||
			    !probes_both(&made[i], &made[k], bits, args))
				continue;
			any = true;
			tell_contradiction(check, &made[i], &made[k], args);
		}
	return any;
}

/* So many combinations of arguments are looked at; where there are more, nothing is said. */
#define COMBINATIONS_MAX 2000

/* Does one of the rules hold, whatever the arguments are? */
static bool always_one(const struct compiled_rule *made, size_t n, unsigned int bits)
{
	struct probes *probes = probes_new(bits);
	uint64_t args[COMPILED_ARGS];
	bool one = true;

	probes_add(probes, made, n);
	while (one && probes_next(probes, COMBINATIONS_MAX, args)) {
		one = false;
		for (size_t i = 0; !one && i < n; i++)
			one = compiled_rule_holds(&made[i], args, bits);
	}
	one = one && probes_are_all(probes);
	(void)probes_free(probes);
	return one;
}

/* The same on ABIs of another width. */
static bool always_one_at(const struct compiled_rule *made, size_t n, unsigned int bits)
{
	cleanup_free struct compiled_rule *cut = xcalloc(n, sizeof(*cut));

	for (size_t i = 0; i < n; i++)
		if (!compiled_rule_at_width(&cut[i], made[i].rule, bits))
			return false;
	return always_one(cut, n, bits);
}

/* "Neither 5 nor 6", written as two rules, is everything. One that always holds is told by itself. */
static void check_together(const struct rule_check *check, const struct compiled_rule *made,
			   size_t n)
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
	bool *has_finding = &check->has_finding[last - check->profile->rules];
	if (*has_finding || !always_one(made, n, bits))
		return;
	*has_finding = true;
	bool here = check->other_bits > 0 && !always_one_at(made, n, check->other_bits);
	warnings_add(
		check->warnings, WARNING_CONSTANT, last->line,
		"one of the %zu rules for \"%s\" holds for any arguments%s%s, so that their "
		"conditions have no effect%s: each rule is enough by itself, and conditions that "
		"must hold together belong into one",
		n, last->name, here ? " on " : "", here ? check->abi->name : "",
		here ? " there" : "");
}

#define PAIRS_MAX 8192 /* that are looked at */

/* On all ABIs of the profile. */
static bool covers(const struct rule_check *check, const struct rule *wide,
		   const struct rule *narrow)
{
	const unsigned int widths[] = {abi_argument_bits(check->abi), check->other_bits};
	struct compiled_rule a, b;

	for (size_t i = 0; i < 2 && widths[i] > 0; i++)
		if (!compiled_rule_at_width(&a, wide, widths[i]) ||
		    !compiled_rule_at_width(&b, narrow, widths[i]) ||
		    !probes_covers(&a, &b, widths[i]))
			return false;
	return true;
}

/* Of an entry with alternatives, all of its line, one that is superfluous is not the entry. */
static bool is_alone_in_line(const struct rule *rule, const struct compiled_rule *made, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (made[i].rule != rule && made[i].rule->line == rule->line)
			return false;
	return true;
}

static void tell_covered(const struct rule_check *check, const struct rule *narrow,
			 const struct rule *wide)
{
	check->has_finding[narrow - check->profile->rules] = true;
	warnings_add(
		check->warnings, WARNING_OVERRULED, narrow->line,
		"the rule for \"%s\" has no effect: the one in line %zu, with the same action, "
		"holds whenever it does",
		narrow->name, wide->line);
}

/* A rule that another one of the same verdict makes superfluous. The same rule twice is harmless. */
static void check_covered(const struct rule_check *check, const struct compiled_rule *made,
			  size_t n, size_t i, size_t k)
{
	const bool in_order = made[i].rule->order < made[k].rule->order;
	const struct rule *earlier = made[in_order ? i : k].rule;
	const struct rule *later = made[in_order ? k : i].rule;

	if (strcmp(earlier->name, later->name) != 0 ||
	    !verdict_equal(earlier->verdict, later->verdict) ||
	    compiled_rule_compare(&made[i], &made[k]) == 0 || ++*check->compared > PAIRS_MAX)
		return;
	/* Of two that hold for the same the later one is too much. */
	const struct rule *narrow = covers(check, earlier, later)   ? later
				    : covers(check, later, earlier) ? earlier
								    : NULL;
	if (narrow != NULL && !check->has_finding[narrow - check->profile->rules] &&
	    is_alone_in_line(narrow, made, n))
		tell_covered(check, narrow, narrow == later ? earlier : later);
}

void rule_effects_check(const struct rule_check *check, const struct compiled_rule *made, size_t n)
{
	for (size_t i = 1; made[0].n_conditions == 0 && i < n; i++)
		if (made[i].n_conditions > 0)
			tell_overruled(check, &made[0], &made[i]);
	if (made[0].n_conditions == 0)
		return;
	check_together(check, made, n);
	/* Among rules that contradict each other one without an effect of its own can decide which counts. */
	if (check_contradictions(check, made, n) || n > RULES_LOOKED_AT)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (!made[i].derived && !made[k].derived)
				check_covered(check, made, n, i, k);
}

/* `left_out` says what the default says, and `by` something else for some of the same arguments. */
static void tell_left_out(const struct rule_check *check, const struct compiled_rule *left_out,
			  const struct compiled_rule *by, const uint64_t args[COMPILED_ARGS])
{
	const struct rule *rule = left_out->rule;
	bool *has_finding = &check->has_finding[rule - check->profile->rules];
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	*has_finding = true;
	strbuf_adds(&text, "and ");
	verdict_describe(by->rule->verdict, &text);
	strbuf_addf(&text, " in line %zu is what counts", by->rule->line);
	if (by->n_conditions > 0) {
		strbuf_adds(&text, " for ");
		add_call(check, rule->name, args, &text);
	} else {
		add_abi(check, &text);
	}
	warnings_add(check->warnings, WARNING_OVERRULED, rule->line,
		     "the conditions of \"%s\" have no effect: runtimes leave out a rule that says "
		     "what the default says, %s",
		     rule->name, text.s);
}

void rule_effects_check_left_out(const struct rule_check *check, const struct compiled_rules *made)
{
	const unsigned int bits = abi_argument_bits(check->abi);
	uint64_t args[COMPILED_ARGS];
	struct compiled_rules left_out;
	size_t tries = 0, first = 0;

	compiled_rules_left_out(&left_out, check->profile, check->abi);
	for (size_t i = 0; i < left_out.n && tries < PAIRS_MAX; i++) {
		const struct compiled_rule *one = &left_out.list[i];
		const bool *has_finding = &check->has_finding[one->rule - check->profile->rules];

		while (first < made->n && made->list[first].nr < one->nr)
			first++;
		for (size_t k = first; !one->derived && !*has_finding && tries < PAIRS_MAX &&
				       k < made->n && made->list[k].nr == one->nr;
		     k++, tries++)
			if (!made->list[k].derived && probes_both(one, &made->list[k], bits, args))
				tell_left_out(check, one, &made->list[k], args);
	}
	compiled_rules_release(&left_out);
}

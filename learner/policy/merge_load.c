#include "merge_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "compiled_rule.h"
#include "filter_check.h"
#include "policy.h"
#include "probes.h"
#include "scmp.h"

struct loading {
	const struct merge_inputs *inputs;
	const struct profile *result;
	const struct abi **abis;     /* of the result */
	struct compiled_rules *made; /* for each of them */
	size_t n_abis;
	bool *wanted; /* for each rule: does it meet another one, so that it matters? */
	struct scmp_rule *rules;
	size_t n_rules;
	struct merge_culprits *culprits;
};

void merge_culprits_release(struct merge_culprits *culprits)
{
	for (size_t i = 0; i < culprits->n; i++)
		free(culprits->list[i]);
	free(culprits->list);
	*culprits = (struct merge_culprits){0};
}

/* ---- Whose rules they are ------------------------------------------------------------------- */

/* The next rule that says something else than the default, NULL after the last. */
static const struct rule *next_rule(const struct profile *profile, const struct rule *rules,
				    size_t n, size_t *i)
{
	while (*i < n && profile_is_default(profile, rules[*i].verdict))
		++*i;
	return *i < n ? &rules[(*i)++] : NULL;
}

/* Has the input these rules for the call, beside the same default? */
static bool has_same(const struct loading *l, const struct profile *input, const char *name)
{
	size_t n, n_other, i = 0, k = 0;
	const struct rule *rules = policy_rules_of_name(l->result, name, &n);
	const struct rule *others = policy_rules_of_name(input, name, &n_other);
	const struct rule *a, *b;

	if (!verdict_equal(input->fallback, l->result->fallback))
		return false;
	do {
		a = next_rule(l->result, rules, n, &i);
		b = next_rule(input, others, n_other, &k);
	} while (a != NULL && b != NULL && verdict_equal(a->verdict, b->verdict) &&
		 rule_compare_conditions(a, b) == 0);
	return a == NULL && b == NULL;
}

static bool is_everybodys(const struct loading *l, const char *name)
{
	for (size_t i = 0; i < l->inputs->n; i++)
		if (!has_same(l, l->inputs->profiles[i], name))
			return false;
	return true;
}

/* Can the rule be made stricter, and is that merging's to do? */
static bool can_be_culprit(const struct loading *l, const struct rule *rule)
{
	return rule->n_conditions > 0 && !is_everybodys(l, rule->name);
}

static void add_culprit(struct loading *l, const struct rule *rule)
{
	struct merge_culprits *culprits = l->culprits;

	for (size_t i = 0; i < culprits->n; i++)
		if (strcmp(culprits->list[i], rule->name) == 0)
			return;
	if (!can_be_culprit(l, rule))
		return;
	xgrow(&culprits->list, culprits->n, &culprits->cap, sizeof(*culprits->list));
	culprits->list[culprits->n++] = xstrdup(rule->name);
}

/* ---- Which rules meet ----------------------------------------------------------------------- */

/* Which every libseccomp compiles rightly, and comes to an end with. */
static bool are_masks(const struct compiled_rule *made, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < made[i].n_conditions; k++)
			if (made[i].conditions[k].op != COMPARE_EQ &&
			    made[i].conditions[k].op != COMPARE_MASKED_EQ)
				return false;
	return true;
}

/* On all ABIs of the result. */
static bool covers_all(const struct loading *l, const struct profile *input)
{
	for (size_t a = 0; a < l->n_abis; a++)
		if (!profile_covers(input, l->abis[a]))
			return false;
	return true;
}

/* Has an input of a union these rules for the call? No worse than that one is the result. */
static bool has_an_input(const struct loading *l, const char *name)
{
	const struct merge_inputs *inputs = l->inputs;
	bool same = false;

	for (size_t i = 0; !inputs->intersect && !same && i < inputs->n; i++)
		same = covers_all(l, inputs->profiles[i]) && has_same(l, inputs->profiles[i], name);
	return same;
}

/* Are they one call's, such ones? */
static bool is_an_inputs(const struct loading *l, const struct compiled_rule *made, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (strcmp(made[i].rule->name, made->rule->name) != 0)
			return false;
	return has_an_input(l, made->rule->name);
}

/* Among more rules they are not looked for. */
#define PAIRS_OF_MAX 64

/* Do two rules with different verdicts hold for the same arguments, or may they? */
static bool may_contradict(const struct abi *abi, const struct compiled_rule *made, size_t n)
{
	uint64_t args[COMPILED_ARGS];

	for (size_t i = 0; n <= PAIRS_OF_MAX && i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (!verdict_same_effect(made[i].rule->verdict, made[k].rule->verdict) &&
			    probes_both(&made[i], &made[k], abi_argument_bits(abi), args))
				return true;
	return n > PAIRS_OF_MAX;
}

/*
 * Of a single rule libseccomp makes what it says, and of rules without conditions; and of masks if
 * no two with different verdicts meet: it refuses a rule only where another one's conditions are
 * the same, or a part of them, with another verdict. What a number's rules are does not matter to
 * others.
 */
static bool can_go_wrong(const struct loading *l, const struct abi *abi,
			 const struct compiled_rule *made, size_t n)
{
	bool can = false;

	for (size_t i = 0; !can && n > 1 && i < n; i++)
		can = can_be_culprit(l, made[i].rule);
	if (!can)
		return false;
	/* How lenient the filter is that an input's rules have does not matter: see above. */
	return may_contradict(abi, made, n) || !(are_masks(made, n) || is_an_inputs(l, made, n));
}

static bool find_wanted(struct loading *l)
{
	bool any = false;

	for (size_t a = 0; a < l->n_abis; a++) {
		const struct compiled_rules *made = &l->made[a];

		for (size_t i = 0, n; i < made->n; i += n) {
			n = compiled_rules_same_number(made, i);
			if (!can_go_wrong(l, l->abis[a], &made->list[i], n))
				continue;
			any = true;
			for (size_t k = 0; k < n; k++)
				l->wanted[made->list[i + k].rule - l->result->rules] = true;
		}
	}
	return any;
}

/* ---- Loading -------------------------------------------------------------------------------- */

static int compare_order(const void *x, const void *y)
{
	const struct scmp_rule *a = x, *b = y;

	return rule_compare_order(a->rule, b->rule);
}

/*
 * The wanted rules, or of them those of one call, in the order in which they are written. ETIME and
 * ENOTSUP are answers; of other failures `err` tells.
 */
static int load(struct loading *l, const char *name, struct strbuf *out, struct err *err)
{
	struct err said = {0};

	l->n_rules = 0;
	for (size_t i = 0; i < l->result->n_rules; i++) {
		struct scmp_rule *next = &l->rules[l->n_rules];

		next->rule = &l->result->rules[i];
		if (l->wanted[i] && (name == NULL || strcmp(next->rule->name, name) == 0) &&
		    scmp_number(next->rule, l->abis, l->n_abis, &next->number))
			l->n_rules++;
	}
	qsort(l->rules, l->n_rules, sizeof(*l->rules), compare_order);
	int r = scmp_compile(l->result->fallback, l->abis, l->n_abis, l->rules, l->n_rules, out,
			     &said);
	if (r < 0 && r != -ETIME && r != -ENOTSUP)
		(void)err_set(err, -r, "%s", err_text(&said));
	err_done(&said);
	return r;
}

/* No rule of the call is given to it any more. */
static void leave_out(struct loading *l, const char *name)
{
	for (size_t i = 0; i < l->result->n_rules; i++)
		if (strcmp(l->result->rules[i].name, name) == 0)
			l->wanted[i] = false;
}

/*
 * It makes no end of the rules together: of which call's? One that an input has as well is left out
 * (*any): another libseccomp may take less long over it.
 */
static int find_endless(struct loading *l, bool *any, struct err *err)
{
	const struct profile *result = l->result;
	const char *before = "";

	*any = false;
	for (size_t i = 0; i < result->n_rules; i++) {
		const struct rule *rule = &result->rules[i];
		cleanup_strbuf struct strbuf program = STRBUF_INIT;

		if (!l->wanted[i] || !can_be_culprit(l, rule) || strcmp(rule->name, before) == 0)
			continue;
		before = rule->name;
		int r = load(l, rule->name, &program, err);
		if (r < 0 && r != -ETIME)
			return r;
		if (r == 0)
			continue;
		if (has_an_input(l, rule->name)) {
			leave_out(l, rule->name);
			*any = true;
		} else {
			add_culprit(l, rule);
		}
	}
	/* Of those of several calls, which meet in a multiplexer. */
	for (size_t i = 0; !*any && l->culprits->n == 0 && i < result->n_rules; i++)
		if (l->wanted[i])
			add_culprit(l, &result->rules[i]);
	return 0;
}

/* ---- Who is to blame ------------------------------------------------------------------------ */

/* All that meet the rule somewhere. */
static void blame_others(struct loading *l, const struct rule *rule)
{
	for (size_t a = 0; a < l->n_abis; a++) {
		const struct compiled_rules *made = &l->made[a];

		for (size_t i = 0, n; i < made->n; i += n) {
			bool here = false;

			n = compiled_rules_same_number(made, i);
			for (size_t k = 0; k < n; k++)
				here |= made->list[i + k].rule == rule;
			for (size_t k = 0; here && k < n; k++)
				add_culprit(l, made->list[i + k].rule);
		}
	}
}

static void find_refused(struct loading *l)
{
	for (size_t i = 0; i < l->n_rules; i++) {
		const struct rule *rule = l->rules[i].rule;

		if (l->rules[i].refused == 0)
			continue;
		if (can_be_culprit(l, rule))
			add_culprit(l, rule);
		else
			blame_others(l, rule);
	}
}

static bool is_wider(const struct loading *l, const struct program *program, const struct abi *abi,
		     const struct compiled_rule *made, size_t n)
{
	const size_t max_calls = are_masks(made, n) ? CHECK_CALLS_SOME : CHECK_CALLS_ALL;
	struct flaw flaw;
	int number;

	return !made->absent && can_go_wrong(l, abi, made, n) && !is_an_inputs(l, made, n) &&
	       scmp_number(made->rule, l->abis, l->n_abis, &number) &&
	       filter_check_number(program, abi, made, n, l->result->fallback, max_calls, &flaw) &&
	       flaw.wider;
}

static void find_wider(struct loading *l, const struct program *program)
{
	for (size_t a = 0; a < l->n_abis; a++) {
		const struct compiled_rules *made = &l->made[a];

		for (size_t i = 0, n; i < made->n; i += n) {
			n = compiled_rules_same_number(made, i);
			if (!is_wider(l, program, l->abis[a], &made->list[i], n))
				continue;
			for (size_t k = 0; k < n; k++)
				add_culprit(l, made->list[i + k].rule);
		}
	}
}

static int find(struct loading *l, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	bool again;

	do {
		int r = load(l, NULL, &text, err);

		again = false;
		if (r == -ENOTSUP)
			return 0;
		if (r == -ETIME)
			r = find_endless(l, &again, err);
		else if (r == 0)
			find_refused(l);
		if (r < 0)
			return r;
	} while (again && l->culprits->n == 0);
	if (l->culprits->n == 0)
		find_wider(l, &(struct program){(const void *)text.s,
						text.len / sizeof(struct sock_filter)});
	return 0;
}

int merge_find_culprits(const struct merge_inputs *inputs, const struct profile *result,
			struct merge_culprits *culprits, struct err *err)
{
	cleanup_free const struct abi **abis = xcalloc(abi_count, sizeof(*abis));
	cleanup_free struct compiled_rules *made = xcalloc(abi_count, sizeof(*made));
	cleanup_free bool *wanted = xcalloc(result->n_rules + 1, sizeof(*wanted));
	cleanup_free struct scmp_rule *rules = xcalloc(result->n_rules + 1, sizeof(*rules));
	struct loading l = {.inputs = inputs,
			    .result = result,
			    .abis = abis,
			    .made = made,
			    .wanted = wanted,
			    .rules = rules,
			    .culprits = culprits};

	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(result, &abi_table[i]))
			abis[l.n_abis++] = &abi_table[i];
	for (size_t i = 0; i < l.n_abis; i++)
		compiled_rules_with_absent(&made[i], result, abis[i]);
	int r = find_wanted(&l) ? find(&l, err) : 0;
	for (size_t i = 0; i < l.n_abis; i++)
		compiled_rules_release(&made[i]);
	return r;
}

#include "bpf.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "filter_check.h"
#include "oci.h"
#include "oci_parts.h"
#include "plain.h"
#include "scmp.h"
#include "syscalls.h"

/* What libseccomp has no number for, though the ABI has the call, can be decided before it. */
static bool goes_before(const struct profile *profile, const struct rule *rule,
			const struct abi *const *abis, size_t n, const struct abi *abi,
			uint32_t *raw_number)
{
	int number;
	int32_t nr;

	if (rule->n_conditions > 0 || plain_is_fallback(profile, rule) ||
	    scmp_number(rule, abis, n, &number) || !syscalls_number(abi, rule->name, &nr))
		return false;
	*raw_number = abi_raw_number(abi, nr);
	return true;
}

static void add_instruction(struct strbuf *out, struct sock_filter instruction)
{
	strbuf_add(out, &instruction, sizeof(instruction));
}

/* Jumps over a call's return, and over a whole block, have to fit 8 bits. */
#define BLOCK_RULES 100

/*
 * The calls of one ABI, from rule *i on, as a block in front of libseccomp's program: that one
 * begins with loading the architecture, so it does not mind what was loaded.
 */
static void add_block(const struct profile *profile, const struct abi *const *abis, size_t n,
		      const struct abi *abi, size_t *i, struct strbuf *out)
{
	struct sock_filter calls[2 * BLOCK_RULES];
	uint32_t number;
	uint8_t len = 0;

	for (; *i < profile->n_rules && len < 2 * BLOCK_RULES; (*i)++) {
		const struct rule *rule = &profile->rules[*i];

		if (!goes_before(profile, rule, abis, n, abi, &number))
			continue;
		calls[len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
		calls[len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, scmp_action(rule->verdict));
	}
	if (len == 0)
		return;
	add_instruction(out, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							  offsetof(struct seccomp_data, arch)));
	add_instruction(out, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abi->audit, 0,
							  (uint8_t)(len + 1)));
	add_instruction(out, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							  offsetof(struct seccomp_data, nr)));
	strbuf_add(out, calls, len * sizeof(*calls));
}

static void add_blocks(const struct profile *profile, const struct abi *const *abis, size_t n,
		       struct strbuf *out)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < profile->n_rules;)
			add_block(profile, abis, n, abis[k], &i, out);
}

/* Has one of the ABIs the call, in front of libseccomp's program? */
static bool is_before(const struct profile *profile, const struct rule *rule,
		      const struct abi *const *abis, size_t n)
{
	uint32_t number;

	for (size_t k = 0; k < n; k++)
		if (goes_before(profile, rule, abis, n, abis[k], &number))
			return true;
	return false;
}

static int compare_order(const void *x, const void *y)
{
	return rule_compare_order(*(const struct rule *const *)x, *(const struct rule *const *)y);
}

static int make(const struct profile *profile, const struct abi *const *abis, size_t n,
		struct strbuf *out, struct err *err)
{
	cleanup_free const struct rule **order = xcalloc(profile->n_rules + 1, sizeof(*order));
	cleanup_free struct scmp_rule *rules = xcalloc(profile->n_rules + 1, sizeof(*rules));
	size_t n_rules = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		order[i] = &profile->rules[i];
	qsort(order, profile->n_rules, sizeof(*order), compare_order);
	for (size_t i = 0; i < profile->n_rules; i++) {
		rules[n_rules].rule = order[i];
		if (!profile_is_default(profile, order[i]->verdict) &&
		    scmp_number(order[i], abis, n, &rules[n_rules].number))
			n_rules++;
	}
	add_blocks(profile, abis, n, out);
	int r = scmp_compile(profile->fallback, abis, n, rules, n_rules, out, err);
	/* Refused beside another one: what comes of that is looked at when all are in. */
	for (size_t i = 0; r == 0 && i < n_rules; i++)
		if (rules[i].refused < 0 && rules[i].refused != -EEXIST)
			r = err_sys(err, -rules[i].refused, "libseccomp refuses the rule for %s",
				    rules[i].rule->name);
	return r;
}

/* What neither libseccomp nor the block before its program can do. */
static void drop_unknown(struct profile *profile, const struct abi *const *abis, size_t n,
			 struct warnings *warnings)
{
	int number;

	for (size_t i = 0; i < profile->n_rules;) {
		struct rule *rule = &profile->rules[i];

		if (plain_is_fallback(profile, rule) || scmp_number(rule, abis, n, &number) ||
		    is_before(profile, rule, abis, n)) {
			i++;
			continue;
		}
		warnings_add(warnings, WARNING_CHANGED, 0,
			     "libseccomp here does not know \"%s\": it is left out", rule->name);
		profile_drop_rule(profile, i);
	}
}

/* ---- Is it what the profile says? ----------------------------------------------------------- */

struct check {
	struct profile *profile;
	const struct abi *const *abis;
	size_t n_abis;
	struct program program;
	struct warnings *warnings;
	char **strict; /* owned, each too: calls whose rules have to go */
	size_t n_strict, cap_strict;
};

static void add_strict(struct check *check, const struct flaw *flaw)
{
	for (size_t i = 0; i < flaw->n; i++) {
		const struct rule *rule = flaw->made[i].rule;
		size_t k = 0;

		if (rule->n_conditions == 0)
			continue;
		while (k < check->n_strict && strcmp(check->strict[k], rule->name) != 0)
			k++;
		if (k < check->n_strict)
			continue;
		xgrow(&check->strict, check->n_strict, &check->cap_strict, sizeof(*check->strict));
		check->strict[check->n_strict++] = xstrdup(rule->name);
	}
}

static void warn_of_flaw(const struct check *check, const struct flaw *flaw)
{
	cleanup_strbuf struct strbuf what = STRBUF_INIT;
	cleanup_free char *version = scmp_version();

	flaw_describe(flaw, &what);
	warnings_add(check->warnings, WARNING_CHANGED, 0,
		     flaw->wider
			     ? "%s makes a filter of the rules %s: they are left out, and all "
			       "calls get the strictest that they say"
			     : "%s makes a filter of the rules %s: it is stricter than they are",
		     version, what.s);
}

/* Fails where it is not for conditions that the program is too lenient. */
static int look_at_number(struct check *check, const struct abi *abi,
			  const struct compiled_rule *made, size_t n, struct err *err)
{
	const size_t strict = check->n_strict;
	struct flaw flaw;

	if (!filter_check_number(&check->program, abi, made, n, check->profile->fallback,
				 CHECK_CALLS_ALL, &flaw))
		return 0;
	if (flaw.wider)
		add_strict(check, &flaw);
	if (flaw.wider && check->n_strict == strict)
		return err_set(err, EINVAL,
			       "libseccomp makes a filter that does not say what the "
			       "rules say about %s",
			       made->rule->name);
	warn_of_flaw(check, &flaw);
	return 0;
}

static int look(struct check *check, struct err *err)
{
	int r = 0;

	for (size_t a = 0; r == 0 && a < check->n_abis; a++) {
		struct compiled_rules made;

		compiled_rules_of(&made, check->profile, check->abis[a]);
		for (size_t i = 0, n; r == 0 && i < made.n; i += n) {
			n = compiled_rules_same_number(&made, i);
			r = look_at_number(check, check->abis[a], &made.list[i], n, err);
		}
		compiled_rules_release(&made);
	}
	return r;
}

static void make_strict(struct check *check)
{
	for (size_t i = 0; i < check->n_strict; i++) {
		profile_make_strict(check->profile, check->strict[i]);
		free(check->strict[i]);
	}
	free(check->strict);
	check->strict = NULL;
	check->n_strict = check->cap_strict = 0;
}

/* Makes programs, each stricter than the one before, until one lets pass no more than it should. */
static int make_checked(struct profile *profile, const struct abi *const *abis, size_t n,
			const struct writing *writing, struct strbuf *out, struct err *err)
{
	struct check check = {
		.profile = profile, .abis = abis, .n_abis = n, .warnings = writing->warnings};
	const size_t start = out->len;
	bool again;
	int r;

	do {
		strbuf_cut(out, start);
		r = make(profile, abis, n, out, err);
		check.program = (struct program){(const void *)(out->s + start),
						 (out->len - start) / sizeof(struct sock_filter)};
		if (r == 0)
			r = look(&check, err);
		again = r == 0 && check.n_strict > 0;
		make_strict(&check);
	} while (again);
	return r;
}

int bpf_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
	      struct err *err)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	int r = oci_check(profile, "bpf", err);

	if (r < 0)
		return r;
	plain_drop_settings(profile, "bpf", writing);
	struct profile *copy = profile_copy(profile);
	drop_unknown(copy, abis, n, writing->warnings);
	r = make_checked(copy, abis, n, writing, out, err);
	(void)profile_free(copy);
	return r;
}

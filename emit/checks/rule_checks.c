#include "rule_checks.h"

#include <inttypes.h>

#include "alloc.h"
#include "cleanup.h"
#include "compiled_rule.h"
#include "conflicts.h"
#include "enosys.h"
#include "rule_effects.h"
#include "strbuf.h"
#include "syscalls.h"

/* ---- Conditions ----------------------------------------------------------------------------- */

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

static void tell_narrow(const struct rule_check *check, const struct rule *rule,
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
static void check_narrow(const struct rule_check *check, const struct compiled_rules *made)
{
	for (size_t i = 0; abi_argument_bits(check->abi) == 32 && i < made->n; i++) {
		const struct rule *rule = made->list[i].rule;
		bool *has_finding = &check->has_width_finding[rule - check->profile->rules];

		for (size_t k = 0;
		     !made->list[i].derived && !*has_finding && k < rule->n_conditions; k++)
			tell_narrow(check, rule, &rule->conditions[k]);
		*has_finding = *has_finding || !made->list[i].derived;
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

/* The width of arguments that some ABI of the profile has, and this one not; or 0. */
static unsigned int other_width(const struct profile *profile, const struct abi *abi)
{
	const unsigned int bits = abi_argument_bits(abi);

	for (size_t i = 0; i < abi_count; i++)
		if (abi_argument_bits(&abi_table[i]) != bits &&
		    profile_covers(profile, &abi_table[i]) && syscalls_has_table(&abi_table[i]))
			return abi_argument_bits(&abi_table[i]);
	return 0;
}

static void check_all_effects(const struct profile *profile, bool *has_finding,
			      struct warnings *warnings)
{
	cleanup_free bool *has_width_finding =
		xcalloc(profile->n_rules + 1, sizeof(*has_width_finding));
	size_t compared = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		check_masks(&profile->rules[i], warnings);
	check_constants(profile, warnings);
	for (size_t a = 0; a < abi_count; a++) {
		struct rule_check check = {.profile = profile,
					   .abi = &abi_table[a],
					   .has_finding = has_finding,
					   .has_width_finding = has_width_finding,
					   .compared = &compared,
					   .warnings = warnings};
		struct compiled_rules made;

		if (!profile_covers(profile, check.abi))
			continue;
		check.other_bits = other_width(profile, check.abi);
		compiled_rules_of(&made, profile, check.abi);
		for (size_t i = 0, n; i < made.n; i += n) {
			n = compiled_rules_same_number(&made, i);
			rule_effects_check(&check, &made.list[i], n);
		}
		rule_effects_check_left_out(&check, &made);
		check_narrow(&check, &made);
		compiled_rules_release(&made);
	}
}

void rule_checks_conflicts(const struct profile *profile, struct warnings *warnings)
{
	cleanup_free bool *has_finding = xcalloc(profile->n_rules + 1, sizeof(*has_finding));

	if (warnings == NULL)
		return;
	conflicts_check(profile, has_finding, warnings);
	/* Of what is refused nothing more is said. */
	check_all_effects(profile, has_finding, warnings);
}

/* ---- ENOSYS --------------------------------------------------------------------------------- */

/* Of more calls only the number is has_finding. */
#define CALLS_SHOWN 6

/*
 * Older calls are not looked for: profiles name numbers beyond theirs anyway, so that runc has never
 * answered ENOSYS to them.
 */
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

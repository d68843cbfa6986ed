/* What libseccomp makes of a profile's rules on one ABI: numbers, and conditions cut to its width. */
#ifndef EMIT_COMPILED_RULE_H
#define EMIT_COMPILED_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "profile.h"

#define COMPILED_ARGS 6

/*
 * A rule on the ABI. One for a call that the ABI multiplexes makes two: that for the multiplexer,
 * `derived`, asks for the subcall in place of what the rule asks of argument 0.
 */
struct compiled_rule {
	int32_t nr;
	const struct rule *rule;                    /* borrowed from the profile */
	struct condition conditions[COMPILED_ARGS]; /* sorted; without masks of nothing */
	size_t n_conditions; /* 0: the rule overrides those with conditions */
	bool derived;
	bool absent; /* the ABI does not have the call, and `nr` is negative */
};

struct compiled_rules {
	struct compiled_rule
		*list; /* owned; by number, conditions, and then as they were written */
	size_t n, cap;
};

/*
 * The rules that count: runtimes leave out those that say what the default says. A name that the
 * ABI does not have makes nothing, nor does a rule of more than COMPILED_ARGS conditions. Free with
 * compiled_rules_release(); the profile must outlive it.
 */
void compiled_rules_of(struct compiled_rules *made, const struct profile *profile,
		       const struct abi *abi);

/*
 * The same, and the rules for calls that the ABI does not have: they decide nothing, but libseccomp
 * keeps them on most ABIs, and refuses one beside another as it does with those that count.
 */
void compiled_rules_with_absent(struct compiled_rules *made, const struct profile *profile,
				const struct abi *abi);

/* Those that are left out: with conditions, and what the default says. */
void compiled_rules_left_out(struct compiled_rules *made, const struct profile *profile,
			     const struct abi *abi);

void compiled_rules_release(struct compiled_rules *made);

/*
 * What becomes of the rule's conditions on ABIs with arguments of `bits` bits that have the call itself;
 * the number stays 0. False when it makes nothing there.
 */
bool compiled_rule_at_width(struct compiled_rule *made, const struct rule *rule, unsigned int bits);

/* How many from `first` on are about the same number. */
size_t compiled_rules_same_number(const struct compiled_rules *made, size_t first);

/* The order of the list without that of writing: 0 when they ask for the same. */
int compiled_rule_compare(const struct compiled_rule *a, const struct compiled_rule *b);

/* Do the conditions hold? Only the ABI's `bits` of each argument count. */
bool compiled_rule_holds(const struct compiled_rule *made, const uint64_t args[COMPILED_ARGS],
			 unsigned int bits);

/* Does the condition hold for an argument? `max`: the highest value that the ABI's arguments have. */
bool condition_holds(const struct condition *condition, uint64_t arg, uint64_t max);

#endif

/*
 * What the rules for one call do to each other: one overrules another, two contradict each other, one
 * makes another superfluous, several together hold for everything. Asked of probes (probes.h), so that
 * what is said is true of each argument that could be told apart.
 */
#ifndef EMIT_RULE_EFFECTS_H
#define EMIT_RULE_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "compiled_rule.h"
#include "profile.h"
#include "warnings.h"

/* A look at the rules of a profile as they are made on one ABI. All is borrowed. */
struct rule_check {
	const struct profile *profile;
	const struct abi *abi;
	unsigned int
		other_bits; /* another width of arguments that ABIs of the profile have; or 0 */
	bool *has_finding;  /* for each rule */
	bool *has_width_finding; /* for each rule, on an ABI with arguments of 32 bits */
	size_t *compared;        /* so many pairs with the same verdict */
	struct warnings *warnings;
};

/* Rules of one number, those without conditions first. */
void rule_effects_check(const struct rule_check *check, const struct compiled_rule *made, size_t n);

/* Rules that runtimes leave out, since they say what the default says, beside those that count. */
void rule_effects_check_left_out(const struct rule_check *check, const struct compiled_rules *made);

#endif

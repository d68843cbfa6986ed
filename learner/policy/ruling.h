/* What is said about one call on one ABI: verdicts, and the conditions under which each holds. */
#ifndef LEARNER_RULING_H
#define LEARNER_RULING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"

struct provenance;

/* A verdict and when it holds: all conditions together, always when there are none. */
struct alternative {
	struct verdict verdict;
	struct condition *conditions; /* owned; canonical for the ABI, and sorted */
	size_t n_conditions;
};

/*
 * Everything said about one call on one ABI. The alternatives are sorted and never empty. As
 * libseccomp has it, one without conditions overrides those with: so either all have conditions,
 * and the policy's fallback holds where none of them does, or there are only such without. Those
 * are one, unless masks of nothing contradict each other. What always holds by an order comparison
 * (GE 0) has a condition, "arg0 >= 0", and does not override.
 */
struct ruling {
	int32_t nr;
	char *name;                       /* owned; NULL: a number that has no name */
	struct alternative *alternatives; /* owned */
	size_t n_alternatives, cap_alternatives;
	const struct provenance *by; /* who made the call first, of the recording; NULL: profile */
	const struct source *known;  /* who knew it, where nobody is named in the recording */
	bool derived; /* nobody named it: a multiplexer, which rules for its calls speak of, too */
};

/*
 * What a rule says on ABIs whose arguments have `bits` bits, its conditions in the one spelling of those
 * that mean the same. Returns false when the rule can never hold; otherwise the alternative owns its
 * conditions.
 */
bool alternative_of_rule(const struct rule *rule, unsigned int bits, struct alternative *out);

/* Adds an alternative and takes it over. When all are there, ruling_settle() brings them into order. */
void ruling_add(struct ruling *ruling, struct alternative alternative);

/* Drops what an alternative without conditions overrides, sorts, drops doubles. */
void ruling_settle(struct ruling *ruling);

void ruling_release(struct ruling *ruling);

/* Does a call with this verdict run? (ALLOW and LOG; TRACE and NOTIFY leave it to others.) */
bool verdict_runs(struct verdict verdict);

/* Has it no conditions? */
bool ruling_is_unconditional(const struct ruling *ruling);

/* May the call run, for some arguments at least, by one of the alternatives? */
bool ruling_runs(const struct ruling *ruling);

/* Order of alternatives: verdict, then conditions; 0 when they mean the same. */
int alternative_compare(const struct alternative *a, const struct alternative *b);

/* The conditions alone. */
int alternative_compare_conditions(const struct alternative *a, const struct alternative *b);

#endif

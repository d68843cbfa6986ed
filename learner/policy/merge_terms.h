/*
 * The rules of several profiles for one call, each of one together with each of another, as lists of
 * terms. What comes out is a proposal: whether it says what the profiles say remains to be decided.
 */
#ifndef LEARNER_MERGE_TERMS_H
#define LEARNER_MERGE_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "argmap.h"
#include "merge_inputs.h"
#include "profile.h"

/* What arguments that meet all of the conditions get; each condition is on another argument. */
struct term {
	struct verdict verdict;
	struct condition conditions[ARGMAP_ARGS];
	size_t n_conditions;
};

struct terms {
	struct term *list; /* owned */
	size_t n, cap;
};

void terms_add(struct terms *terms, const struct term *term);
void terms_release(struct terms *terms);

/* How the products of terms are made. */
struct product_rules {
	size_t max; /* so many terms at most */
	/*
	 * True: conditions are those of the rules; an input's default is a term for what its rules
	 * are not about, as far as that can be said; equal terms become one.
	 * False: conditions are masks alone; an input without rules is a term that is its default;
	 * terms within others become none.
	 */
	bool with_rest;
};

/*
 * Multiplies the rules of all inputs: the conditions of each together with those of each other, and of
 * their verdicts the stricter or, for a union, the more lenient; without terms that say what
 * `fallback` says. False when there are too many, or conditions on one argument that cannot be made
 * one. `product` is empty at first.
 */
bool merge_multiply(const struct merge_inputs *inputs, const char *name, struct verdict fallback,
		    const struct product_rules *how, struct terms *product);

#endif

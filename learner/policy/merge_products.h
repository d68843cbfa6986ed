/* Rules of one profile together with those of another: a part of merge_rules.c. */
#ifndef LEARNER_MERGE_PRODUCTS_H
#define LEARNER_MERGE_PRODUCTS_H

#include "merge_rules.h"

#define MERGE_PRODUCTS_MAX 128

/* A rule: conditions on different arguments. */
struct merge_product {
	struct verdict verdict;
	struct condition conditions[ARGMAP_ARGS];
	size_t n_conditions;
};

struct merge_products {
	struct merge_product list[MERGE_PRODUCTS_MAX];
	size_t n;
};

/*
 * Each rule for the call of one input with each of the others, their conditions together, and of
 * their verdicts the stricter or, for a union, the more lenient; without those that say what
 * `fallback` says. An input's default is a rule for what its others are not about, where that can
 * be said. Proposes only: whether this is what the inputs say remains to be decided. False when
 * there are too many, or conditions on one argument that cannot be made one.
 */
bool merge_products(const struct merge_inputs *inputs, const char *name, struct verdict fallback,
		    struct merge_products *products);

#endif

/* Rules with masks, of one profile together with those of another: a part of merge_rules.c. */
#ifndef LEARNER_MERGE_MASKS_H
#define LEARNER_MERGE_MASKS_H

#include <stdbool.h>
#include <stddef.h>

#include "merge.h"
#include "merge_rules.h"

struct masked {
	struct verdict verdict;
	struct argmap_cube where;
};

struct masked_list {
	struct masked list[MERGE_RULES_MAX];
	size_t n;
};

/*
 * Each rule for the call of one input with each of the others: where both hold the stricter of
 * their verdicts. Proposes only, as merge_products() does. False when there are too many, or
 * conditions that are no masks.
 */
bool merge_masks(const struct merge_inputs *inputs, const char *name, struct masked_list *product);

#endif

/* The rules of one call in a merged profile: a part of merge.c, which has the meaning. */
#ifndef LEARNER_MERGE_RULES_H
#define LEARNER_MERGE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "outcome.h"
#include "profile.h"

struct merge_inputs {
	const struct profile *const *profiles;
	size_t n;       /* one or more */
	bool intersect; /* else unite */
};

/* What the merged profile should say about the call, on ABIs with arguments of `bits` bits. */
argmap_ref merge_target(struct outcomes *outcomes, const struct merge_inputs *inputs,
			const char *name, unsigned int bits);

/*
 * Adds rules for the name to `result`, whose fallback and ABIs are there already. Returns false
 * when they are stricter than the target. Resets the outcomes.
 */
bool merge_rules_of_name(struct outcomes *outcomes, const struct merge_inputs *inputs,
			 const char *name, struct profile *result);

#endif

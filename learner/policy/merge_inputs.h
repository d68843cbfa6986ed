/* What is merged, and what it says about a call: shared by the parts of merge.c. */
#ifndef LEARNER_MERGE_INPUTS_H
#define LEARNER_MERGE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "outcome.h"
#include "profile.h"

enum merge_how {
	MERGE_UNION,
	MERGE_INTERSECTION,
};

/*
 * The most rules of a call, those that inputs have taken together; a filter has room for 4096
 * steps. And the most that conditions are spelt out to.
 */
#define MERGE_RULES_MAX 1024
#define MERGE_CUBES_MAX 128

struct merge_inputs {
	const struct profile *const *profiles;
	size_t n;       /* one or more */
	bool intersect; /* else unite */
};

/* What these rules for one call, beside the profile's default, give each value of its arguments. */
argmap_ref merge_outcome(struct outcomes *outcomes, const struct profile *profile,
			 const struct rule *rules, size_t n, unsigned int bits);

/* What the merged profile should say about the call, on ABIs with arguments of `bits` bits. */
argmap_ref merge_target(struct outcomes *outcomes, const struct merge_inputs *inputs,
			const char *name, unsigned int bits);

/* Do all inputs have this default and the same rules for the call? */
bool merge_inputs_alike(const struct merge_inputs *inputs, const char *name,
			struct verdict fallback);

#endif

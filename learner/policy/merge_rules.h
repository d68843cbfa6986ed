/* The rules of one call in a merged profile: a part of merge.c, which has the meaning. */
#ifndef LEARNER_MERGE_RULES_H
#define LEARNER_MERGE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "merge_inputs.h"
#include "outcome.h"
#include "profile.h"

/* What becomes of rules that libseccomp does not take as they are meant: see merge_load.h. */
enum merge_care {
	MERGE_RULES_ANY,       /* they are taken: most calls have none */
	MERGE_RULES_THAT_LOAD, /* others are looked for that it takes, which are masks */
	MERGE_RULES_STRICT,    /* the strictest of what they say is taken, without conditions */
};

/*
 * Adds rules for the name to `result`, whose fallback and ABIs are there already. Returns false
 * when they are, or may be, stricter than the target. Resets the outcomes.
 */
bool merge_rules_of_name(struct outcomes *outcomes, const struct merge_inputs *inputs,
			 const char *name, enum merge_care care, struct profile *result);

#endif

/*
 * A merged profile given to libseccomp, for all of its ABIs, and what that makes of it played
 * against the rules: a part of merge.c, which has the meaning.
 */
#ifndef LEARNER_MERGE_LOAD_H
#define LEARNER_MERGE_LOAD_H

#include <stddef.h>

#include "err.h"
#include "merge_inputs.h"
#include "profile.h"

/* Names of calls, each once. */
struct merge_culprits {
	char **list; /* owned, each too */
	size_t n, cap;
};

/*
 * Adds the calls whose rules, of which some have conditions, libseccomp refuses as runtimes give
 * them, makes a more lenient filter of than they are, or makes no end of. Not those of which all
 * inputs have the same rules, and so the same trouble; nor, in a union, those of which an input on
 * the same ABIs has the same rules, unless they are refused. `result` is sorted. Nothing is added
 * where this machine's libseccomp can have no filter for the default or an ABI. Fails where
 * libseccomp cannot be asked.
 */
int merge_find_culprits(const struct merge_inputs *inputs, const struct profile *result,
			struct merge_culprits *culprits, struct err *err);

void merge_culprits_release(struct merge_culprits *culprits);

#endif

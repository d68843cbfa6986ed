/* A merge of profiles under way: shared by the parts of merge.c. */
#ifndef LEARNER_MERGER_H
#define LEARNER_MERGER_H

#include <stddef.h>

#include "merge_inputs.h"
#include "profile.h"

struct merge_warnings {
	char **text; /* owned, each too */
	size_t n, cap;
};

void merge_warnings_release(struct merge_warnings *warnings);

/* A merge: its inputs, and the result as far as it is made. */
struct merger {
	const struct profile *const *profiles;
	const char *const *names;
	size_t n;
	enum merge_how how;
	struct profile *result;
	struct merge_warnings *warnings;
};

/* Every name that a rule of an input has, once, sorted. */
struct merge_names {
	const char **list;
	size_t n, cap;
};

/* Adds a warning, and takes the text over. */
void merge_warn(struct merger *m, char *text);

#endif

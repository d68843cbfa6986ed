/* What the parts of merge.c that make one profile share. */
#ifndef LEARNER_MERGE_PARTS_H
#define LEARNER_MERGE_PARTS_H

#include <stddef.h>

#include "err.h"
#include "merge.h"

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

/*
 * The result's ABIs, when its default is there: those that all inputs have, and in a union those
 * that only some have but where the others would add nothing; warns of those that are left out.
 * Fails when there is none.
 */
int merge_abis(struct merger *m, const struct merge_names *names, struct err *err);

#endif

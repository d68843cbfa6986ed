/* The ABIs of a merged profile: a part of merge.c. */
#ifndef LEARNER_MERGE_ABIS_H
#define LEARNER_MERGE_ABIS_H

#include "err.h"
#include "merger.h"

/*
 * The result's ABIs, when its default is there: those that all inputs have, and in a union those
 * that only some have but where the others would add nothing; warns of those that are left out.
 * Fails when there is none.
 */
int merge_abis(struct merger *m, const struct merge_names *names, struct err *err);

#endif

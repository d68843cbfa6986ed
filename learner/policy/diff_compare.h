/* Compares two policies. */
#ifndef LEARNER_DIFF_COMPARE_H
#define LEARNER_DIFF_COMPARE_H

#include "diff.h"
#include "policy.h"

/* Takes both policies over. What they borrow must outlive the diff. Free with diff_free(). */
struct diff *diff_new(struct policy *old_side, struct policy *new_side);

#endif

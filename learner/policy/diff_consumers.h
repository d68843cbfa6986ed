/* What the consumers of a profile make of it that its text does not show: notes for a diff. */
#ifndef LEARNER_DIFF_CONSUMERS_H
#define LEARNER_DIFF_CONSUMERS_H

#include "diff.h"

/*
 * Conditions of calls that changed in the profile NEW and do not hold where an ABI makes the call
 * through a multiplexer. The caller frees the text; NULL: there are none.
 */
char *diff_note_of_multiplexed(const struct diff *diff);

/*
 * Calls that got ENOSYS from runc in the profile OLD and get the default in NEW, because NEW names
 * one with a higher number. The caller frees the text; NULL: there are none.
 */
char *diff_note_of_enosys(const struct diff *diff);

#endif

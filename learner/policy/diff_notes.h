/* What the reader of a diff should know beside the differences. */
#ifndef LEARNER_DIFF_NOTES_H
#define LEARNER_DIFF_NOTES_H

#include "diff.h"

/* Adds the notes about one side to a diff whose calls are compared. OLD's come first. */
void diff_add_notes(struct diff *diff, enum diff_side side);

#endif

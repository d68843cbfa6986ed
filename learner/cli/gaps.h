/* Gaps in words, the same wherever they are told. */
#ifndef LEARNER_GAPS_H
#define LEARNER_GAPS_H

#include "recording.h"

/* One line for each kind: the first of its kind, how many more there are, and what it means. */
void gaps_say(const struct recorded_gap *gaps, size_t n);

#endif

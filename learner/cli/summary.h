/* The few lines that record ends with. */
#ifndef LEARNER_SUMMARY_H
#define LEARNER_SUMMARY_H

#include "recording.h"
#include "tracer.h"

/* What the run was, from the tracer's counts, and the gaps found in it. */
void summary_say(const struct tracer *t, const struct recording *recording);

#endif

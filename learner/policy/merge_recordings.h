/* Several recordings made one. */
#ifndef LEARNER_MERGE_RECORDINGS_H
#define LEARNER_MERGE_RECORDINGS_H

#include <stddef.h>

#include "merge_inputs.h"
#include "recording.h"

/*
 * Merges `n` (one or more) recordings: all calls, or those that each of them has; sources,
 * provenance and gaps of all. Takes the recordings over, and leaves NULL in their place.
 * *n_dropped is the number of calls that are not in the result. Free it with recording_free().
 */
struct recording *merge_recordings(struct recording **recordings, size_t n, enum merge_how how,
				   size_t *n_dropped);

#endif

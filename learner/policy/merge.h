/*
 * Several profiles made one: see merge_recordings.h for recordings.
 *
 * A union lets a call go as far as the most lenient of them, an intersection as far as the
 * strictest, for every value of its arguments: as the kernel would decide with all filters loaded,
 * for an intersection. Exactly, where rules can say it that every libseccomp compiles rightly, and
 * not too many of them. Where they cannot, the result is stricter, never more lenient, and a
 * warning says so. So it is where libseccomp here, which is given the result, refuses all forms of
 * the exact rules that are tried, or makes a more lenient filter of them: see merge_load.h.
 */
#ifndef LEARNER_MERGE_H
#define LEARNER_MERGE_H

#include <stddef.h>

#include "err.h"
#include "merger.h"
#include "profile.h"

/*
 * Merges `n` (one or more) sorted profiles, which messages call by `names`. Where two have the same
 * action with another errno, the first one's counts. On success *merged is sorted and the caller's
 * to free. Fails when they have no ABI in common, or different listeners.
 */
int merge_profiles(const struct profile *const *profiles, const char *const *names, size_t n,
		   enum merge_how how, struct profile **merged, struct merge_warnings *warnings,
		   struct err *err);

#endif

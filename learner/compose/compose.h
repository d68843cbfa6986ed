/* From what was recorded, and layers, to a profile: a pure function. */
#ifndef LEARNER_COMPOSE_H
#define LEARNER_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "err.h"
#include "layers.h"
#include "profile.h"
#include "recording.h"

/* A system call on one ABI. */
struct noted_call {
	const struct abi *abi;
	int32_t nr;
	const char *name; /* NULL: the number has none */
};

/* What a profile is to be, beside its calls. */
struct compose_target {
	const struct abi *abi;   /* for this one alone; NULL: for all that were seen */
	struct verdict fallback; /* for all other calls */
};

/* What a layer has brought into a profile, each with the reason that its entry gives. */
struct added {
	const struct layer *layer;
	const struct layer_entry **entries; /* owned array of borrowed entries, sorted by name */
	size_t n, cap;
};

/*
 * What the user should know about a profile. Everything is borrowed from the recording, the
 * layers and the profile and must not outlive them. Lists are sorted by ABI, then by name.
 */
struct notes {
	bool no_calls; /* nothing was recorded; the profile is for the native ABI */
	/* Allowed on an ABI that has the call, although neither recorded nor asked for there,
	 * because a profile has one list of names for all its ABIs. */
	struct noted_call *widened;
	size_t n_widened, cap_widened;
	struct noted_call *unknown; /* numbers without a name: left out */
	size_t n_unknown, cap_unknown;
	struct noted_call *newer; /* unknown to the installed libseccomp: older consumers skip it */
	size_t n_newer, cap_newer;
	struct added *added; /* of each layer; what several have is of the first */
	size_t n_added, cap_added;
	const struct recorded_gap *gaps;
	size_t n_gaps;
};

/*
 * Composes a profile: recorded calls and layers, nothing else. The ABIs are those that were seen
 * (when none were: the native one), or target->abi alone, which must have been seen. On success
 * *profile is sorted and the caller's to free. `notes` may be NULL; free it with notes_release()
 * in either case.
 */
int compose(const struct recording *recording, const struct layers *layers,
	    const struct compose_target *target, struct profile **profile, struct notes *notes,
	    struct err *err);

void notes_release(struct notes *notes);

#endif

/* From what was recorded, layers and options to a profile: a pure function. */
#ifndef LEARNER_COMPOSE_H
#define LEARNER_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "err.h"
#include "layers.h"
#include "options.h"
#include "profile.h"
#include "recording.h"

/* A system call on one ABI. */
struct noted_call {
	const struct abi *abi;
	int32_t nr;
	const char *name; /* NULL: the number has none */
};

/* What a layer that was asked for has brought into a profile. */
struct added {
	const char *layer;
	const char **names; /* owned array of borrowed names, sorted */
	size_t n_names, cap_names;
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
	struct added *added; /* of each such layer; what several have is of the first */
	size_t n_added, cap_added;
	const struct recorded_gap *gaps;
	size_t n_gaps;
};

/*
 * Composes a profile: recorded calls and layers, nothing else. The ABIs are those that were seen
 * (when none were: the native one), or o->abi alone, which must have been seen. On success
 * *profile is sorted and the caller's to free. `notes` may be NULL; free it with notes_release()
 * in either case.
 */
int compose(const struct recording *recording, const struct layers *layers, const struct options *o,
	    struct profile **profile, struct notes *notes, struct err *err);

void notes_release(struct notes *notes);

/* Prints the notes on standard error, one line each, gaps included. */
void notes_say(const struct notes *notes);

#endif

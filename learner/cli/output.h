/* Writing a profile where the user wants it. */
#ifndef LEARNER_OUTPUT_H
#define LEARNER_OUTPUT_H

#include <stdbool.h>

#include "compose.h"
#include "context.h"
#include "err.h"
#include "format.h"
#include "place.h"
#include "profile.h"

struct output_style {
	const struct dialect *dialect; /* never NULL */
	bool yaml, json;               /* asked for; never both. Neither: as the file's name says */
	bool quiet;                    /* do not say what the dialect cannot */
	bool composed;                 /* of a profile whose default and ABIs options can change */
	const char *file_option;       /* which option names the file: for messages */
};

/*
 * --yaml or --json, else by the name (.yaml, .yml, .json), else what is usual for the dialect, which
 * may have none.
 */
enum syntax output_syntax(const struct output_style *style, const char *path);

/*
 * Writes the profile. What the dialect cannot say is said on standard error. A Kubernetes resource is
 * called as the context says, or as the file.
 */
int output_profile(struct profile *profile, const struct output_style *style,
		   const struct context *context, struct place *place, struct err *err);

/*
 * Finds what would make output_profile() fail whatever the profile for this target holds: a dialect
 * that does not go with it or with the file's name, a place that can't be written to. Changes
 * nothing.
 */
int output_check(const struct compose_target *target, const struct output_style *style,
		 const struct context *context, const struct place *place, struct err *err);

#endif

/* Writing a profile where the user wants it. */
#ifndef LEARNER_OUTPUT_H
#define LEARNER_OUTPUT_H

#include "err.h"
#include "format.h"
#include "options.h"
#include "place.h"
#include "profile.h"

/*
 * --yaml or --json, else by the name (.yaml, .yml, .json), else what is usual for the dialect, which
 * may have none.
 */
enum syntax output_syntax(const struct options *o, const char *path);

/*
 * Writes the profile in o's dialect. What the dialect cannot say is said on standard error, unless
 * o->quiet. A Kubernetes resource is called --name, or as the file.
 */
int output_profile(struct profile *profile, const struct options *o, struct place *place,
		   struct err *err);

/*
 * Finds what would make output_profile() fail whatever the profile holds: a dialect that does not
 * go with the options or with the file's name, a place that can't be written to. Changes nothing.
 */
int output_check(const struct options *o, const struct place *place, struct err *err);

#endif

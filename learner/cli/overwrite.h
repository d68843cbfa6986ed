/*
 * What an output may take the place of. Who runs a command again wants the new result in the place
 * of the old one; but a mistyped name must not cost a source file, nor an input the recording that
 * took an hour. --force says that it is meant.
 */
#ifndef LEARNER_OVERWRITE_H
#define LEARNER_OVERWRITE_H

#include "err.h"
#include "options.h"
#include "place.h"
#include "profile.h"

enum content {
	CONTENT_NOTHING, /* no file, an empty one, or none that keeps what it is sent */
	CONTENT_RECORDING,
	CONTENT_PROFILE,
	CONTENT_MORE, /* a profile is only a part of it: a runtime's configuration, a whole unit */
	CONTENT_OTHER,
	CONTENT_UNREADABLE,
};

/*
 * What the place holds. Of a profile in a format that is read *profile is the value, if `profile`
 * is not NULL; the caller's to free.
 */
enum content content_of(const struct place *place, struct profile **profile);

/*
 * May a result of this kind, CONTENT_RECORDING or CONTENT_PROFILE, go to this place? Not over
 * anything else, and not over what the command reads: its operands, but of record, and layers.
 */
int overwrite_check(const struct place *place, enum content kind, const struct options *o,
		    struct err *err);

/*
 * The same for the name that record takes where it is given none: there must be nothing, or a
 * profile that this program made, which is then *old, the caller's to free; else *old is NULL.
 */
int overwrite_check_unasked(const struct place *place, const struct options *o,
			    struct profile **old, struct err *err);

/* And once the new profile is known: does the old one (NULL: none) allow nothing beyond it? */
int overwrite_check_loss(const struct place *place, const struct profile *old,
			 const struct profile *new, struct err *err);

#endif

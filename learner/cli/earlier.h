/* What record --known names: what earlier runs learnt, and counts as learnt before this one. */
#ifndef LEARNER_EARLIER_H
#define LEARNER_EARLIER_H

#include <stddef.h>

#include "err.h"
#include "options.h"
#include "recording.h"
#include "recording_lines.h"

struct earlier {
	struct recording *recording; /* owned; of all files together; NULL: none was named */
	char **from;                 /* owned, each too: how messages call the files */
	struct known_call *calls;    /* owned; all that the recording has */
	struct known_gap *gaps;      /* owned; its gaps, equal ones once */
	struct known_line line;      /* borrows from all of these */
};

/*
 * Reads the files, and says what there is to say of lines that were skipped. Free it with
 * earlier_release() in any case.
 */
int earlier_load(struct earlier *earlier, const struct options *o, struct err *err);

void earlier_release(struct earlier *earlier);

#endif

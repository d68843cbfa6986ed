/* What a run of record leaves behind: a recording, a profile, and what is said of them. */
#ifndef LEARNER_RESULTS_H
#define LEARNER_RESULTS_H

#include <stdbool.h>

#include "earlier.h"
#include "err.h"
#include "journal.h"
#include "layers.h"
#include "options.h"
#include "place.h"
#include "profile.h"
#include "rescue.h"
#include "summary.h"

struct results {
	const struct options *options;
	struct layers layers;
	struct earlier earlier;
	struct place output, profile; /* of -o and -p, found before the workload starts */
	struct profile *old_profile;  /* owned: what seccomp.json was, unless it was asked for */
	struct rescue rescue;
	struct journal journal;
	bool failed; /* something of ours went wrong; it has been said */
};

/*
 * Before anything runs: finds and holds the places, and everything that would make it fail later.
 * Changes no file. `o` must outlive the results; free them with results_release() in either case.
 */
int results_prepare(struct results *results, const struct options *o, struct err *err);

/* Says what has failed. */
void results_complain(struct results *results, struct err *err);

/* When the run is over, of which the journal has begun. Says what was learnt, and what is where. */
void results_save(struct results *results, const struct end_line *end,
		  const struct summary *summary);

void results_release(struct results *results);

#endif

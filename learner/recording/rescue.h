/* The last resort for what was learnt, when it could not be written where it was to be. */
#ifndef LEARNER_RESCUE_H
#define LEARNER_RESCUE_H

#include "err.h"
#include "place.h"
#include "strbuf.h"

#define RESCUE_DIRS 3

/* Directories that are held from before the run, so that nothing can be put in their place. */
struct rescue {
	struct {
		int fd;     /* owned; -1: there is none */
		char *name; /* owned: as messages call it, with a slash at the end or empty */
	} dirs[RESCUE_DIRS];
	char *stem; /* owned */
};

/*
 * Finds where the recording could be saved: beside the file that is wanted (not beside a device),
 * else in the current directory, else in TMPDIR or /tmp. Release it in any case.
 */
void rescue_prepare(struct rescue *rescue, const struct place *wanted);

/*
 * Saves the recording `text` as NAME.rec after the file that was wanted, in the first of these
 * directories where that can be done. Replaces no file and follows no link: where there is
 * something, the new file's name is made unique. Only its owner can read it. Returns its name,
 * which is the caller's to free; NULL when it could be saved nowhere.
 */
char *rescue_save(const struct rescue *rescue, const struct strbuf *text, struct err *err);

/* All zeros are fine, too. */
void rescue_release(struct rescue *rescue);

#endif

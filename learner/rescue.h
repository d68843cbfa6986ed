/* The last resort for what was learnt, when it could not be written where it was to be. */
#ifndef LEARNER_RESCUE_H
#define LEARNER_RESCUE_H

#include "err.h"
#include "strbuf.h"

/*
 * Saves the recording `text` as NAME.rec after the file `wanted`: beside it (not beside a device), else in
 * the current directory, else in TMPDIR or /tmp. Replaces no file: where there is one, the new one's name is
 * made unique. Only its owner can read it. Returns its name, which is the caller's to free; NULL
 * when it could be saved nowhere.
 */
char *rescue_save(const char *wanted, const struct strbuf *text, struct err *err);

#endif

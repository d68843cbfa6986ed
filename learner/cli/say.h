/*
 * Words for the user. Messages go to standard error as one line "seccomp-learn: ...", with one
 * write(2) so that they stay whole beside the workload's own, and without control characters:
 * they quote names that hostile processes chose.
 */
#ifndef LEARNER_SAY_H
#define LEARNER_SAY_H

#include "strbuf.h"

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Writes text to standard output. Returns 0, or says what went wrong and returns a negative errno.
 */
int say_out(const struct strbuf *text);

#endif

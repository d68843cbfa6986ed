/*
 * Dialect "firejail": lines of a firejail profile, as firejail-profile(5) has them. They are to be
 * included in one; what the profile says of other things stays. Written, not read.
 *
 * firejail takes a list for the machine's own ABI; others are blocked altogether. What its own last
 * step needs (execve and others) it adds by itself. Calls that its table of names may lack are
 * written as numbers, since it passes over an unknown name without a word.
 */
#ifndef EMIT_FIREJAIL_H
#define EMIT_FIREJAIL_H

#include "dialect.h"

int firejail_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		   struct err *err);

#endif

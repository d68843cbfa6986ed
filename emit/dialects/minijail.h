/*
 * Dialect "minijail": a policy file, as minijail0(5) has it, for one ABI. Written, not read.
 *
 * - The calls of a policy are those of the machine, so a name that the ABI does not have is left
 *   out: minijail would refuse the file.
 * - A call without a line kills. No errno can be the default: where the profile has ENOSYS, newer
 *   calls that have a fallback get it by lines of their own (see enosys.h), and a warning is given.
 * - Alternatives of a call are one line, || between them. A mask is compared bit by bit.
 */
#ifndef EMIT_MINIJAIL_H
#define EMIT_MINIJAIL_H

#include "dialect.h"

int minijail_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		   struct err *err);

#endif

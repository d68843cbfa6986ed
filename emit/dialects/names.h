/*
 * Dialect "names": a system call's name per line, for scripts. Comments begin with #. It lists
 * what is allowed; what happens to other calls, and on which ABIs, is not said: what was read refuses
 * them with ENOSYS and has no ABIs, which stands for those of the loader. The writer warns where
 * that is not the profile that it was given.
 */
#ifndef EMIT_NAMES_H
#define EMIT_NAMES_H

#include "dialect.h"

/*
 * One line holds the name of a real call and nothing else, and so does the first, perhaps wrong; or
 * several lines, and all of them, look like names, though none is. Or it is what is written of a
 * list without names.
 */
bool names_recognises(const char *text);

int names_read(const char *name, const char *text, struct reading *reading, struct err *err);
int names_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		struct err *err);

#endif

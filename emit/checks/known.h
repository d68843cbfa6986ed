/*
 * Names of system calls in documents: whether they name anything, and what was meant. Runtimes
 * skip a name that they do not know without a word, so that the call then fails.
 */
#ifndef EMIT_KNOWN_H
#define EMIT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "warnings.h"

struct known_name;

/* For the names of one document. Zero it, set `abis`; release it at the end. */
struct known {
	const struct abi *const *abis; /* borrowed: those that the document is for; one or more */
	size_t n_abis;
	struct known_name *asked; /* owned: a hash table of what was found out already */
	char **names;             /* owned: all names of these ABIs, once they were needed */
	size_t n_names, cap_names;
};

/*
 * Adds a warning when a runtime would skip the name, or, with `older_too`, when one would that was
 * built with an older libseccomp.
 */
void known_check(struct known *known, const char *name, bool older_too, size_t line,
		 struct warnings *warnings);

/* Has one of the ABIs a call of this name? */
bool known_exists(struct known *known, const char *name);

void known_release(struct known *known);

#endif

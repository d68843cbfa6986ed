/*
 * Calls that serve the same purpose, so that one may stand for the other with another libc, kernel
 * or ABI: open and openat, clone and clone3.
 */
#ifndef LEARNER_SIBLINGS_H
#define LEARNER_SIBLINGS_H

#include <stdbool.h>
#include <stddef.h>

struct family {
	/* Separated by blanks. Where * stands before the first, it does what the others do each a
	 * part of, and these are no siblings of each other. */
	const char *calls;
	/*
	 * Why the C library or the kernel decides which of them is made. NULL: the program itself
	 * decides, or one can do more than another; a reviewer wants to know that they are related,
	 * but nobody wants one allowed because of the other.
	 */
	const char *why;
};

/* A call may be in several. */
extern const struct family family_table[];
extern const size_t family_count;

/* Are the two siblings in this family? False for a call and itself. */
bool family_joins(const struct family *family, const char *a, const char *b);

/* Are they in any? */
bool siblings_are(const char *a, const char *b);

#endif

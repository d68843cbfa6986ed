/* Documents as trees: every failure here fails the test that called. */
#ifndef TESTS_UNIT_TREES_H
#define TESTS_UNIT_TREES_H

#include <stddef.h>

#include "err.h"
#include "tree.h"

typedef int read_fn(const char *, const char *, size_t, struct tree *, struct err *);

struct bad_document {
	const char *text;
	const char *message;
};

/* Read as "f", it is refused with this message. */
void expect_document_refused(read_fn *read_text, const struct bad_document *bad);

/* The tree as JSON in one line, which the caller frees. */
char *read_as_json(read_fn *read_text, const char *text);

#endif

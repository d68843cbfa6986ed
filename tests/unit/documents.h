/* Profile documents for tests: every failure here fails the test that called. */
#ifndef TESTS_UNIT_DOCUMENTS_H
#define TESTS_UNIT_DOCUMENTS_H

#include "context.h"
#include "format.h"
#include "profile.h"
#include "strbuf.h"
#include "warnings.h"

/* Reads a document, named "f"; the caller frees the profile. */
struct profile *read_text(const char *text);

/* Reads a file of the repository into `text`. */
void read_path(const char *path, struct strbuf *text);

/* The same for the machine of a context; `warnings` may be NULL. */
struct profile *read_text_as(const char *text, const struct context *context,
			     struct warnings *warnings);

/* A document is refused, in these words. */
void expect_refused(const char *text, const char *message);

/* What was read is warned of in these words, joined: "LINE: text\n" each. */
void expect_warnings(const char *text, const struct context *context, const char *expected);

/* Writes a profile in the usual syntax of a dialect; `context` may be NULL. */
void write_text_as(struct profile *profile, const char *dialect, const struct context *context,
		   struct strbuf *out);

/* Writing is warned of in these words, joined: "text\n" each. What is written goes to `out`. */
void expect_write_warnings(struct profile *profile, const char *dialect,
			   const struct context *context, struct strbuf *out, const char *expected);

/* A profile cannot be written, and this is said. */
void expect_unwritable(struct profile *profile, const char *dialect, const struct context *context,
		       const char *message);

/* Writes a profile in dialect oci. */
void write_text(struct profile *profile, enum syntax syntax, struct strbuf *out);

#endif

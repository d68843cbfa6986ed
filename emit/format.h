/*
 * The way in and out of profile documents. A dialect says what shape a document has, a syntax
 * how its tree is written as text; the two are independent of each other.
 */
#ifndef EMIT_FORMAT_H
#define EMIT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "context.h"
#include "err.h"
#include "profile.h"
#include "strbuf.h"
#include "syntax.h"
#include "warnings.h"

/* A larger document is not read: a profile has a few kilobytes, a config.json some tens. */
#define FORMAT_TEXT_MAX (16 << 20)

struct dialect; /* an entry of the table of dialects */

/* By the name that -f takes ("oci"), in any letter case; NULL when unknown. */
const struct dialect *dialect_by_name(const char *name);

/* The n-th name of the table, for help and completion; NULL past the end. */
const char *dialect_name(size_t n);

/* The syntax that its documents usually have. */
enum syntax dialect_syntax(const struct dialect *dialect);

/* Are its documents bytes that no terminal should be sent? */
bool dialect_is_binary(const struct dialect *dialect);

/* Can its documents be read? */
bool dialect_is_readable(const struct dialect *dialect);

/*
 * Writes a profile as a document. The same profile gives the same bytes; a text ends with a
 * newline. `profile` is sorted by the call. `syntax` is SYNTAX_NONE with the dialects that have
 * none, and only there. Fails when the dialect cannot express the profile; where it comes close
 * a warning says so. `warnings` may be NULL.
 */
int format_write_as(struct profile *profile, const struct dialect *dialect, enum syntax syntax,
		    const struct context *context, struct warnings *warnings, struct strbuf *out,
		    struct err *err);

/* The same for this machine, without warnings. */
int format_write(struct profile *profile, const struct dialect *dialect, enum syntax syntax,
		 struct strbuf *out, struct err *err);

/*
 * Reads a document of any readable dialect, found out from the content, in either syntax. `name`
 * stands in messages ("NAME:LINE: ..."). `text` ends with a NUL at text[len] and may hold NUL
 * bytes before it, which are an error. A tree that begins with { and a quoted key is JSON,
 * all else YAML. On success *profile is sorted and the caller's to free. What the context says is
 * asked where the document has conditions on the machine. `warnings` may be NULL.
 *
 * What a consumer of the dialect loads is read, and means what it means to that consumer: oci is
 * runc's, crun's and containerd's, docker is Docker's, podman Podman's and CRI-O's, k8s that of
 * kubectl and the API server. A warning tells of what one of them skips, refuses or takes for
 * something else than it looks like. What all of them refuse is an error that says what was
 * expected, and so is a value of another type than its key has: crun alone loads that, by leaving
 * out what it does not understand. Nesting, aliases and the number of rules have limits.
 */
int format_read_as(const char *name, const char *text, size_t len, const struct context *context,
		   struct profile **profile, struct warnings *warnings, struct err *err);

/* The same for this machine, without warnings. */
int format_read(const char *name, const char *text, size_t len, struct profile **profile,
		struct err *err);

#endif

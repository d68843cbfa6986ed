/* Files that the user names: a recording or a profile, found out from the content. */
#ifndef LEARNER_LOAD_H
#define LEARNER_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "context.h"
#include "err.h"
#include "profile.h"
#include "recording.h"
#include "strbuf.h"
#include "warnings.h"

/* What a file holds: exactly one of the first three. */
struct loaded {
	struct recording *recording; /* owned or NULL */
	struct profile *profile;     /* owned or NULL; sorted */
	struct strbuf program;       /* a seccomp filter program, when it was asked for; or empty */
	struct warnings warnings;    /* of the profile */
};

/*
 * "-" is standard input. What a profile means is asked of the context. With `programs` a seccomp
 * filter program is taken too; otherwise it is an error. Free with loaded_release() in any case.
 */
int load_file_as(const char *path, const struct context *context, bool programs,
		 struct loaded *loaded, struct err *err);

/* The same for this machine, without programs. */
int load_file(const char *path, struct loaded *loaded, struct err *err);

/*
 * Reads `n` (one or more) recordings and merges them; a profile among them is an error. Warnings
 * about skipped lines are in the recording. On success *recording is the caller's to free.
 */
int load_recordings(char *const *paths, size_t n, struct recording **recording, struct err *err);

/* The same of what --known names. */
int load_known(const char *const *paths, size_t n, struct recording **recording, struct err *err);

void loaded_release(struct loaded *loaded);

/*
 * Says, on standard error, what matters to every command: of the parts of a profile that are not in
 * its document, of parts that those who load it skip, of rules for which runtimes refuse it, and, in
 * one line, how much there is that means nothing to the format's consumers or something else than it
 * seems to.
 */
void loaded_say_warnings(const struct loaded *loaded, const char *name);

/* How messages call the file: its path, or "standard input". */
const char *load_display_name(const char *path);

#endif

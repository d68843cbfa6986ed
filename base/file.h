/* Whole files: read with a limit, written so that a reader sees the old or the new content. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "strbuf.h"

/*
 * Reads a whole file into `out`, which the caller releases. "-" is standard input. More than
 * `max` bytes is -EFBIG.
 */
int file_read(const char *path, size_t max, struct strbuf *out, struct err *err);

/*
 * Replaces a file's content: a temporary file beside it, synced, then renamed over it, so the
 * old file stays untouched until the new one is whole on disk. It keeps its mode and, where we may
 * give files away, its owner. A symbolic link is followed, also one to a file that does not exist
 * yet. What is not a regular file (a pipe, a device) is written to directly, and so is what names a
 * descriptor of this process. "-" is standard output.
 */
int file_replace(const char *path, const char *data, size_t len, struct err *err);

/* Would file_replace() be able to write there? Finds out without changing anything. */
int file_check(const char *path, struct err *err);

/*
 * For writing: which descriptor of this process is meant by "-" (standard output), /dev/stdout,
 * /dev/fd/3, or a link to one of these? -1: none, it is a file's name.
 */
int file_descriptor(const char *path);

/* Is this the name of a regular file, or of none yet, so that it can be replaced? */
bool file_is_replaceable(const char *path);

/* Would both, written to, be the same regular file or the same descriptor of ours? */
bool file_is_same(const char *a, const char *b);

/* A file that is being written beside the one whose place it is to take. */
struct replacement {
	int fd;          /* open for reading and writing; -1: none, or taken by the caller */
	char *temporary; /* owned: its present name; NULL when it has got the other */
	char *target;    /* owned: its name to be, links followed */
};

#define REPLACEMENT_INIT \
	{                \
		.fd = -1 \
	}

/* Creates the file, with mode and owner of the old one. Only where file_is_replaceable(). */
int replacement_begin(struct replacement *new, const char *path, struct err *err);

/* Puts it in its place. Negative errno on failure. */
int replacement_commit(struct replacement *new);

/* Removes it, if it still has its temporary name; closes and frees everything. */
void replacement_release(struct replacement *new);

/* Writes all of it, across short writes and EINTR. Negative errno on failure. */
int file_write_all(int fd, const char *data, size_t len);

#endif

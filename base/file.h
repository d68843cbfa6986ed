/* Whole files: read with a limit, written so that a reader sees the old or the new content. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

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
 * old file stays untouched until the new one is whole on disk. A symbolic link is followed. What
 * is not a regular file (a pipe, /dev/stdout) is written to directly. "-" is standard output.
 */
int file_replace(const char *path, const char *data, size_t len, struct err *err);

/* Writes all of it, across short writes and EINTR. Negative errno on failure. */
int file_write_all(int fd, const char *data, size_t len);

#endif

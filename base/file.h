/* Whole files, read with a limit. place.h and replace.h write them. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include <stdbool.h>
#include <sys/stat.h>

#include "err.h"
#include "strbuf.h"

/*
 * Reads a whole file into `out`, which the caller releases. "-" is standard input. More than
 * `max` bytes is -EFBIG. A named pipe of another user is an error: it could keep us waiting.
 */
int file_read(const char *path, size_t max, struct strbuf *out, struct err *err);

/* The same from a descriptor; `name` stands in messages. */
int file_read_from(int fd, const char *name, size_t max, struct strbuf *out, struct err *err);

/* Are they the same file? */
bool file_is_same(const struct stat *a, const struct stat *b);

/* Writes all of it, across short writes and EINTR. Negative errno on failure. */
int file_write_all(int fd, const char *data, size_t len);

/* fsync(2); that a file system has no such thing is no error. Negative errno on failure. */
int file_sync(int fd);

/*
 * Where a symbolic link leads, from the directory `dir` as openat(2) takes it; the caller frees it. NULL
 * with errno on failure. What a link of /proc says can be longer than PATH_MAX.
 */
char *file_read_link(int dir, const char *name);

#endif

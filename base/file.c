#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "trust.h"

bool file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int file_write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_sync(int fd)
{
	if (fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
		return 0;
	return -errno;
}

int file_read_from(int fd, const char *name, size_t max, struct strbuf *out, struct err *err)
{
	for (;;) {
		strbuf_reserve(out, 64 * 1024);
		ssize_t n = read(fd, out->s + out->len, 64 * 1024);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "cannot read '%s'", name);
		if (n == 0)
			break;
		out->len += (size_t)n;
		if (out->len > max)
			return err_set(err, EFBIG, "'%s' is larger than %zu MiB", name,
				       max / 1024 / 1024);
	}
	strbuf_add(out, "", 0);
	return 0;
}

/* A pipe that has a name, and not one that somebody handed to us. */
static bool is_named_pipe(int fd, const struct stat *st)
{
	struct statfs fs;

	return S_ISFIFO(st->st_mode) && fstatfs(fd, &fs) == 0 && fs.f_type != PIPEFS_MAGIC;
}

/*
 * Opening a pipe waits for who writes to it. That is what is wanted of a pipe of ours, but a
 * stranger's, put in the place of a file, would keep us for ever.
 */
static int open_for_reading(const char *path, int *fd, struct err *err)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (*fd < 0 || fstat(*fd, &st) < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	if (S_ISREG(st.st_mode))
		return 0;
	if (is_named_pipe(*fd, &st) && !trust_user(st.st_uid))
		return err_set(err, EPERM,
			       "'%s' is a pipe of another user (uid %u), which is not waited for",
			       path, (unsigned int)st.st_uid);
	if (!is_named_pipe(*fd, &st))
		return fcntl(*fd, F_SETFL, 0) == 0 ? 0
						   : err_sys(err, errno, "cannot open '%s'", path);
	/* The very same once more, this time to wait for. */
	cleanup_free char *held = xasprintf("/proc/self/fd/%d", *fd);
	int waiting = open(held, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (waiting < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	(void)close(*fd);
	*fd = waiting;
	return 0;
}

int file_read(const char *path, size_t max, struct strbuf *out, struct err *err)
{
	cleanup_close int opened = -1;
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0) {
		int r = open_for_reading(path, &opened, err);
		if (r < 0)
			return r;
		fd = opened;
	}
	return file_read_from(fd, path, max, out, err);
}

char *file_read_link(int dir, const char *name)
{
	cleanup_strbuf struct strbuf target = STRBUF_INIT;

	for (size_t size = 256;; size *= 2) {
		strbuf_reserve(&target, size);
		ssize_t n = readlinkat(dir, name, target.s, size);
		if (n < 0)
			return NULL;
		/* It may have been cut off where it fills all of it. */
		if ((size_t)n < size)
			return xstrndup(target.s, (size_t)n);
	}
}

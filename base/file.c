#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

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

int file_read(const char *path, size_t max, struct strbuf *out, struct err *err)
{
	cleanup_close int opened = -1;
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0) {
		opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (opened < 0)
			return err_sys(err, errno, "cannot open '%s'", path);
		fd = opened;
	}
	for (;;) {
		strbuf_reserve(out, 64 * 1024);
		ssize_t n = read(fd, out->s + out->len, 64 * 1024);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "cannot read '%s'", path);
		if (n == 0)
			break;
		out->len += (size_t)n;
		if (out->len > max)
			return err_set(err, EFBIG, "'%s' is larger than %zu MiB", path,
				       max / 1024 / 1024);
	}
	strbuf_add(out, "", 0);
	return 0;
}

static int write_directly(const char *path, const char *data, size_t len, struct err *err)
{
	cleanup_close int opened = -1;
	int fd = STDOUT_FILENO;

	if (strcmp(path, "-") != 0) {
		opened = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (opened < 0)
			return err_sys(err, errno, "cannot open '%s' for writing", path);
		fd = opened;
	}
	int r = file_write_all(fd, data, len);
	if (r < 0)
		return err_sys(err, -r, "cannot write %s%s%s", opened < 0 ? "" : "'",
			       opened < 0 ? "standard output" : path, opened < 0 ? "" : "'");
	if (opened >= 0 && close(take_fd(&opened)) < 0)
		return err_sys(err, errno, "cannot write '%s'", path);
	return 0;
}

/* A new file has the mode that open(2) would have given it, a replaced one keeps its own. */
static mode_t mode_for(const struct stat *old)
{
	if (old != NULL)
		return old->st_mode & 07777;
	mode_t mask = umask(0);
	(void)umask(mask);
	return 0666 & ~mask;
}

/* Without this the rename itself may be lost with the machine. */
static void sync_directory_of(const char *path)
{
	cleanup_free char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');

	if (slash == NULL)
		(void)strcpy(dir, ".");
	else
		slash[slash == dir ? 1 : 0] = '\0';
	cleanup_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)fsync(fd);
}

static int fill_and_rename(int fd, const char *temporary, const char *target, mode_t mode,
			   const char *data, size_t len)
{
	int r = file_write_all(fd, data, len);

	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	/* Some file systems tell of a full disk only here. */
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(temporary, target) < 0)
		r = -errno;
	return r;
}

int file_replace(const char *path, const char *data, size_t len, struct err *err)
{
	struct stat st;
	bool exists = strcmp(path, "-") != 0 && stat(path, &st) == 0;

	if (strcmp(path, "-") == 0 || (exists && !S_ISREG(st.st_mode)))
		return write_directly(path, data, len, err);
	cleanup_free char *resolved = exists ? realpath(path, NULL) : NULL;
	const char *target = resolved != NULL ? resolved : path;
	const char *slash = strrchr(target, '/');
	int dir_len = slash != NULL ? (int)(slash - target + 1) : 0;
	cleanup_free char *temporary =
		xasprintf("%.*s.%.200s.XXXXXX", dir_len, target, target + dir_len);

	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "cannot create '%s'", path);
	int r = fill_and_rename(fd, temporary, target, mode_for(exists ? &st : NULL), data, len);
	if (r < 0) {
		(void)unlink(temporary);
		return err_sys(err, -r, "cannot write '%s'", path);
	}
	sync_directory_of(target);
	return 0;
}

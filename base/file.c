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

/* ---- Names ---------------------------------------------------------------------------------- */

#define LINKS_MAX 40 /* as the kernel has it */

/* How much of a path is its directory, the slash included. */
static int directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (int)(slash - path + 1) : 0;
}

static char *directory_of(const char *path)
{
	int len = directory_length(path);

	return len == 0 ? xstrdup(".") : xasprintf("%.*s", len, path);
}

/* N of /proc/self/fd/N, however it is spelled; -1. */
static int descriptor_at(const char *path)
{
	const char *digits = path + directory_length(path);
	size_t n = strspn(digits, "0123456789");

	if (n == 0 || n > 9 || digits[n] != '\0')
		return -1;
	cleanup_free char *dir = directory_of(path);
	cleanup_free char *real = realpath(dir, NULL), *ours = realpath("/proc/self/fd", NULL);
	if (real == NULL || ours == NULL || strcmp(real, ours) != 0)
		return -1;
	return (int)strtol(digits, NULL, 10);
}

/*
 * Follows the links at the end of a path, whether or not there is a file at their end. A descriptor
 * of ours is an end as well: what it is open for may have no name, or not have it any more.
 */
static char *follow_links(const char *path, int *fd)
{
	char *at = xstrdup(path), link[PATH_MAX];

	*fd = -1;
	for (int i = 0; i < LINKS_MAX; i++) {
		*fd = descriptor_at(at);
		ssize_t n = *fd < 0 ? readlink(at, link, sizeof(link)) : -1;
		if (n < 0)
			break;
		int dir = link[0] == '/' ? 0 : directory_length(at);
		char *next = xasprintf("%.*s%.*s", dir, at, (int)n, link);
		free(at);
		at = next;
	}
	return at;
}

int file_descriptor(const char *path)
{
	int fd = STDOUT_FILENO;

	if (strcmp(path, "-") == 0)
		return fd;
	free(follow_links(path, &fd));
	return fd;
}

bool file_is_replaceable(const char *path)
{
	struct stat st;

	if (file_descriptor(path) >= 0)
		return false;
	return stat(path, &st) < 0 || S_ISREG(st.st_mode);
}

/* The name that a new file gets, links followed. NULL with errno. */
static char *target_of(const char *path)
{
	struct stat st;
	int fd;

	return stat(path, &st) == 0 ? realpath(path, NULL) : follow_links(path, &fd);
}

/* The name of a file that does not exist yet, in one spelling. */
static char *spell_out(const char *path)
{
	cleanup_free char *target = target_of(path);

	if (target == NULL)
		return xstrdup(path);
	cleanup_free char *dir = directory_of(target);
	cleanup_free char *real = realpath(dir, NULL);
	return xasprintf("%s/%s", real != NULL ? real : dir, target + directory_length(target));
}

static bool get_regular(const char *path, int fd, struct stat *st)
{
	return (fd >= 0 ? fstat(fd, st) : stat(path, st)) == 0 && S_ISREG(st->st_mode);
}

bool file_is_same(const char *a, const char *b)
{
	struct stat sta, stb;
	int fda = file_descriptor(a), fdb = file_descriptor(b);

	if (fda >= 0 && fda == fdb)
		return true;
	if (get_regular(a, fda, &sta) && get_regular(b, fdb, &stb))
		return sta.st_dev == stb.st_dev && sta.st_ino == stb.st_ino;
	if (fda >= 0 || fdb >= 0)
		return false;
	cleanup_free char *namea = spell_out(a), *nameb = spell_out(b);
	return strcmp(namea, nameb) == 0;
}

/* ---- Replacing ------------------------------------------------------------------------------ */

/* A new file has the mode that open(2) would have given it, a replaced one keeps its own. */
static mode_t mode_for(const struct stat *old)
{
	if (old != NULL)
		return old->st_mode & 07777;
	mode_t mask = umask(0);
	(void)umask(mask);
	return 0666 & ~mask;
}

/* Only root can give a file away, others at most to a group of theirs: else it is ours. */
static void keep_owner(int fd, const struct stat *old)
{
	if (fchown(fd, old->st_uid, old->st_gid) < 0 && fchown(fd, (uid_t)-1, old->st_gid) < 0)
		return;
}

int replacement_begin(struct replacement *new, const char *path, struct err *err)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;

	*new = (struct replacement)REPLACEMENT_INIT;
	if (!exists && errno != ENOENT)
		return err_sys(err, errno, "cannot create '%s'", path);
	new->target = target_of(path);
	if (new->target == NULL)
		return err_sys(err, errno, "cannot create '%s'", path);
	int dir_len = directory_length(new->target);
	new->temporary =
		xasprintf("%.*s.%.200s.XXXXXX", dir_len, new->target, new->target + dir_len);
	new->fd = mkostemp(new->temporary, O_CLOEXEC);
	if (new->fd < 0) {
		int error = errno;
		/* What has this name is another's. */
		free(TAKE_PTR(new->temporary));
		return err_sys(err, error, "cannot create '%s'", path);
	}
	if (exists)
		keep_owner(new->fd, &st);
	/* After the owner, which would take set-user-ID bits away. */
	if (fchmod(new->fd, mode_for(exists ? &st : NULL)) < 0)
		return err_sys(err, errno, "cannot create '%s'", path);
	return 0;
}

int replacement_commit(struct replacement *new)
{
	if (rename(new->temporary, new->target) < 0)
		return -errno;
	free(TAKE_PTR(new->temporary));
	return 0;
}

void replacement_release(struct replacement *new)
{
	if (new->temporary != NULL)
		(void)unlink(new->temporary);
	if (new->fd >= 0)
		(void)close(new->fd);
	free(new->temporary);
	free(new->target);
	*new = (struct replacement)REPLACEMENT_INIT;
}

/* Without this the rename itself may be lost with the machine. */
static void sync_directory_of(const char *path)
{
	cleanup_free char *dir = directory_of(path);
	cleanup_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)fsync(fd);
}

static int replace(struct replacement *new, const char *data, size_t len)
{
	int r = file_write_all(new->fd, data, len);

	if (r == 0 && fsync(new->fd) < 0)
		r = -errno;
	/* Some file systems tell of a full disk only here. */
	if (close(take_fd(&new->fd)) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		r = replacement_commit(new);
	if (r == 0)
		sync_directory_of(new->target);
	return r;
}

static int write_descriptor(int fd, const char *path, const char *data, size_t len, struct err *err)
{
	int r = file_write_all(fd, data, len);

	if (r < 0 && strcmp(path, "-") == 0)
		return err_sys(err, -r, "cannot write standard output");
	return r < 0 ? err_sys(err, -r, "cannot write '%s'", path) : 0;
}

static int write_in_place(const char *path, const char *data, size_t len, struct err *err)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s' for writing", path);
	int r = write_descriptor(fd, path, data, len, err);
	if (close(take_fd(&fd)) < 0 && r == 0)
		r = err_sys(err, errno, "cannot write '%s'", path);
	return r;
}

int file_replace(const char *path, const char *data, size_t len, struct err *err)
{
	struct replacement new;
	int fd = file_descriptor(path);

	if (fd >= 0)
		return write_descriptor(fd, path, data, len, err);
	if (!file_is_replaceable(path))
		return write_in_place(path, data, len, err);
	int r = replacement_begin(&new, path, err);
	if (r == 0) {
		r = replace(&new, data, len);
		if (r < 0)
			(void)err_sys(err, -r, "cannot write '%s'", path);
	}
	replacement_release(&new);
	return r;
}

static int check_descriptor(int fd, const char *path, struct err *err)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		return 0;
	if (strcmp(path, "-") == 0)
		return err_sys(err, EBADF, "cannot write standard output");
	return err_sys(err, EBADF, "cannot write '%s'", path);
}

int file_check(const char *path, struct err *err)
{
	struct replacement new;
	struct stat st;
	int fd = file_descriptor(path);

	if (fd >= 0)
		return check_descriptor(fd, path, err);
	if (!file_is_replaceable(path)) {
		/* Opening could wait for a reader, or be heard by one. */
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return err_sys(err, EISDIR, "cannot write '%s'", path);
		return access(path, W_OK) < 0 ? err_sys(err, errno, "cannot write '%s'", path) : 0;
	}
	int r = replacement_begin(&new, path, err);
	replacement_release(&new);
	return r;
}

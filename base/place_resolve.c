/* Where a name leads: see place.h. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "file.h"
#include "trust.h"

#define LINKS_MAX 40 /* as the kernel has it */

/* Devices that are everybody's; in a container they may seem to belong to somebody. */
static bool is_common_device(const struct stat *st)
{
	static const struct {
		unsigned int major, minor;
	} common[] = {
		{1, 3}, /* null */
		{1, 5}, /* zero */
		{1, 7}, /* full */
		{5, 0}, /* tty */
	};

	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (st->st_rdev == makedev(common[i].major, common[i].minor))
			return true;
	return false;
}

static int check_special(const struct place *place, struct err *err)
{
	const struct stat *st = &place->st;

	if (S_ISBLK(st->st_mode))
		return err_set(err, EINVAL, "'%s' is a block device, which would be overwritten",
			       place->path);
	if (trust_user(st->st_uid) || (S_ISCHR(st->st_mode) && is_common_device(st)))
		return 0;
	return err_set(err, EPERM, "'%s' is a %s of another user (uid %u), which is not written to",
		       place->path, S_ISFIFO(st->st_mode) ? "pipe" : "device",
		       (unsigned int)st->st_uid);
}

/* ---- The way -------------------------------------------------------------------------------- */

struct walk {
	int dir;    /* owned: where we are */
	char *rest; /* owned: what is still to be walked */
	char *next; /* into `rest` */
	int links;  /* followed so far */
	bool has_stranger;
	uid_t stranger; /* whose link was followed */
	bool refused;   /* because of a link's owner */
};

/* The next name on the way, cut out of `rest`; NULL: there is none. */
static char *next_name(struct walk *walk, bool *last)
{
	char *name = walk->next + strspn(walk->next, "/");
	char *end = name + strcspn(name, "/");

	if (*name == '\0')
		return NULL;
	/* "x/" is a directory, and not the last name. */
	*last = *end == '\0';
	walk->next = *last ? end : end + 1;
	*end = '\0';
	return name;
}

static int enter(struct walk *walk, int fd)
{
	if (fd < 0)
		return -errno;
	if (walk->dir >= 0)
		(void)close(walk->dir);
	walk->dir = fd;
	return 0;
}

static int set_out(struct walk *walk)
{
	walk->next = walk->rest;
	if (*walk->rest == '/')
		return enter(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (walk->dir >= 0)
		return 0;
	return enter(walk, open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static int refuse(struct walk *walk)
{
	walk->refused = true;
	return -EPERM;
}

static bool is_in_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/*
 * A link may be followed when its owner or its directory can be trusted: else whoever can write
 * there leads us where he wants. Another user's link may lead to directories of his own, where he
 * could as well do himself what we do. (In /tmp and the like not even that: fs.protected_symlinks.)
 */
static int check_link(struct walk *walk, const struct stat *link)
{
	struct stat dir;

	if (fstat(walk->dir, &dir) < 0)
		return -errno;
	bool is_shared = (dir.st_mode & S_ISVTX) != 0 && (dir.st_mode & S_IWOTH) != 0;
	if (is_shared && link->st_uid != dir.st_uid && link->st_uid != geteuid())
		return refuse(walk);
	if (trust_user(link->st_uid))
		return 0;
	if (trust_user(dir.st_uid) && (dir.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return 0;
	if (walk->has_stranger && walk->stranger != link->st_uid)
		return refuse(walk);
	walk->has_stranger = true;
	walk->stranger = link->st_uid;
	return 0;
}

/* Is this where a stranger's link may lead? */
static int check_end(struct walk *walk)
{
	struct stat dir;

	if (!walk->has_stranger)
		return 0;
	if (fstat(walk->dir, &dir) < 0)
		return -errno;
	return dir.st_uid == walk->stranger ? 0 : refuse(walk);
}

/* Goes on along the text of the link that `fd` is. */
static int follow(struct walk *walk, int fd)
{
	cleanup_free char *text = file_read_link(fd, "");

	if (text == NULL)
		return -errno;
	if (*text == '\0' || strlen(text) >= PATH_MAX)
		return *text == '\0' ? -ENOENT : -ENAMETOOLONG;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	char *rest = xasprintf("%s%s%s", text, *walk->next != '\0' ? "/" : "", walk->next);
	free(walk->rest);
	walk->rest = rest;
	return set_out(walk);
}

/* A name with more to come. */
static int walk_through(struct walk *walk, const char *name)
{
	struct stat st;
	int fd = openat(walk->dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || (errno != ENOTDIR && errno != ELOOP))
		return enter(walk, fd);
	cleanup_close int link = openat(walk->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (link < 0 || fstat(link, &st) < 0)
		return -errno;
	if (!S_ISLNK(st.st_mode))
		return -ENOTDIR;
	/* What these lead to need not have the name that they show. */
	if (is_in_proc(link))
		return enter(walk, openat(walk->dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC));
	int r = check_link(walk, &st);
	return r < 0 ? r : follow(walk, link);
}

/* ---- Its end -------------------------------------------------------------------------------- */

/*
 * N of /proc/self/fd/N; -1. A descriptor of ours is an end by itself: what it is open for may have
 * no name, or not have it any more.
 */
static int descriptor_of(const struct walk *walk, const char *name)
{
	size_t n = strspn(name, "0123456789");
	struct stat here, fds;

	if (n == 0 || n > 9 || name[n] != '\0')
		return -1;
	cleanup_close int ours = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ours < 0 || fstat(ours, &fds) < 0 || fstat(walk->dir, &here) < 0 ||
	    !file_is_same(&here, &fds))
		return -1;
	return (int)strtol(name, NULL, 10);
}

/* A link of /proc: what it leads to has perhaps no name at all. 1: there is more to walk. */
static int end_in_proc(struct walk *walk, const char *name, int link, struct place *place)
{
	int fd = openat(walk->dir, name, O_PATH | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &place->st) < 0)
		return -errno;
	if (S_ISDIR(place->st.st_mode) || S_ISREG(place->st.st_mode)) {
		(void)close(fd);
		int r = follow(walk, link);
		return r < 0 ? r : 1;
	}
	place->kind = PLACE_SPECIAL;
	place->old = fd;
	return 0;
}

/* The last name. 1: it was a link, and there is more to walk. */
static int walk_to(struct walk *walk, const char *name, struct place *place)
{
	place->fd = descriptor_of(walk, name);
	if (place->fd >= 0) {
		place->kind = PLACE_DESCRIPTOR;
		return 0;
	}
	cleanup_close int fd = openat(walk->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return -errno;
	if (fd >= 0 && fstat(fd, &place->st) < 0)
		return -errno;
	if (fd >= 0 && S_ISDIR(place->st.st_mode))
		return -EISDIR;
	if (fd >= 0 && S_ISLNK(place->st.st_mode)) {
		if (is_in_proc(fd))
			return end_in_proc(walk, name, fd, place);
		int r = check_link(walk, &place->st);
		if (r == 0)
			r = follow(walk, fd);
		return r < 0 ? r : 1;
	}
	place->kind = fd < 0 || S_ISREG(place->st.st_mode) ? PLACE_FILE : PLACE_SPECIAL;
	place->name = xstrdup(name);
	place->old = take_fd(&fd);
	return check_end(walk);
}

static int walk_all(struct walk *walk, struct place *place)
{
	int r = *walk->rest != '\0' ? set_out(walk) : -ENOENT;

	while (r == 0) {
		bool last;
		const char *name = next_name(walk, &last);

		if (name == NULL)
			return -EISDIR;
		if (!last || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
			r = walk_through(walk, name);
			continue;
		}
		r = walk_to(walk, name, place);
		if (r <= 0)
			return r;
		r = 0;
	}
	return r;
}

static int explain(const struct walk *walk, const char *path, int r, struct err *err)
{
	if (walk->refused && walk->has_stranger)
		return err_set(
			err, EPERM,
			"'%s' leads through a symbolic link of another user (uid %u), which is "
			"not followed: name what it leads to",
			path, (unsigned int)walk->stranger);
	if (walk->refused)
		return err_set(err, EPERM,
			       "'%s' leads through a symbolic link of another user, which is not "
			       "followed in a directory that all can write to",
			       path);
	return err_sys(err, -r, r == -EISDIR ? "cannot write '%s'" : "cannot create '%s'", path);
}

int place_resolve(struct place *place, const char *path, struct err *err)
{
	struct walk walk = {.dir = -1, .rest = xstrdup(path)};
	int r = 0;

	*place = (struct place)PLACE_INIT;
	place->path = xstrdup(path);
	/* The clock that file systems have. */
	(void)clock_gettime(CLOCK_REALTIME_COARSE, &place->found);
	if (strcmp(path, "-") == 0)
		place->fd = STDOUT_FILENO;
	else
		r = walk_all(&walk, place);
	if (r < 0)
		(void)explain(&walk, path, r, err);
	else if (place->name != NULL)
		place->dir = take_fd(&walk.dir);
	if (r == 0 && place->kind == PLACE_SPECIAL)
		r = check_special(place, err);
	if (walk.dir >= 0)
		(void)close(walk.dir);
	free(walk.rest);
	return r;
}

int place_open_dir(const char *path)
{
	struct place none = PLACE_INIT;
	struct walk walk = {.dir = -1, .rest = xasprintf("%s/", path)};
	int r = walk_all(&walk, &none);

	/* It is one: the way ends there. */
	if (r == -EISDIR)
		r = check_end(&walk);
	free(walk.rest);
	if (r == 0)
		return walk.dir;
	if (walk.dir >= 0)
		(void)close(walk.dir);
	return r;
}

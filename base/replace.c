#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"

/* ---- Temporary names ------------------------------------------------------------------------ */

#define TEMPORARY_TRIES 100

void unique_suffix(char suffix[UNIQUE_SUFFIX_LEN + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	unsigned char random[UNIQUE_SUFFIX_LEN];

	/* Early in the machine's life or without the call: then names are only less surprising. */
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random)) {
		struct timespec now;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		for (size_t i = 0; i < sizeof(random); i++)
			random[i] = (unsigned char)(now.tv_nsec >> (3 * i));
	}
	for (size_t i = 0; i < sizeof(random); i++)
		suffix[i] = letters[random[i] % (sizeof(letters) - 1)];
	suffix[UNIQUE_SUFFIX_LEN] = '\0';
}

/* A name beside the one that is wanted: ".NAME.XXXXXX". */
static char *temporary_name(const struct place *place)
{
	char suffix[UNIQUE_SUFFIX_LEN + 1];

	unique_suffix(suffix);
	return xasprintf(".%.200s.%s", place->name, suffix);
}

static void hold_signals(struct replacement *new)
{
	sigset_t all;

	if (new->holds_signals)
		return;
	(void)sigfillset(&all);
	new->holds_signals = sigprocmask(SIG_SETMASK, &all, &new->before) == 0;
}

static int create_named(struct replacement *new, const struct place *place)
{
	hold_signals(new);
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		char *name = temporary_name(place);
		new->fd = openat(place->dir, name,
				 O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (new->fd >= 0) {
			new->temporary = name;
			return 0;
		}
		free(name);
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* A file without a name can get one only by way of this. */
static char *name_in_proc(int fd)
{
	return xasprintf("/proc/self/fd/%d", fd);
}

static bool create_nameless(struct replacement *new)
{
	new->fd = openat(new->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (new->fd < 0)
		return false;
	cleanup_free char *name = name_in_proc(new->fd);
	if (access(name, F_OK) == 0)
		return true;
	(void)close(take_fd(&new->fd));
	return false;
}

static int link_to(const struct replacement *new, const char *name)
{
	cleanup_free char *source = name_in_proc(new->fd);

	return linkat(AT_FDCWD, source, new->dir, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

/* Gives a nameless file a temporary name. */
static int name_it(struct replacement *new, const struct place *place)
{
	hold_signals(new);
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		char *name = temporary_name(place);
		int r = link_to(new, name);
		if (r == 0)
			new->temporary = name;
		else
			free(name);
		if (r != -EEXIST)
			return r;
	}
	return -EEXIST;
}

/* ---- Replacing ------------------------------------------------------------------------------ */

int replacement_begin(struct replacement *new, const struct place *place, struct err *err)
{
	struct stat dir;

	*new = (struct replacement)REPLACEMENT_INIT;
	new->dir = place->dir;
	int r = fstat(place->dir, &dir) < 0 ? -errno : 0;
	/* A directory that was removed takes files without a name. */
	if (r == 0 && dir.st_nlink == 0)
		r = -ENOENT;
	if (r == 0 && !create_nameless(new))
		r = create_named(new, place);
	return r < 0 ? err_sys(err, -r, "cannot create '%s'", place->path) : 0;
}

/* A new file has the mode that open(2) would have given it. */
static mode_t mode_of_new(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return 0666 & ~mask;
}

/*
 * Only root can give a file away, others at most to a group of theirs: else it is ours. The bits
 * above 0777 are for what the old file was. A file system that knows no modes may refuse one; then
 * it stays closed to others.
 */
static void keep_owner_and_mode(int fd, const struct stat *old)
{
	struct stat now;

	if (fstat(fd, &now) == 0 && (now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(fd, old->st_uid, old->st_gid) < 0)
		(void)!fchown(fd, (uid_t)-1, old->st_gid);
	(void)fchmod(fd, old->st_mode & 0777);
}

static int give_new_name(struct replacement *new, const struct place *place)
{
	struct stat st;

	(void)fchmod(new->fd, mode_of_new());
	if (new->temporary == NULL)
		return link_to(new, place->name);
	int r = renameat2(new->dir, new->temporary, new->dir, place->name, RENAME_NOREPLACE);
	/*
	 * A file system without that: exFAT, FUSE. Many of these have no hard links either, or take
	 * the two for different files, so that nothing but a last look is left.
	 */
	if (r < 0 && (errno == EINVAL || errno == ENOSYS)) {
		if (fstatat(new->dir, place->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return -EEXIST;
		r = renameat(new->dir, new->temporary, new->dir, place->name);
	}
	if (r < 0)
		return -errno;
	free(TAKE_PTR(new->temporary));
	return 0;
}

static bool names_file(int dir, const char *name, int fd)
{
	struct stat named, held;

	return fstatat(dir, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &held) == 0 &&
	       named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

/*
 * What had the name may have been replaced since we looked. So both are exchanged, and then looked
 * at again: if it was not the file that was meant, it gets its name back.
 */
static int exchange(struct replacement *new, const struct place *place)
{
	if (renameat2(new->dir, new->temporary, new->dir, place->name, RENAME_EXCHANGE) < 0) {
		if (errno != EINVAL && errno != ENOSYS)
			return errno == ENOENT ? -EEXIST : -errno;
		if (renameat(new->dir, new->temporary, new->dir, place->name) < 0)
			return -errno;
		free(TAKE_PTR(new->temporary));
		return 0;
	}
	if (names_file(new->dir, new->temporary, place->old))
		return 0;
	(void)renameat2(new->dir, new->temporary, new->dir, place->name, RENAME_EXCHANGE);
	/* Whatever has the temporary name: it is not removed unless it is ours. */
	if (!names_file(new->dir, new->temporary, new->fd))
		free(TAKE_PTR(new->temporary));
	return -EEXIST;
}

static int take_name(struct replacement *new, const struct place *place)
{
	struct stat old;
	int r = new->temporary == NULL ? name_it(new, place) : 0;

	if (r < 0)
		return r;
	if (fstat(place->old, &old) < 0)
		return -errno;
	/* Once it has a name: who gives a file away may not name it any more. */
	keep_owner_and_mode(new->fd, &old);
	return exchange(new, place);
}

int replacement_commit(struct replacement *new, struct place *place, struct err *err)
{
	int r = place_state(place);
	bool exists = r == 0 && place->old >= 0;

	if (r == 0 || r == -ENOENT)
		r = exists ? take_name(new, place) : give_new_name(new, place);
	if (r == 0) {
		place_adopt(place, new->fd);
		return 0;
	}
	if (r == -EEXIST)
		return err_set(
			err, EEXIST,
			"'%s' was changed meanwhile: the name is now that of something else, "
			"which stays as it is",
			place->path);
	if (r == -ESTALE)
		return err_set(err, ESTALE,
			       "'%s' was changed meanwhile: its content is another one now, which "
			       "stays as it is",
			       place->path);
	return err_sys(err, -r, "cannot %s '%s'", exists ? "replace" : "create", place->path);
}

void replacement_release(struct replacement *new)
{
	if (new->temporary != NULL)
		(void)unlinkat(new->dir, new->temporary, 0);
	if (new->fd >= 0)
		(void)close(new->fd);
	free(new->temporary);
	if (new->holds_signals)
		(void)sigprocmask(SIG_SETMASK, &new->before, NULL);
	*new = (struct replacement)REPLACEMENT_INIT;
}

void place_sync_dir(const struct place *place)
{
	cleanup_close int fd =
		openat(place->dir, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		(void)fsync(fd);
}

/* ---- Writing -------------------------------------------------------------------------------- */

static int explain_write(const struct place *place, int r, struct err *err)
{
	if (r == 0)
		return 0;
	if (strcmp(place->path, "-") == 0)
		return err_sys(err, -r, "cannot write standard output");
	return err_sys(err, -r, "cannot write '%s'", place->path);
}

bool place_needs_writing_in_place(const struct place *place, int r)
{
	bool forbidden = r == -EACCES || r == -EPERM || r == -EROFS || r == -EBUSY || r == -EXDEV;

	return forbidden && place->old >= 0 && place_state(place) == 0;
}

static int write_in_place(struct place *place, const char *data, size_t len, struct err *err)
{
	bool is_file = place->kind == PLACE_FILE;
	int fd = place_open(place, O_WRONLY);

	if (fd < 0)
		return explain_write(place, fd, err);
	place->ours = true;
	int r = is_file && ftruncate(fd, 0) < 0 ? -errno : file_write_all(fd, data, len);
	if (r == 0 && is_file)
		r = file_sync(fd);
	/* Some file systems tell of a full disk only here. */
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return explain_write(place, r, err);
}

static int replace(struct place *place, const char *data, size_t len, struct err *err)
{
	struct replacement new;
	int r = replacement_begin(&new, place, err);

	if (r == 0) {
		r = file_write_all(new.fd, data, len);
		if (r == 0)
			r = file_sync(new.fd);
		r = r < 0 ? explain_write(place, r, err) : replacement_commit(&new, place, err);
	}
	replacement_release(&new);
	if (r == 0)
		place_sync_dir(place);
	return r;
}

int place_write(struct place *place, const char *data, size_t len, struct err *err)
{
	if (place->kind == PLACE_DESCRIPTOR)
		return explain_write(place, file_write_all(place->fd, data, len), err);
	if (place->kind == PLACE_SPECIAL)
		return write_in_place(place, data, len, err);
	struct err why = {0};
	int r = replace(place, data, len, &why);
	if (place_needs_writing_in_place(place, r)) {
		/* What would help is said of the way that was meant. */
		if (write_in_place(place, data, len, NULL) == 0)
			r = 0;
	}
	if (r < 0)
		(void)err_set(err, -r, "%s", err_text(&why));
	err_done(&why);
	return r;
}

/* ---- Checking ------------------------------------------------------------------------------- */

static int check_descriptor(const struct place *place, struct err *err)
{
	int flags = fcntl(place->fd, F_GETFL);
	bool writable = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;

	return explain_write(place, writable ? 0 : -EBADF, err);
}

/* Not opened: that could wait for a reader, or be heard by one. */
static int check_access(const struct place *place)
{
	cleanup_free char *held = name_in_proc(place->old);

	if (faccessat(AT_FDCWD, held, W_OK, AT_EACCESS) == 0)
		return 0;
	if (errno != ENOENT || place->name == NULL)
		return -errno;
	return faccessat(place->dir, place->name, W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) < 0
		       ? -errno
		       : 0;
}

int place_prepare(const struct place *place, struct replacement *new, struct err *err)
{
	*new = (struct replacement)REPLACEMENT_INIT;
	if (place->kind == PLACE_DESCRIPTOR)
		return check_descriptor(place, err);
	int r = place->old >= 0 ? check_access(place) : 0;
	if (r < 0)
		return explain_write(place, r, err);
	if (place->kind == PLACE_SPECIAL)
		return 0;
	struct err why = {0};
	r = replacement_begin(new, place, &why);
	if (r < 0 || new->temporary != NULL)
		replacement_release(new);
	if (place_needs_writing_in_place(place, r))
		r = 0;
	if (r < 0)
		(void)err_set(err, -r, "%s", err_text(&why));
	err_done(&why);
	return r;
}

int place_check(const struct place *place, struct err *err)
{
	struct replacement new;
	int r = place_prepare(place, &new, err);

	replacement_release(&new);
	return r;
}

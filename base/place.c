#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"

void place_release(struct place *place)
{
	if (place->dir >= 0)
		(void)close(place->dir);
	if (place->old >= 0)
		(void)close(place->old);
	free(place->path);
	free(place->name);
	*place = (struct place)PLACE_INIT;
}

bool place_is(const struct place *place, const struct stat *st)
{
	struct stat mine;
	int fd = place->kind == PLACE_DESCRIPTOR ? place->fd : place->old;

	return S_ISREG(st->st_mode) && fd >= 0 && fstat(fd, &mine) == 0 && file_is_same(&mine, st);
}

bool place_same(const struct place *a, const struct place *b)
{
	struct stat sta, stb;
	int fdb = b->kind == PLACE_DESCRIPTOR ? b->fd : b->old;

	if (a->kind == PLACE_DESCRIPTOR && b->kind == PLACE_DESCRIPTOR && a->fd == b->fd)
		return true;
	if (fdb >= 0 && fstat(fdb, &stb) == 0 && place_is(a, &stb))
		return true;
	if (a->dir < 0 || b->dir < 0 || fstat(a->dir, &sta) < 0 || fstat(b->dir, &stb) < 0)
		return false;
	return file_is_same(&sta, &stb) && strcmp(a->name, b->name) == 0;
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/*
 * Written to since it was found? File systems of the network and of other processes may show an
 * older time at first: that it differs is not enough.
 */
static bool was_written_to(const struct place *place, const struct stat *now)
{
	const struct timespec *then = &place->st.st_mtim;

	return now->st_size != place->st.st_size ||
	       ((is_before(&now->st_mtim, then) || is_before(then, &now->st_mtim)) &&
		!is_before(&now->st_mtim, &place->found));
}

int place_state(const struct place *place)
{
	struct stat held, named;

	if (fstatat(place->dir, place->name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno != ENOENT ? -errno : place->old >= 0 ? -ENOENT : 0;
	if (place->old < 0 || fstat(place->old, &held) < 0 || !file_is_same(&held, &named))
		return -EEXIST;
	return !place->ours && was_written_to(place, &held) ? -ESTALE : 0;
}

int place_open(const struct place *place, int flags)
{
	struct stat held, st;

	if (place->old < 0)
		return -ENOENT;
	cleanup_free char *held_name = xasprintf("/proc/self/fd/%d", place->old);
	cleanup_close int fd = open(held_name, flags | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		return take_fd(&fd);
	if (errno != ENOENT || place->kind != PLACE_FILE)
		return -errno;
	/* Without /proc: by its name, if that is still the same. */
	fd = openat(place->dir, place->name,
		    flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0 || fstat(place->old, &held) < 0)
		return -errno;
	return file_is_same(&held, &st) ? take_fd(&fd) : -EEXIST;
}

void place_adopt(struct place *place, int fd)
{
	if (place->old >= 0)
		(void)close(place->old);
	place->old = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	place->ours = true;
}

char *place_name_now(const struct place *place)
{
	struct stat st;

	if (place->kind != PLACE_FILE || (stat(place->path, &st) == 0 && place_is(place, &st)))
		return xstrdup(place->path);
	cleanup_free char *link = xasprintf("/proc/self/fd/%d", place->dir);
	cleanup_free char *dir = file_read_link(AT_FDCWD, link);
	return dir != NULL ? xasprintf("%s/%s", dir, place->name) : xstrdup(place->path);
}

/*
 * A place: where an output goes, found out once, before anything runs that could change it.
 *
 * A name that is looked up twice may lead elsewhere the second time: whoever can write in a
 * directory on the way can put a link there. So the name is walked once, and from then on the
 * directory is held by a descriptor, and so is what has the name in it. Links that the user may
 * have meant are followed while walking, never later.
 */
#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#include "err.h"
#include "strbuf.h"

enum place_kind {
	PLACE_DESCRIPTOR, /* a descriptor of this process: "-", /dev/stdout, /dev/fd/3, ... */
	PLACE_FILE,       /* a regular file, or none yet: can be replaced */
	PLACE_SPECIAL,    /* a pipe or a device: is written to */
};

struct place {
	enum place_kind kind;
	char *path;     /* owned: as the user wrote it, for messages */
	int fd;         /* PLACE_DESCRIPTOR: which one; borrowed, and may be closed */
	int dir;        /* owned: the directory; -1: none (a descriptor, or a link of /proc) */
	char *name;     /* owned: the name in it; NULL where there is no `dir` */
	int old;        /* owned: what has the name, not open for anything; -1: nothing has */
	bool ours;      /* what has the name was put there by us since */
	struct stat st; /* of `old` when it was found, */
	struct timespec found; /* at this time */
};

#define PLACE_INIT                             \
	{                                      \
		.fd = -1, .dir = -1, .old = -1 \
	}

/*
 * Finds the place that a name means for writing; "-" is standard output. A symbolic link is
 * followed, also one to a file that does not exist yet, but not one of another user that leads out
 * of that user's directories. Errors: that, a directory, a way that does not exist, and what is not
 * written to because it is another's: a pipe, which could keep us waiting, or a device. Block
 * devices never are. Release it in any case.
 */
int place_resolve(struct place *place, const char *path, struct err *err);

void place_release(struct place *place);

/* Would both, written to, be the same regular file or the same descriptor of ours? */
bool place_same(const struct place *a, const struct place *b);

/* Is `st` of the file that the place has, or is open for, now? False for what is no regular file. */
bool place_is(const struct place *place, const struct stat *st);

/*
 * Is the name what it was? 0: yes. -ENOENT: it had a file and has none. -EEXIST: it has another
 * one, or something else. -ESTALE: the same, but its content was changed, and not by us.
 */
int place_state(const struct place *place);

/*
 * Opens the very file that was found, whatever the name means by now. A descriptor of the
 * caller's, or negative errno. -ENOENT: nothing had the name.
 */
int place_open(const struct place *place, int flags);

/* The file that `fd` is open for has got the name, by our doing. */
void place_adopt(struct place *place, int fd);

/*
 * Where the file is now, for messages: the path as it was written or, when that has come to mean
 * something else, the present name of the directory and the name in it. The caller's to free.
 */
char *place_name_now(const struct place *place);

/* Holds a directory by a descriptor, found in the same way. Negative errno on failure. */
int place_open_dir(const char *path);

#endif

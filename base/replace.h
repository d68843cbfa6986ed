/* Writing to a place: whole files, so that a reader sees the old or the new content. */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "place.h"

/*
 * Writes a whole content to a place. A file is replaced: a new one is written in its directory,
 * synced, and then gets the name, so the old one stays untouched until the new one is whole on
 * disk. It keeps the permissions of the old one, never more than 0777 of them, and where we may
 * give files away its owner. Only where its directory or a mount stands against that is the very
 * file written to in place. What has changed since the place was found is an error, see
 * place_state(), but a file that was removed is made anew. Pipes, devices and descriptors are
 * written to directly.
 */
int place_write(struct place *place, const char *data, size_t len, struct err *err);

/* A file that is being written for the place that it is to take. */
struct replacement {
	int fd;             /* owned: open for reading and writing; -1: none */
	int dir;            /* borrowed from the place */
	char *temporary;    /* owned: its present name in `dir`; NULL: it has none */
	bool holds_signals; /* so that none leaves the temporary name behind */
	sigset_t before;
};

#define REPLACEMENT_INIT \
	{                \
		.fd = -1 \
	}

/*
 * Creates a file without a name in the place's directory; where the file system has no such
 * thing, one with a temporary name, and signals are held until it is released. Only for PLACE_FILE.
 */
int replacement_begin(struct replacement *new, const struct place *place, struct err *err);

/* Would place_write() be able to? Finds out without changing anything, or leaving anything. */
int place_check(const struct place *place, struct err *err);

/*
 * The same, and keeps in *new, for a replacement_commit(), the file without a name that this made: on some
 * file systems that costs more than all else. Where there is none, new->fd is -1. Release it in any case.
 */
int place_prepare(const struct place *place, struct replacement *new, struct err *err);

/* Puts it in its place, which is then ours. On failure nothing has changed. */
int replacement_commit(struct replacement *new, struct place *place, struct err *err);

/* Removes it, if it has only a temporary name; closes and frees everything. */
void replacement_release(struct replacement *new);

/*
 * Is `r`, of one of these, the word of a directory or a mount that does not let the file be
 * replaced, so that only the file itself is left to be written to?
 */
bool place_needs_writing_in_place(const struct place *place, int r);

/* So that a new name is not lost with the machine. */
void place_sync_dir(const struct place *place);

#define UNIQUE_SUFFIX_LEN 6

/* Letters and digits that make a name a new one, most likely. */
void unique_suffix(char suffix[UNIQUE_SUFFIX_LEN + 1]);

#endif

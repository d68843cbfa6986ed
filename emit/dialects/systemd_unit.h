/* A unit while it is read: what the parts of the reader of dialect systemd share. */
#ifndef EMIT_SYSTEMD_UNIT_H
#define EMIT_SYSTEMD_UNIT_H

#include "dialect.h"
#include "systemd_other.h"

struct list_entry;

struct unit {
	const char *name; /* of the document, for messages */
	struct reading *reading;
	struct err *err;
	size_t line; /* of the word or the assignment at hand */

	/* SystemCallFilter= */
	bool given;              /* some assignment began a list */
	bool allows;             /* the list is of what is allowed, not of what is refused */
	bool inverted;           /* the assignment at hand began with ~ */
	struct list_entry *list; /* owned: a hash table */
	struct list_entry *gone; /* owned, too: named, and not in the list any more, or never */
	size_t n_groups;         /* named until now */

	struct verdict refused; /* SystemCallErrorNumber= */
	bool has_abis;          /* SystemCallArchitectures= */
	struct systemd_others others;
	bool seen; /* one of these three settings */
};

/* Adds the finding that systemd skips a word, at the line at hand, and why. */
void unit_skip(const struct unit *unit, const char *word, const char *why);

/* The same; the one of `n` words that was meant is added, when one is near. */
void unit_skip_unknown(const struct unit *unit, const char *word, const char *why,
		       const char *const *words, size_t n);

/* Hands over each word of a value until one fails; a rest that is no word is skipped. */
int unit_take_words(struct unit *unit, const char *value, size_t line, bool quotes,
		    int (*take)(struct unit *unit, char *word));

#endif

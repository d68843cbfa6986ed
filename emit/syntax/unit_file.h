/*
 * Unit files, taken apart as systemd takes them apart: lines that a backslash joins, sections,
 * assignments, words. What systemd 252 does was found by giving it such files.
 */
#ifndef EMIT_UNIT_FILE_H
#define EMIT_UNIT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "strbuf.h"

/* Start with the name for messages, the text (borrowed), and STRBUF_INIT. */
struct unit_file {
	const char *name;
	const char *rest;
	size_t line;        /* how many lines were read; the number of the last one */
	struct strbuf text; /* the line at hand, with those that continue it: release it */
	bool marked;        /* was there a byte order mark? */
	bool too_long;      /* is that line longer than systemd reads any? */
};

enum unit_line_kind {
	UNIT_SECTION,    /* [TEXT] */
	UNIT_ASSIGNMENT, /* TEXT=VALUE */
	UNIT_JUNK,       /* neither: systemd skips it with a remark in the journal */
};

/* The texts are in the file's `text`, until the next line. Blanks around them are gone. */
struct unit_line {
	enum unit_line_kind kind;
	size_t number; /* where it begins */
	const char *text;
	const char *value;   /* of an assignment */
	size_t value_number; /* the line where the value begins */
};

/*
 * The next line that is neither empty nor a comment. Returns 1, 0 at the end, or -EINVAL with
 * "NAME:LINE: ..." where systemd does not load the file at all.
 */
int unit_file_next(struct unit_file *file, struct unit_line *line, struct err *err);

/* The words of a value. */
struct unit_words {
	const char *rest;
	size_t line; /* of the last word; at first of the value */
	bool quotes; /* are quotes taken away, and blanks within them part of the word? */
};

/*
 * The next word, into `word`. A backslash makes the character behind it an ordinary one. Returns
 * 1, 0 at the end, or -EINVAL where systemd skips the rest: a quote that is not closed, or a
 * backslash with nothing behind it.
 */
int unit_words_next(struct unit_words *words, struct strbuf *word);

#endif

/* Text documents, line by line. */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A line without its end and the blanks around it. */
struct line {
	const char *text; /* in the document; not ended by a NUL */
	size_t len;
	size_t number; /* from 1 */
};

/*
 * The next line; *rest is where it begins, and moves on. Zero `line` at first. Returns false at
 * the end of the text.
 */
bool line_next(const char **rest, struct line *line);

/* Empty, or a comment that begins with one of `marks`. */
bool line_is_blank(const struct line *line, const char *marks);

bool line_begins(const struct line *line, const char *prefix);

/* The same without a comment at its end. */
struct line line_without_comment(const struct line *line, char mark);

#endif

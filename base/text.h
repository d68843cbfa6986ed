/* Text that came from outside: file names, process names, numbers written by people. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

/*
 * Adds `text` as valid UTF-8 for a document: bytes that are not UTF-8 become the four
 * characters \xNN. Everything else stays, control characters too.
 */
void strbuf_add_utf8(struct strbuf *sb, const char *text);

/*
 * The same for a terminal: control characters, and characters that are invisible, break lines or
 * turn the direction of writing, become \xNN as well.
 */
void strbuf_add_printable(struct strbuf *sb, const char *text);

/* The same between double quotes for a message, cut when it is long. */
void strbuf_add_quoted(struct strbuf *sb, const char *text);

/* The length of the UTF-8 sequence at `s` (1-4), or 0 when there is none. `s` ends with NUL. */
size_t utf8_length(const char *s);

/* How many bytes at the start of a text are a byte order mark: 3 or 0. */
size_t text_mark_length(const char *text, size_t len);

/* In any letter case, as for ".json" at the end of a file's name. */
bool text_ends_with(const char *text, const char *end);

/* A whole decimal number and nothing else, at most `max`; false otherwise. */
bool parse_u64(const char *text, uint64_t max, uint64_t *value);

/* The kernel's MAX_ERRNO: no system call returns a larger one. */
#define ERRNO_MAX 4095

/* The symbolic name of an errno value ("ENOSYS"), or NULL. */
const char *errno_name(int value);

/* The value of "ENOSYS" or of a decimal number from 0 to 4095; -1 when it is neither. */
int errno_by_name(const char *name);

#endif

/*
 * JSON written member by member, on one line without spaces, as json_add_line() has it: for lines that are
 * written while a workload waits, where an object of json-c that is made to be written once costs
 * several times as much. Whoever writes gives each key once, and closes what was opened.
 */
#ifndef BASE_JSON_LINE_H
#define BASE_JSON_LINE_H

#include <stdint.h>

#include "strbuf.h"

/* The line, or an object in it: open, its members, close. */
void json_line_open(struct strbuf *out);
void json_line_open_member(struct strbuf *out, const char *key);
void json_line_close(struct strbuf *out);

/* The newline behind the last brace. */
void json_line_end(struct strbuf *out);

/* A text of NULL is left out; in others, bytes that are not UTF-8 become \xNN. */
void json_line_text(struct strbuf *out, const char *key, const char *text);
void json_line_int(struct strbuf *out, const char *key, int64_t value);
void json_line_uint(struct strbuf *out, const char *key, uint64_t value);

/* A number as `text` has it, a JSON number. */
void json_line_number(struct strbuf *out, const char *key, const char *text);

/* An array of texts; `texts` ends with NULL. */
void json_line_texts(struct strbuf *out, const char *key, char *const *texts);

#endif

/* The words of JSON: blanks, strings, numbers. For json_parse.c, which puts containers together. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "json_parsing.h"
#include "strbuf.h"

struct json_scanner {
	struct json_parsing *parsing;
	const char *start, *at, *end;
	size_t line;
	int depth;
	size_t memory;
	struct strbuf text; /* the last string that was read */
	struct err *err;
};

/* The next character, and NUL at the end; a NUL in the text is taken by no rule. */
char json_peek(const struct json_scanner *p);

/* -EINVAL with "not JSON: WHAT", or that the text has ended. */
int json_refuse(const struct json_scanner *p, const char *what);

/* And comments, where they are to be taken. */
void json_skip_space(struct json_scanner *p);

/* A string into p->text; with `nul` it may hold NUL bytes. */
int json_scan_string(struct json_scanner *p, bool nul);

/* A string, a number, or null, false and true as values; NULL: null. They are the caller's. */
int json_scan_text(struct json_scanner *p, struct json_object **value);
int json_scan_number(struct json_scanner *p, struct json_object **value);
int json_scan_word(struct json_scanner *p, struct json_object **value);

#endif

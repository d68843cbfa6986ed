/*
 * Reads JSON text into json-c's objects. Not with json-c's own parser: when memory runs out it goes
 * on without what did not fit, and it keeps neither lines nor the first of two equal keys.
 */
#ifndef BASE_JSON_PARSE_H
#define BASE_JSON_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "json.h"
#include "json_parsing.h"

/*
 * Reads RFC 8259 JSON and, unless it is to be lenient, nothing beyond it; the whole text is one
 * value. On success *value is the caller's (NULL: null). Errors are -EINVAL (-E2BIG: too much
 * memory) with a message that has no place in it, for: what is
 * not JSON or not UTF-8, duplicate keys, whole numbers that no 64-bit integer holds, NUL in a
 * string, nesting too deep, too much memory, anything after the end. text[len] can be read and is
 * ASCII or NUL.
 */
int json_parse(struct json_parsing *parsing, const char *text, size_t len,
	       struct json_object **value, struct err *err);

#endif

/* How JSON is to be read, and what is found beside its values. */
#ifndef BASE_JSON_PARSING_H
#define BASE_JSON_PARSING_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

enum json_odd {
	JSON_COMMENT,    /* of either kind in C++ */
	JSON_NO_UNICODE, /* no UTF-8, half a surrogate pair, or NUL in a key: becomes U+FFFD */
};

/*
 * Who reads what others than RFC 8259 take: Go's encoding/json and yajl between them. Beside what is
 * odd that is whole numbers of more than 64 bits and -0, which become doubles; and duplicate keys.
 * As in Go, the later value is read into the earlier one: an object gets more members, the items of
 * a list are overwritten one by one, all else is replaced, a text not by null.
 */
struct json_lenient {
	void *data;
	void (*odd)(void *data, enum json_odd odd, size_t line);
	/* Called before a member or item is put in; a negative result ends the parsing. */
	int (*member)(void *data, struct json_object *object, const char *key, bool again,
		      size_t key_line, size_t line);
	/*
	 * In an object that does not have the key: the value of one that the reader takes for the same.
	 * NULL: there is none; or, as the function, nobody takes any for the same.
	 */
	struct json_object *(*earlier)(void *data, struct json_object *object, const char *key);
	void (*item)(void *data, struct json_object *array, size_t i, size_t line);
};

struct json_parsing {
	int depth_max;                      /* containers within containers */
	size_t memory_max;                  /* about how many bytes the values may need; 0: any */
	bool nul_in_text;                   /* may a string hold \u0000? A key never does */
	const struct json_lenient *lenient; /* NULL: strict */
	/* Results: */
	size_t line;   /* the line of the value, from 1; after an error, of what is wrong */
	size_t offset; /* after an error: of what is wrong */
};

#endif

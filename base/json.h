/*
 * JSON as json-c's objects, which other code makes and writes with these functions alone: json-c
 * returns NULL or -1 when memory runs out, and its writer then drops what does not fit without a
 * word. Here out of memory ends the program in oom(). json_object_get_string() is for strings alone:
 * of anything else it makes a text, and NULL when memory runs out.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "cleanup.h"
#include "strbuf.h"

/*
 * Each is the caller's to release with json_object_put(). In a text, bytes that are not UTF-8 become
 * \xNN; a text of NULL gives NULL, which is null.
 */
struct json_object *json_new_object(void);
struct json_object *json_new_array(void);
struct json_object *json_new_text(const char *text);
struct json_object *json_new_int(int64_t value);
struct json_object *json_new_uint(uint64_t value);
struct json_object *json_new_bool(bool value);

/* A number that is written as `text` says, a JSON number. */
struct json_object *json_new_double(double value, const char *text);

/* The same, with this many digits behind the point. */
struct json_object *json_new_decimal(double value, int digits);

/*
 * Add a member to an object, or replace it, or an item to an array; which take the value over. A
 * value of NULL is null, but json_set_text() leaves out a text of NULL.
 */
void json_set(struct json_object *object, const char *key, struct json_object *value);
void json_set_text(struct json_object *object, const char *key, const char *text);
void json_set_int(struct json_object *object, const char *key, int64_t value);
void json_set_uint(struct json_object *object, const char *key, uint64_t value);
void json_push(struct json_object *array, struct json_object *value);
void json_push_text(struct json_object *array, const char *text);

/*
 * Add the value to `out`: on one line without spaces; or two spaces a level, one member or item a
 * line, so that a change of one name is a change of one line. Neither ends with a newline. The
 * layout is ours because json-c's differs between its versions, and what is committed must not.
 */
void json_add(struct strbuf *out, struct json_object *value);
void json_add_indented(struct strbuf *out, struct json_object *value);

/* A text of valid UTF-8 as a JSON string. */
void json_add_string(struct strbuf *out, const char *text, size_t len);

/* On one line, with a newline behind it; takes the value over. */
void json_add_line(struct strbuf *out, struct json_object *value);

/* A document of its own: indented, with a newline behind it. */
void json_write(struct json_object *root, struct strbuf *out);

static inline void cleanup_jsonp(struct json_object **value)
{
	(void)json_object_put(*value);
}

#define cleanup_json CLEANUP(cleanup_jsonp) /* for an object that is the scope's, or NULL */

#endif

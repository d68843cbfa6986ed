#include "json.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

#define INDENT 2

static struct json_object *or_oom(struct json_object *value)
{
	if (value == NULL)
		oom();
	return value;
}

struct json_object *json_new_object(void)
{
	return or_oom(json_object_new_object());
}

struct json_object *json_new_array(void)
{
	return or_oom(json_object_new_array());
}

struct json_object *json_new_text(const char *text)
{
	cleanup_strbuf struct strbuf utf8 = STRBUF_INIT;

	if (text == NULL)
		return NULL;
	strbuf_add_utf8(&utf8, text);
	if (utf8.len > INT_MAX)
		oom();
	return or_oom(json_object_new_string_len(utf8.s, (int)utf8.len));
}

struct json_object *json_new_int(int64_t value)
{
	return or_oom(json_object_new_int64(value));
}

struct json_object *json_new_uint(uint64_t value)
{
	return or_oom(json_object_new_uint64(value));
}

struct json_object *json_new_bool(bool value)
{
	return or_oom(json_object_new_boolean(value));
}

struct json_object *json_new_double(double value, const char *text)
{
	return or_oom(json_object_new_double_s(value, text));
}

struct json_object *json_new_decimal(double value, int digits)
{
	cleanup_free char *text = xasprintf("%.*f", digits, value);

	return json_new_double(value, text);
}

void json_set(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value) != 0)
		oom();
}

void json_set_text(struct json_object *object, const char *key, const char *text)
{
	if (text != NULL)
		json_set(object, key, json_new_text(text));
}

void json_set_int(struct json_object *object, const char *key, int64_t value)
{
	json_set(object, key, json_new_int(value));
}

void json_set_uint(struct json_object *object, const char *key, uint64_t value)
{
	json_set(object, key, json_new_uint(value));
}

void json_push(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		oom();
}

void json_push_text(struct json_object *array, const char *text)
{
	json_push(array, json_new_text(text));
}

/* The letter that stands behind a backslash for this character, or 0. */
static char escape_letter(char c)
{
	static const char characters[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = strchr(characters, c);

	/* It also finds the NUL at the end. */
	return letters[found != NULL ? (size_t)(found - characters) : sizeof(letters) - 1];
}

static bool needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

void json_add_string(struct strbuf *out, const char *text, size_t len)
{
	const char *end = text + len;

	strbuf_reserve(out, len + 2);
	strbuf_addch(out, '"');
	while (text < end) {
		const char *plain = text;
		while (text < end && !needs_escape(*text))
			text++;
		strbuf_add(out, plain, (size_t)(text - plain));
		if (text == end)
			break;
		char letter = escape_letter(*text);
		if (letter != '\0')
			strbuf_addf(out, "\\%c", letter);
		else
			strbuf_addf(out, "\\u%04x", (unsigned)(unsigned char)*text);
		text++;
	}
	strbuf_addch(out, '"');
}

/* json-c keeps signed and unsigned numbers apart, but does not say which one it has. */
static void add_whole(struct strbuf *out, struct json_object *value)
{
	int64_t number = json_object_get_int64(value);

	if (number < 0)
		strbuf_addf(out, "%" PRId64, number);
	else
		strbuf_addf(out, "%" PRIu64, json_object_get_uint64(value));
}

static void add_scalar(struct strbuf *out, struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		strbuf_adds(out, json_object_get_boolean(value) ? "true" : "false");
		break;
	case json_type_int:
		add_whole(out, value);
		break;
	case json_type_double:
		/* json_object_new_double_s() keeps the text here. */
		strbuf_adds(out, json_object_get_userdata(value));
		break;
	case json_type_string:
		json_add_string(out, json_object_get_string(value),
				(size_t)json_object_get_string_len(value));
		break;
	default:
		strbuf_adds(out, "null");
	}
}

/* The level of a value that is on one line. */
#define ONE_LINE (-1)

static int inner(int level)
{
	return level == ONE_LINE ? ONE_LINE : level + 1;
}

static void add_newline(struct strbuf *out, int level)
{
	if (level != ONE_LINE)
		strbuf_addf(out, "\n%*s", level * INDENT, "");
}

static void add_value(struct strbuf *out, struct json_object *value, int level);

static void add_object(struct strbuf *out, struct json_object *object, int level)
{
	bool first = true;

	strbuf_addch(out, '{');
	json_object_object_foreach(object, key, value)
	{
		strbuf_adds(out, first ? "" : ",");
		add_newline(out, inner(level));
		json_add_string(out, key, strlen(key));
		strbuf_adds(out, level == ONE_LINE ? ":" : ": ");
		add_value(out, value, inner(level));
		first = false;
	}
	if (!first)
		add_newline(out, level);
	strbuf_addch(out, '}');
}

static void add_array(struct strbuf *out, struct json_object *array, int level)
{
	size_t n = json_object_array_length(array);

	strbuf_addch(out, '[');
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, i > 0 ? "," : "");
		add_newline(out, inner(level));
		add_value(out, json_object_array_get_idx(array, i), inner(level));
	}
	if (n > 0)
		add_newline(out, level);
	strbuf_addch(out, ']');
}

static void add_value(struct strbuf *out, struct json_object *value, int level)
{
	if (json_object_is_type(value, json_type_object))
		add_object(out, value, level);
	else if (json_object_is_type(value, json_type_array))
		add_array(out, value, level);
	else
		add_scalar(out, value);
}

void json_add(struct strbuf *out, struct json_object *value)
{
	add_value(out, value, ONE_LINE);
}

void json_add_indented(struct strbuf *out, struct json_object *value)
{
	add_value(out, value, 0);
}

void json_add_line(struct strbuf *out, struct json_object *value)
{
	json_add(out, value);
	strbuf_addch(out, '\n');
	(void)json_object_put(value);
}

void json_write(struct json_object *root, struct strbuf *out)
{
	json_add_indented(out, root);
	strbuf_addch(out, '\n');
}

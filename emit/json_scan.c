#include "json_scan.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "text.h"

struct scanner {
	const char *name;
	const char *at; /* the text ends with a NUL, which no rule below takes */
	size_t line;
	int depth;
	struct err *err;
};

static int scan_value(struct scanner *s, struct json_object *value);

static int bad(const struct scanner *s, const char *what)
{
	return err_set(s->err, EINVAL, "%s:%zu: not JSON: %s", s->name, s->line,
		       *s->at != '\0' ? what : "unexpected end");
}

static void skip_space(struct scanner *s)
{
	for (;; s->at++) {
		if (*s->at == '\n')
			s->line++;
		else if (*s->at != ' ' && *s->at != '\t' && *s->at != '\r')
			return;
	}
}

/* The value of the four hexadecimal digits at `p`, or -1. */
static int hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = p[i] != '\0' ? strchr(digits, p[i]) : NULL;
		if (digit == NULL)
			return -1;
		value = value * 16 + (int)((digit - digits) % 16);
	}
	return value;
}

static bool is_high(int unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(int unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* At a backslash. */
static int scan_escape(struct scanner *s)
{
	if (s->at[1] != 'u') {
		if (s->at[1] == '\0' || strchr("\"\\/bfnrt", s->at[1]) == NULL)
			return bad(s, "unknown escape in a string");
		s->at += 2;
		return 0;
	}
	int unit = hex4(s->at + 2);
	if (unit < 0)
		return bad(s, "expected four hexadecimal digits after \\u");
	if (unit == 0)
		return err_set(s->err, EINVAL, "%s:%zu: NUL in a string", s->name, s->line);
	s->at += 6;
	if (is_high(unit) && s->at[0] == '\\' && s->at[1] == 'u' && is_low(hex4(s->at + 2))) {
		s->at += 6;
		return 0;
	}
	if (is_high(unit) || is_low(unit))
		return bad(s, "half a surrogate pair in a string");
	return 0;
}

static int scan_string(struct scanner *s)
{
	if (*s->at != '"')
		return bad(s, "expected a string between double quotes");
	s->at++;
	while (*s->at != '"') {
		int r = 0;
		if ((unsigned char)*s->at < 0x20)
			r = bad(s, "control character in a string");
		else if (*s->at == '\\')
			r = scan_escape(s);
		else
			s->at++;
		if (r < 0)
			return r;
	}
	s->at++;
	return 0;
}

static void skip_digits(struct scanner *s)
{
	while (*s->at >= '0' && *s->at <= '9')
		s->at++;
}

/* Takes at least one digit. */
static int scan_digits(struct scanner *s)
{
	const char *start = s->at;

	skip_digits(s);
	return s->at > start ? 0 : bad(s, "expected a digit");
}

static bool fits_64_bits(const char *start, const char *end)
{
	uint64_t value;
	bool negative = *start == '-';
	cleanup_free char *digits = xstrndup(start + negative, (size_t)(end - start - negative));

	return parse_u64(digits, negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX, &value);
}

static int scan_number(struct scanner *s)
{
	const char *start = s->at;
	bool whole = true;
	int r = 0;

	s->at += *s->at == '-';
	if (*s->at == '0')
		s->at++;
	else
		r = scan_digits(s);
	if (r == 0 && *s->at == '.') {
		whole = false;
		s->at++;
		r = scan_digits(s);
	}
	if (r == 0 && (*s->at == 'e' || *s->at == 'E')) {
		whole = false;
		s->at++;
		s->at += *s->at == '+' || *s->at == '-';
		r = scan_digits(s);
	}
	if (r == 0 && whole && !fits_64_bits(start, s->at))
		return err_set(s->err, EINVAL, "%s:%zu: the number %.*s does not fit 64 bits",
			       s->name, s->line, (int)(s->at - start < 40 ? s->at - start : 40),
			       start);
	return r;
}

static int scan_word(struct scanner *s)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		if (strncmp(s->at, words[i], len) == 0) {
			s->at += len;
			return 0;
		}
	}
	return bad(s, "expected a value");
}

/* The text that a string at `start`, up to the scanner's place, stands for. */
static char *decode(const struct scanner *s, const char *start)
{
	size_t len = (size_t)(s->at - start);

	if (memchr(start, '\\', len) == NULL)
		return xstrndup(start + 1, len - 2);
	struct json_tokener *tokener = json_tokener_new();
	if (tokener == NULL)
		oom();
	struct json_object *string = json_tokener_parse_ex(tokener, start, (int)len);
	char *text = xstrdup(json_object_get_string(string));
	json_object_put(string);
	json_tokener_free(tokener);
	return text;
}

/*
 * A member, from its key on. `object` is what json-c made of it, or NULL where an earlier value
 * of a duplicate key has no counterpart in the tree: the duplicate is found further on.
 */
static int scan_member(struct scanner *s, struct json_object *object, struct json_object *seen)
{
	const char *start = s->at;
	size_t key_line = s->line;
	struct json_object *value = NULL;
	int r = scan_string(s);

	if (r < 0)
		return r;
	cleanup_free char *key = decode(s, start);
	if (json_object_object_get_ex(seen, key, NULL))
		return tree_duplicate(s->name, key_line, key, s->err);
	tree_put(seen, key, NULL);
	skip_space(s);
	if (*s->at != ':')
		return bad(s, "expected ':'");
	s->at++;
	skip_space(s);
	if (object != NULL) {
		(void)json_object_object_get_ex(object, key, &value);
		tree_note_lines(object, key_line, s->line);
	}
	return scan_value(s, value);
}

static int scan_item(struct scanner *s, struct json_object *array, size_t i)
{
	if (array == NULL)
		return scan_value(s, NULL);
	tree_note_lines(array, s->line, s->line);
	return scan_value(s, json_object_array_get_idx(array, i));
}

/* Both kinds of container; `seen` has the keys so far of an object. */
static int scan_members(struct scanner *s, char close, struct json_object *container,
			struct json_object *seen)
{
	s->at++;
	skip_space(s);
	if (*s->at == close) {
		s->at++;
		return 0;
	}
	for (size_t i = 0;; i++) {
		int r = close == '}' ? scan_member(s, container, seen) : scan_item(s, container, i);
		if (r < 0)
			return r;
		skip_space(s);
		if (*s->at != ',' && *s->at != close)
			return bad(s, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
		if (*s->at++ == close)
			return 0;
		skip_space(s);
	}
}

static int scan_container(struct scanner *s, struct json_object *value)
{
	bool object = *s->at == '{';
	bool same = json_object_is_type(value, object ? json_type_object : json_type_array);
	struct json_object *seen = object ? tree_new_object() : NULL;

	if (++s->depth > TREE_DEPTH_MAX) {
		json_object_put(seen);
		return tree_too_deep(s->name, s->line, s->err);
	}
	int r = scan_members(s, object ? '}' : ']', same ? value : NULL, seen);
	json_object_put(seen);
	s->depth--;
	return r;
}

static int scan_value(struct scanner *s, struct json_object *value)
{
	char c = *s->at;

	if (c == '{' || c == '[')
		return scan_container(s, value);
	if (c == '"' || c == '\'')
		return scan_string(s);
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(s);
	return scan_word(s);
}

int json_scan(const char *text, struct tree *tree, struct err *err)
{
	struct scanner s = {.name = tree->name, .at = text, .line = 1, .err = err};

	skip_space(&s);
	tree->root_line = s.line;
	int r = scan_value(&s, tree->root);
	if (r < 0)
		return r;
	skip_space(&s);
	if (*s.at != '\0')
		return err_set(err, EINVAL,
			       "%s:%zu: expected the end of the document after its '}'", s.name,
			       s.line);
	return 0;
}

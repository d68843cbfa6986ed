#include "yaml_scalar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "json.h"

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

static bool is_null(const char *text)
{
	return is_one_of(text, (const char *const[]){"", "~", "null", "Null", "NULL", NULL});
}

static bool is_true(const char *text)
{
	return is_one_of(text, (const char *const[]){"true", "True", "TRUE", "yes", "Yes", "YES",
						     "on", "On", "ON", "y", "Y", NULL});
}

static bool is_false(const char *text)
{
	return is_one_of(text, (const char *const[]){"false", "False", "FALSE", "no", "No", "NO",
						     "off", "Off", "OFF", "n", "N", NULL});
}

/* More characters than a number of 64 bits has to any base. */
#define DIGITS_MAX 72

/* The digits' value, or that they are too many. */
enum digits { DIGITS_NONE, DIGITS_FIT, DIGITS_TOO_MANY };

static enum digits read_digits(const char *text, unsigned base, uint64_t *value)
{
	static const char all[] = "0123456789abcdef0123456789ABCDEF";
	enum digits result = *text != '\0' ? DIGITS_FIT : DIGITS_NONE;

	*value = 0;
	for (; *text != '\0'; text++) {
		const char *found = strchr(all, *text);
		unsigned digit = found != NULL ? (unsigned)(found - all) % 16 : base;
		if (digit >= base)
			return DIGITS_NONE;
		if (__builtin_mul_overflow(*value, (uint64_t)base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)digit, value))
			result = DIGITS_TOO_MANY;
	}
	return result;
}

/* Without the _ between digits. False: too long to be a number of 64 bits. */
static bool strip(const char *text, char out[DIGITS_MAX])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == '_')
			continue;
		if (n == DIGITS_MAX - 1)
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';
	return true;
}

/* A base in the way of Go's ParseInt: by the prefix, and octal with a 0 before it. */
static enum digits read_prefixed(const char *text, uint64_t *value)
{
	static const struct {
		char letter;
		unsigned base;
	} prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

	if (text[0] == '0' && text[1] != '\0') {
		for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
			if ((text[1] | 0x20) == prefixes[i].letter)
				return read_digits(text + 2, prefixes[i].base, value);
		enum digits octal = read_digits(text + 1, 8, value);
		if (octal != DIGITS_NONE)
			return octal;
	}
	return read_digits(text, 10, value);
}

/* A whole number; false when it is none, or does not fit 64 bits. */
static bool read_whole(const char *text, struct json_object **value)
{
	char digits[DIGITS_MAX];
	uint64_t magnitude;
	bool negative = text[0] == '-';

	text += negative || text[0] == '+';
	if (*text < '0' || *text > '9' || !strip(text, digits) ||
	    read_prefixed(digits, &magnitude) != DIGITS_FIT ||
	    (negative && magnitude > (uint64_t)INT64_MAX + 1))
		return false;
	*value = negative ? json_new_int((int64_t)(0 - magnitude)) : json_new_uint(magnitude);
	return true;
}

/*
 * A number to readers of one version alone, or another number: 010 is 8 in 1.1, and 10 in 1.2; 0o10
 * is 8 in 1.2 and text in 1.1, and with 0b10, 1_0 and -0x1f it is the other way round.
 */
static bool is_ambiguous(const char *text)
{
	bool sign = *text == '-' || *text == '+';
	const char *p = text + sign;

	if (p[0] == '0' && (p[1] | 0x20) == 'x')
		return sign || p[1] == 'X' || strchr(p, '_') != NULL;
	return (p[0] == '0' && p[1] != '\0') || strchr(p, '_') != NULL;
}

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static bool is_float(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+');

	if (is_one_of(p, (const char *const[]){".inf", ".Inf", ".INF", NULL}) ||
	    is_one_of(text, (const char *const[]){".nan", ".NaN", ".NAN", NULL}))
		return true;
	size_t before = count_digits(p);
	p += before;
	size_t after = *p == '.' ? count_digits(p + 1) : 0;
	if (*p == '.')
		p += 1 + after;
	if (before + after == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (count_digits(p) == 0)
			return false;
		p += count_digits(p);
	}
	return *p == '\0';
}

/* 38.0 and 1e3 are whole numbers; doubles have all of these up to 2^53. No digits: .inf and .nan. */
static struct json_object *read_float(const char *text)
{
	double number = strpbrk(text, "0123456789") != NULL ? strtod(text, NULL) : 0.5;
	bool whole = number > -9007199254740992.0 && number < 9007199254740992.0 &&
		     number == (double)(int64_t)number;

	return whole ? json_new_int((int64_t)number) : json_new_double(0, text);
}

static enum yaml_type guess(const char *text, struct json_object **value, bool *odd)
{
	if (is_null(text))
		return YAML_NULL;
	if (is_true(text) || is_false(text)) {
		*value = json_new_bool(is_true(text));
		return YAML_BOOLEAN;
	}
	if (read_whole(text, value)) {
		*odd = is_ambiguous(text);
		return YAML_INTEGER;
	}
	if (!is_float(text)) {
		*value = json_new_text(text);
		return YAML_TEXT;
	}
	*value = read_float(text);
	*odd = json_object_is_type(*value, json_type_int);
	return YAML_FLOAT;
}

enum yaml_type yaml_type_by_tag(const char *tag)
{
	static const char own[] = "tag:yaml.org,2002:";
	static const struct {
		const char *name;
		enum yaml_type type;
	} types[] = {
		{"str", YAML_TEXT},    {"null", YAML_NULL},   {"bool", YAML_BOOLEAN},
		{"int", YAML_INTEGER}, {"float", YAML_FLOAT},
	};

	if (strcmp(tag, "!") == 0)
		return YAML_TEXT;
	if (strncmp(tag, own, strlen(own)) != 0)
		return YAML_ANY;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(tag + strlen(own), types[i].name) == 0)
			return types[i].type;
	return YAML_UNKNOWN_TYPE;
}

bool yaml_scalar_read(const char *text, enum yaml_type type, struct json_object **value, bool *odd)
{
	*value = NULL;
	*odd = false;
	if (type == YAML_UNKNOWN_TYPE)
		return false;
	if (type == YAML_TEXT) {
		*value = json_new_text(text);
		return true;
	}
	enum yaml_type is = guess(text, value, odd);
	if (type == YAML_ANY || type == is || (type == YAML_FLOAT && is == YAML_INTEGER))
		return true;
	json_object_put(*value);
	*value = NULL;
	return false;
}

bool yaml_scalar_needs_quotes(const char *text)
{
	/* YAML 1.1 also knows these as booleans, in any letter case. */
	static const char *const words[] = {"null", "true", "false", "yes", "no",
					    "on",   "off",  "y",     "n",   NULL};

	/* Numbers and dates in all their forms, nulls, and 1.1's "=" and "<<". */
	if (*text == '\0' || strchr("0123456789+-.~=<", *text) != NULL)
		return true;
	for (size_t i = 0; words[i] != NULL; i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

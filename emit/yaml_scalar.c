#include "yaml_scalar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"

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
	return is_one_of(text, (const char *const[]){"true", "True", "TRUE", NULL});
}

static bool is_false(const char *text)
{
	return is_one_of(text, (const char *const[]){"false", "False", "FALSE", NULL});
}

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

/* A whole number: *value stays NULL when it is too large. Returns false when it is none. */
static bool read_whole(const char *text, struct json_object **value)
{
	uint64_t magnitude;
	bool negative = text[0] == '-';
	enum digits digits;

	if (text[0] == '0' && text[1] == 'x')
		digits = read_digits(text + 2, 16, &magnitude);
	else if (text[0] == '0' && text[1] == 'o')
		digits = read_digits(text + 2, 8, &magnitude);
	else
		digits = read_digits(text + (negative || text[0] == '+'), 10, &magnitude);
	if (digits == DIGITS_NONE)
		return false;
	if (digits == DIGITS_TOO_MANY || (negative && magnitude > (uint64_t)INT64_MAX + 1))
		return true;
	*value = negative ? json_object_new_int64((int64_t)(0 - magnitude))
			  : json_object_new_uint64(magnitude);
	if (*value == NULL)
		oom();
	return true;
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

bool yaml_scalar_read(const char *text, struct json_object **value)
{
	*value = NULL;
	if (is_null(text))
		return true;
	if (read_whole(text, value))
		return *value != NULL;
	if (is_true(text) || is_false(text))
		*value = json_object_new_boolean(is_true(text));
	else if (is_float(text))
		/* No profile has a float: its own text serves messages better than its value. */
		*value = json_object_new_double_s(0, text);
	else
		*value = json_object_new_string(text);
	if (*value == NULL)
		oom();
	return true;
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

#include "yaml_scalar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
	else
		digits = read_digits(text + (negative || text[0] == '+'), 10, &magnitude);
	if (digits == DIGITS_NONE)
		return false;
	if (digits == DIGITS_TOO_MANY || (negative && magnitude > (uint64_t)INT64_MAX + 1))
		return true;
	*value = negative ? json_new_int((int64_t)(0 - magnitude)) : json_new_uint(magnitude);
	return true;
}

/* Of digits to this base, and _ between them. */
static bool is_all(const char *text, const char *digits)
{
	return strpbrk(text, digits) != NULL && text[strspn(text, digits)] == '\0';
}

/* 1.1's numbers to the base 60: 1:30 is 90. */
static bool is_sexagesimal(const char *text)
{
	size_t n = strspn(text, "0123456789_");
	bool colon = false;

	if (n == 0 || *text == '_')
		return false;
	for (text += n; *text == ':'; text += n + 1) {
		n = strspn(text + 1, "0123456789");
		if (n == 0 || n > 2)
			return false;
		colon = true;
	}
	return colon && (*text == '\0' || (*text == '.' && is_all(text + 1, "0123456789_")));
}

/*
 * A number to readers of one version alone, or another number: 010 is 8 in 1.1, and 10 in 1.2; 0o10
 * is 8 in 1.2 and text in 1.1, and with 0b10, 1_0 and -0x1f it is the other way round.
 */
static bool is_ambiguous(const char *text)
{
	bool sign = *text == '-' || *text == '+';
	const char *p = text + sign;

	if (p[0] == '0' && p[1] == 'x')
		return is_all(p + 2, "0123456789abcdefABCDEF_") && (sign || strchr(p, '_') != NULL);
	if (p[0] == '0' && p[1] == 'b')
		return is_all(p + 2, "01_");
	if (p[0] == '0' && p[1] == 'o')
		return !sign && is_all(p + 2, "01234567");
	if (is_sexagesimal(p))
		return true;
	return *p >= '0' && *p <= '9' && p[1] != '\0' && is_all(p, "0123456789_") &&
	       (*p == '0' || strchr(p, '_') != NULL);
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

const char *yaml_scalar_read(const char *text, struct json_object **value)
{
	*value = NULL;
	if (is_null(text))
		return NULL;
	if (is_ambiguous(text))
		return "is read differently by YAML 1.1 and 1.2: write it in decimal digits alone, "
		       "or "
		       "in quotes if it is a text";
	if (read_whole(text, value))
		return *value != NULL ? NULL : "does not fit 64 bits";
	if (is_true(text) || is_false(text))
		*value = json_new_bool(is_true(text));
	else if (is_float(text))
		/* No profile has a float: its own text serves messages better than its value. */
		*value = json_new_double(0, text);
	else
		*value = json_new_text(text);
	return NULL;
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

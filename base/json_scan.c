#include "json_scan.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "text.h"

char json_peek(const struct json_scanner *p)
{
	if (p->at == p->end)
		return '\0';
	return *p->at;
}

int json_refuse(const struct json_scanner *p, const char *what)
{
	return err_set(p->err, EINVAL, "not JSON: %s", p->at < p->end ? what : "unexpected end");
}

static void odd(const struct json_scanner *p, enum json_odd what)
{
	p->parsing->lenient->odd(p->parsing->lenient->data, what, p->line);
}

/* Returns false, and stays, where none begins. One that does not end ends with the text. */
static bool skip_comment(struct json_scanner *p)
{
	bool line = p->end - p->at >= 2 && p->at[0] == '/' && p->at[1] == '/';

	if (!line && (p->end - p->at < 2 || p->at[0] != '/' || p->at[1] != '*'))
		return false;
	odd(p, JSON_COMMENT);
	for (p->at += 2; p->at < p->end; p->at++) {
		if (line && *p->at == '\n')
			return true;
		if (!line && p->end - p->at >= 2 && p->at[0] == '*' && p->at[1] == '/') {
			p->at += 2;
			return true;
		}
		p->line += *p->at == '\n';
	}
	return true;
}

void json_skip_space(struct json_scanner *p)
{
	while (p->at < p->end) {
		if (*p->at == ' ' || *p->at == '\t' || *p->at == '\r' || *p->at == '\n')
			p->line += *p->at++ == '\n';
		else if (p->parsing->lenient == NULL || !skip_comment(p))
			return;
	}
}

/* The value of the four hexadecimal digits at the parser's place, which it passes; or -1. */
static int take_hex4(struct json_scanner *p)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = json_peek(p);
		const char *digit = c != '\0' ? strchr(digits, c) : NULL;
		if (digit == NULL)
			return -1;
		value = value * 16 + (int)((digit - digits) % 16);
		p->at++;
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

static void add_utf8(struct strbuf *text, unsigned code)
{
	if (code < 0x80) {
		strbuf_addch(text, (char)code);
		return;
	}
	if (code < 0x800) {
		strbuf_addch(text, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			strbuf_addch(text, (char)(0xe0 | code >> 12));
		} else {
			strbuf_addch(text, (char)(0xf0 | code >> 18));
			strbuf_addch(text, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		strbuf_addch(text, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	strbuf_addch(text, (char)(0x80 | (code & 0x3f)));
}

/* In place of what is none. */
static int add_replacement(struct json_scanner *p, const char *otherwise)
{
	if (p->parsing->lenient == NULL)
		return json_refuse(p, otherwise);
	odd(p, JSON_NO_UNICODE);
	add_utf8(&p->text, 0xfffd);
	return 0;
}

/* Behind the first half of a surrogate pair: the other, which is passed if it is one; or -1. */
static int take_low(struct json_scanner *p)
{
	const char *from = p->at;
	int unit = -1;

	if (json_peek(p) == '\\') {
		p->at++;
		if (json_peek(p) == 'u') {
			p->at++;
			unit = take_hex4(p);
		}
	}
	if (is_low(unit))
		return unit;
	/* Where the text ends, that is what is wrong. */
	if (p->at < p->end)
		p->at = from;
	return -1;
}

/* Behind "\u". A character beyond U+FFFF is two of them. */
static int parse_unicode(struct json_scanner *p)
{
	static const char half[] = "half a surrogate pair in a string";
	int unit = take_hex4(p);

	if (unit < 0)
		return json_refuse(p, "expected four hexadecimal digits after \\u");
	if (!is_high(unit) && !is_low(unit)) {
		add_utf8(&p->text, (unsigned)unit);
		return 0;
	}
	int low = is_high(unit) ? take_low(p) : -1;
	if (low < 0)
		return add_replacement(p, half);
	add_utf8(&p->text, 0x10000 + (((unsigned)unit - 0xd800) << 10) + ((unsigned)low - 0xdc00));
	return 0;
}

/* Behind a backslash. */
static int parse_escape(struct json_scanner *p)
{
	static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
	char c = json_peek(p);
	const char *letter = c != '\0' ? strchr(letters, c) : NULL;

	if (letter == NULL && c != 'u')
		return json_refuse(p, "unknown escape in a string");
	p->at++;
	if (letter == NULL)
		return parse_unicode(p);
	strbuf_addch(&p->text, characters[letter - letters]);
	return 0;
}

/* The characters up to the next that means something else. */
static int parse_plain(struct json_scanner *p)
{
	while (p->at < p->end && *p->at != '"' && *p->at != '\\') {
		size_t n = utf8_length(p->at);
		int r = 0;

		if ((unsigned char)*p->at < 0x20)
			r = json_refuse(p, "control character in a string");
		else if (n > 0)
			strbuf_add(&p->text, p->at, n);
		else
			r = add_replacement(p, "a string that is not UTF-8");
		if (r < 0)
			return r;
		p->at += n > 0 ? n : 1;
	}
	return 0;
}

/* A key must not end there. */
static void replace_nul(struct json_scanner *p)
{
	cleanup_strbuf struct strbuf from = p->text;

	p->text = (struct strbuf)STRBUF_INIT;
	odd(p, JSON_NO_UNICODE);
	for (size_t i = 0; i < from.len; i++) {
		if (from.s[i] != '\0')
			strbuf_addch(&p->text, from.s[i]);
		else
			add_utf8(&p->text, 0xfffd);
	}
}

int json_scan_string(struct json_scanner *p, bool nul)
{
	strbuf_cut(&p->text, 0);
	if (json_peek(p) != '"')
		return json_refuse(p, "expected a string between double quotes");
	p->at++;
	for (;;) {
		int r = parse_plain(p);
		if (r == 0 && p->at == p->end)
			r = json_refuse(p, "");
		if (r < 0)
			return r;
		if (*p->at++ == '"')
			break;
		r = parse_escape(p);
		if (r < 0)
			return r;
	}
	if (nul || memchr(p->text.s, '\0', p->text.len) == NULL)
		return 0;
	if (p->parsing->lenient == NULL)
		return err_set(p->err, EINVAL, "NUL in a string");
	replace_nul(p);
	return 0;
}

int json_scan_text(struct json_scanner *p, struct json_object **value)
{
	int r = json_scan_string(p, p->parsing->nul_in_text);

	if (r < 0)
		return r;
	if (p->text.len > INT_MAX)
		return err_set(p->err, EINVAL, "a string of more than %d bytes", INT_MAX);
	p->memory += p->text.len;
	*value = json_object_new_string_len(p->text.s, (int)p->text.len);
	if (*value == NULL)
		oom();
	return 0;
}

/* Passes at least one digit. */
static int skip_digits(struct json_scanner *p)
{
	const char *from = p->at;

	while (json_peek(p) >= '0' && json_peek(p) <= '9')
		p->at++;
	return p->at > from ? 0 : json_refuse(p, "expected a digit");
}

/* NULL: it does not fit. */
static struct json_object *whole_number(const char *text)
{
	bool negative = *text == '-';
	uint64_t magnitude;

	if (!parse_u64(text + negative, negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX,
		       &magnitude))
		return NULL;
	if (negative)
		return json_new_int((int64_t)(0 - magnitude));
	/* As json-c's parser does it: signed where it fits. */
	return magnitude <= INT64_MAX ? json_new_int((int64_t)magnitude) : json_new_uint(magnitude);
}

int json_scan_number(struct json_scanner *p, struct json_object **value)
{
	const char *from = p->at;
	bool whole = true;
	int r = 0;

	p->at += *p->at == '-';
	if (json_peek(p) == '0')
		p->at++;
	else
		r = skip_digits(p);
	if (r == 0 && json_peek(p) == '.') {
		whole = false;
		p->at++;
		r = skip_digits(p);
	}
	if (r == 0 && (json_peek(p) == 'e' || json_peek(p) == 'E')) {
		whole = false;
		p->at++;
		p->at += json_peek(p) == '+' || json_peek(p) == '-';
		r = skip_digits(p);
	}
	if (r < 0)
		return r;
	strbuf_cut(&p->text, 0);
	strbuf_add(&p->text, from, (size_t)(p->at - from));
	*value = whole ? whole_number(p->text.s)
		       : json_new_double(strtod(p->text.s, NULL), p->text.s);
	bool zero = whole && strcmp(p->text.s, "-0") == 0;
	if (p->parsing->lenient != NULL && (zero || *value == NULL)) {
		(void)json_object_put(*value);
		*value = json_new_double(0, p->text.s);
	}
	if (*value == NULL)
		return err_set(p->err, EINVAL, "the number %.40s does not fit 64 bits", p->text.s);
	return 0;
}

int json_scan_word(struct json_scanner *p, struct json_object **value)
{
	static const char *const words[] = {"null", "false", "true"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]), left = (size_t)(p->end - p->at);
		if (memcmp(p->at, words[i], left < len ? left : len) != 0)
			continue;
		p->at += left < len ? left : len;
		if (left < len)
			return json_refuse(p, "");
		*value = i > 0 ? json_new_bool(i == 2) : NULL;
		return 0;
	}
	return json_refuse(p, "expected a value");
}

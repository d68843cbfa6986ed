#include "json_parse.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "text.h"

struct parser {
	struct json_parsing *parsing;
	const char *start, *at, *end;
	size_t line;
	int depth;
	size_t memory;
	struct strbuf text; /* the last string that was read */
	struct err *err;
};

/* `into` is what stands there already, or NULL; *value is the caller's, and may be it. */
static int parse_value(struct parser *p, struct json_object *into, struct json_object **value);

/* NUL at the end; a NUL in the text is taken by no rule below. */
static char peek(const struct parser *p)
{
	if (p->at == p->end)
		return '\0';
	return *p->at;
}

static int bad(const struct parser *p, const char *what)
{
	return err_set(p->err, EINVAL, "not JSON: %s", p->at < p->end ? what : "unexpected end");
}

static void odd(const struct parser *p, enum json_odd what)
{
	p->parsing->lenient->odd(p->parsing->lenient->data, what, p->line);
}

/* Returns false, and stays, where none begins. One that does not end ends with the text. */
static bool skip_comment(struct parser *p)
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

static void skip_space(struct parser *p)
{
	while (p->at < p->end) {
		if (*p->at == ' ' || *p->at == '\t' || *p->at == '\r' || *p->at == '\n')
			p->line += *p->at++ == '\n';
		else if (p->parsing->lenient == NULL || !skip_comment(p))
			return;
	}
}

/* The value of the four hexadecimal digits at the parser's place, which it passes; or -1. */
static int take_hex4(struct parser *p)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = peek(p);
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
static int add_replacement(struct parser *p, const char *otherwise)
{
	if (p->parsing->lenient == NULL)
		return bad(p, otherwise);
	odd(p, JSON_NO_UNICODE);
	add_utf8(&p->text, 0xfffd);
	return 0;
}

/* Behind the first half of a surrogate pair: the other, which is passed if it is one; or -1. */
static int take_low(struct parser *p)
{
	const char *from = p->at;
	int unit = -1;

	if (peek(p) == '\\') {
		p->at++;
		if (peek(p) == 'u') {
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
static int parse_unicode(struct parser *p)
{
	static const char half[] = "half a surrogate pair in a string";
	int unit = take_hex4(p);

	if (unit < 0)
		return bad(p, "expected four hexadecimal digits after \\u");
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
static int parse_escape(struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
	char c = peek(p);
	const char *letter = c != '\0' ? strchr(letters, c) : NULL;

	if (letter == NULL && c != 'u')
		return bad(p, "unknown escape in a string");
	p->at++;
	if (letter == NULL)
		return parse_unicode(p);
	strbuf_addch(&p->text, characters[letter - letters]);
	return 0;
}

/* The characters up to the next that means something else. */
static int parse_plain(struct parser *p)
{
	while (p->at < p->end && *p->at != '"' && *p->at != '\\') {
		size_t n = utf8_length(p->at);
		int r = 0;

		if ((unsigned char)*p->at < 0x20)
			r = bad(p, "control character in a string");
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
static void replace_nul(struct parser *p)
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

/* Into p->text. */
static int parse_string(struct parser *p, bool nul)
{
	strbuf_cut(&p->text, 0);
	if (peek(p) != '"')
		return bad(p, "expected a string between double quotes");
	p->at++;
	for (;;) {
		int r = parse_plain(p);
		if (r == 0 && p->at == p->end)
			r = bad(p, "");
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

static int parse_text(struct parser *p, struct json_object **value)
{
	int r = parse_string(p, p->parsing->nul_in_text);

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
static int skip_digits(struct parser *p)
{
	const char *from = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	return p->at > from ? 0 : bad(p, "expected a digit");
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

static int parse_number(struct parser *p, struct json_object **value)
{
	const char *from = p->at;
	bool whole = true;
	int r = 0;

	p->at += *p->at == '-';
	if (peek(p) == '0')
		p->at++;
	else
		r = skip_digits(p);
	if (r == 0 && peek(p) == '.') {
		whole = false;
		p->at++;
		r = skip_digits(p);
	}
	if (r == 0 && (peek(p) == 'e' || peek(p) == 'E')) {
		whole = false;
		p->at++;
		p->at += peek(p) == '+' || peek(p) == '-';
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

static int parse_word(struct parser *p, struct json_object **value)
{
	static const char *const words[] = {"null", "false", "true"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]), left = (size_t)(p->end - p->at);
		if (memcmp(p->at, words[i], left < len ? left : len) != 0)
			continue;
		p->at += left < len ? left : len;
		if (left < len)
			return bad(p, "");
		*value = i > 0 ? json_new_bool(i == 2) : NULL;
		return 0;
	}
	return bad(p, "expected a value");
}

static int duplicate(const struct parser *p, const char *key)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_quoted(&shown, key);
	return err_set(p->err, EINVAL, "duplicate key %s", shown.s);
}

static int parse_member(struct parser *p, struct json_object *object)
{
	const struct json_lenient *lenient = p->parsing->lenient;
	struct json_object *value = NULL, *old = NULL;
	size_t key_line = p->line;
	int r = parse_string(p, false);

	if (r < 0)
		return r;
	bool again = json_object_object_get_ex(object, p->text.s, &old);
	if (again && lenient == NULL)
		return duplicate(p, p->text.s);
	if (!again && lenient != NULL && lenient->earlier != NULL)
		old = lenient->earlier(lenient->data, object, p->text.s);
	cleanup_free char *key = xstrndup(p->text.s, p->text.len);
	skip_space(p);
	if (peek(p) != ':')
		return bad(p, "expected ':'");
	p->at++;
	skip_space(p);
	size_t line = p->line;
	r = parse_value(p, old, &value);
	if (r < 0 || (value == NULL && json_object_is_type(old, json_type_string)))
		return r;
	if (lenient != NULL)
		r = lenient->member(lenient->data, object, key, again, key_line, line);
	json_set(object, key, value);
	return r < 0 ? err_set(p->err, EINVAL, "too many duplicate keys") : 0;
}

static int parse_item(struct parser *p, struct json_object *array, size_t i)
{
	const struct json_lenient *lenient = p->parsing->lenient;
	struct json_object *value = NULL;
	size_t line = p->line;
	int r = parse_value(p, json_object_array_get_idx(array, i), &value);

	if (r < 0)
		return r;
	if (lenient != NULL)
		lenient->item(lenient->data, array, i, line);
	if (i == json_object_array_length(array))
		json_push(array, value);
	else if (json_object_array_put_idx(array, i, value) < 0)
		oom();
	return 0;
}

/* What is between the brackets, and the closing one; *n is how many there are. */
static int parse_members(struct parser *p, char close, struct json_object *container, size_t *n)
{
	*n = 0;
	skip_space(p);
	if (peek(p) == close) {
		p->at++;
		return 0;
	}
	for (;;) {
		int r = close == '}' ? parse_member(p, container) : parse_item(p, container, *n);
		++*n;
		if (r < 0)
			return r;
		skip_space(p);
		if (peek(p) != ',' && peek(p) != close)
			return bad(p, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
		if (*p->at++ == close)
			return 0;
		skip_space(p);
	}
}

/* What was in a list before it was read anew. */
static void cut_array(struct json_object *array, size_t n)
{
	size_t more = json_object_array_length(array) - n;

	if (more > 0 && json_object_array_del_idx(array, n, more) < 0)
		oom();
}

static int parse_container(struct parser *p, struct json_object *into, struct json_object **value)
{
	bool object = *p->at == '{';
	bool same = json_object_is_type(into, object ? json_type_object : json_type_array);
	size_t n;

	if (++p->depth > p->parsing->depth_max)
		return err_set(p->err, EINVAL, "nested deeper than %d levels",
			       p->parsing->depth_max);
	p->at++;
	cleanup_json struct json_object *container = same     ? json_object_get(into)
						     : object ? json_new_object()
							      : json_new_array();
	int r = parse_members(p, object ? '}' : ']', container, &n);
	p->depth--;
	if (r < 0)
		return r;
	if (!object)
		cut_array(container, n);
	*value = TAKE_PTR(container);
	return 0;
}

/* What json-c takes for a value, as measured: "[[],[],..." grows to the hundredfold. */
static size_t memory_of(char first)
{
	return first == '{' ? 1024 : first == '[' ? 384 : 64;
}

static int parse_value(struct parser *p, struct json_object *into, struct json_object **value)
{
	char c = peek(p);
	size_t max = p->parsing->memory_max;

	p->memory += memory_of(c);
	if (max > 0 && p->memory > max)
		return err_set(p->err, E2BIG, "more values than fit %zu MiB of memory",
			       max / 1024 / 1024);
	if (c == '{' || c == '[')
		return parse_container(p, into, value);
	if (c == '"' || c == '\'')
		return parse_text(p, value);
	if (c == '-' || (c >= '0' && c <= '9'))
		return parse_number(p, value);
	return parse_word(p, value);
}

int json_parse(struct json_parsing *parsing, const char *text, size_t len,
	       struct json_object **value, struct err *err)
{
	struct parser p = {
		.parsing = parsing,
		.start = text,
		.at = text,
		.end = text + len,
		.line = 1,
		.text = STRBUF_INIT,
		.err = err,
	};
	cleanup_json struct json_object *read = NULL;

	skip_space(&p);
	parsing->line = p.line;
	int r = parse_value(&p, NULL, &read);
	if (r == 0) {
		char last = p.at[-1];
		skip_space(&p);
		if (p.at < p.end)
			r = err_set(err, EINVAL, "expected the end of the document after its '%c'",
				    last);
	}
	strbuf_release(&p.text);
	if (r == 0) {
		*value = TAKE_PTR(read);
		return 0;
	}
	parsing->line = p.line;
	parsing->offset = (size_t)(p.at - p.start);
	return r;
}

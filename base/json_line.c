#include "json_line.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "text.h"

static void separate(struct strbuf *out, char opening)
{
	if (out->s[out->len - 1] != opening)
		strbuf_addch(out, ',');
}

/* What stands before a value. A brace can only be the one that opened the object: values end otherwise. */
static void add_key(struct strbuf *out, const char *key)
{
	separate(out, '{');
	json_add_string(out, key, strlen(key));
	strbuf_addch(out, ':');
}

static void add_text(struct strbuf *out, const char *text)
{
	cleanup_strbuf struct strbuf utf8 = STRBUF_INIT;

	strbuf_add_utf8(&utf8, text);
	json_add_string(out, utf8.s, utf8.len);
}

void json_line_open(struct strbuf *out)
{
	strbuf_addch(out, '{');
}

void json_line_open_member(struct strbuf *out, const char *key)
{
	add_key(out, key);
	json_line_open(out);
}

void json_line_close(struct strbuf *out)
{
	strbuf_addch(out, '}');
}

void json_line_end(struct strbuf *out)
{
	strbuf_addch(out, '\n');
}

void json_line_text(struct strbuf *out, const char *key, const char *text)
{
	if (text == NULL)
		return;
	add_key(out, key);
	add_text(out, text);
}

void json_line_int(struct strbuf *out, const char *key, int64_t value)
{
	add_key(out, key);
	strbuf_addf(out, "%" PRId64, value);
}

void json_line_uint(struct strbuf *out, const char *key, uint64_t value)
{
	add_key(out, key);
	strbuf_addf(out, "%" PRIu64, value);
}

void json_line_number(struct strbuf *out, const char *key, const char *text)
{
	add_key(out, key);
	strbuf_adds(out, text);
}

void json_line_texts(struct strbuf *out, const char *key, char *const *texts)
{
	add_key(out, key);
	strbuf_addch(out, '[');
	for (char *const *text = texts; *text != NULL; text++) {
		separate(out, '[');
		add_text(out, *text);
	}
	strbuf_addch(out, ']');
}

#include "strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

char strbuf_empty[1];

void strbuf_reserve(struct strbuf *sb, size_t extra)
{
	if (extra >= SIZE_MAX / 2 - sb->len)
		oom();
	size_t wanted = sb->len + extra + 1;
	if (wanted <= sb->cap)
		return;
	size_t cap = sb->cap * 2 > wanted ? sb->cap * 2 : wanted + 32;
	sb->s = xreallocarray(sb->cap > 0 ? sb->s : NULL, cap, 1);
	sb->cap = cap;
	sb->s[sb->len] = '\0';
}

void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	strbuf_reserve(sb, len);
	if (len > 0)
		memcpy(sb->s + sb->len, data, len);
	sb->len += len;
	sb->s[sb->len] = '\0';
}

void strbuf_adds(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	cleanup_free char *text = xvasprintf(fmt, ap);

	strbuf_adds(sb, text);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_cut(struct strbuf *sb, size_t len)
{
	if (len < sb->len) {
		sb->len = len;
		sb->s[len] = '\0';
	}
}

char *strbuf_steal(struct strbuf *sb)
{
	char *text = sb->cap > 0 ? sb->s : xstrdup("");

	*sb = (struct strbuf)STRBUF_INIT;
	return text;
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->cap > 0)
		free(sb->s);
	*sb = (struct strbuf)STRBUF_INIT;
}

/*
 * Growing text. `s` is always a C string (never NULL after STRBUF_INIT), and may hold NUL
 * bytes inside when it was filled with strbuf_add().
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

struct strbuf {
	char *s;    /* owned when cap > 0 */
	size_t len; /* without the closing NUL */
	size_t cap;
};

extern char strbuf_empty[];

#define STRBUF_INIT                \
	{                          \
		strbuf_empty, 0, 0 \
	}

void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_adds(struct strbuf *sb, const char *text);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* Makes room for `extra` more bytes and a NUL; for callers that write into `s` themselves. */
void strbuf_reserve(struct strbuf *sb, size_t extra);

/* Cuts to `len` bytes; `len` is at most the current length. */
void strbuf_cut(struct strbuf *sb, size_t len);

/* The text, which the caller frees; the buffer is empty afterwards. */
char *strbuf_steal(struct strbuf *sb);

void strbuf_release(struct strbuf *sb);

#define cleanup_strbuf CLEANUP(strbuf_release)

#endif

#include "columns.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "text.h"

/* What a character takes at most, for those of which nothing is known. */
#define WIDEST 2

/* Makes an emoji of the character before it, which is wide then. */
#define EMOJI_SELECTOR 0xfe0f

static size_t width_of(const char *text, size_t n, locale_t utf8)
{
	wchar_t c;
	mbstate_t state = {0};

	if (n <= 1)
		return 1;
	if (utf8 == (locale_t)0 || mbrtowc(&c, text, n, &state) != n)
		return WIDEST;
	if (c == EMOJI_SELECTOR)
		return 1;
	int width = wcwidth(c);
	return width >= 0 ? (size_t)width : WIDEST;
}

/* The columns of the text, or of so much of it as fits, and how many bytes that is. */
static size_t measure(const char *text, size_t max, size_t *bytes)
{
	/* Of this thread alone, and for a moment: how numbers look must not change. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;
	size_t columns = 0;

	for (*bytes = 0; text[*bytes] != '\0';) {
		size_t n = utf8_length(text + *bytes), width = width_of(text + *bytes, n, utf8);
		if (columns + width > max)
			break;
		columns += width;
		*bytes += n > 0 ? n : 1;
	}
	if (utf8 != (locale_t)0) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	return columns;
}

size_t columns_of(const char *text)
{
	size_t bytes;

	return measure(text, SIZE_MAX - WIDEST, &bytes);
}

void columns_add_cut(struct strbuf *out, const char *text, size_t columns)
{
	static const char dots[] = "...";
	const size_t n_dots = sizeof(dots) - 1;
	size_t bytes;

	if (columns_of(text) <= columns) {
		strbuf_adds(out, text);
		return;
	}
	(void)measure(text, columns > n_dots ? columns - n_dots : 0, &bytes);
	strbuf_add(out, text, bytes);
	strbuf_add(out, dots, columns < n_dots ? columns : n_dots);
}

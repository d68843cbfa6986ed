#include "text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"

/* So much of a wrong text stands in a message. */
#define QUOTED_MAX 60

size_t text_mark_length(const char *text, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";
	const size_t n = sizeof(mark) - 1;

	return len >= n && memcmp(text, mark, n) == 0 ? n : 0;
}

size_t utf8_length(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2)
		return 0;
	if ((p[1] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xe0)
		return 2;
	/* E0 and F0 must not start an overlong form, ED no surrogate, F4 nothing past U+10FFFF. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
		return 0;
	if ((p[2] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xf0)
		return 3;
	if (p[0] > 0xf4 || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return (p[3] & 0xc0) == 0x80 ? 4 : 0;
}

/*
 * Characters that are invisible, or change how the text around them is shown: the categories Cf
 * (format), Zl and Zp, and those that are Default_Ignorable, of Unicode 15. Sorted.
 */
static const struct {
	uint32_t first, last;
} deceptive[] = {
	{0x00ad, 0x00ad},   /* soft hyphen */
	{0x034f, 0x034f},   /* combining grapheme joiner */
	{0x0600, 0x0605},   /* Arabic signs that span what follows */
	{0x061c, 0x061c},   /* Arabic letter mark: turns the direction */
	{0x06dd, 0x06dd},   /* Arabic end of ayah */
	{0x070f, 0x070f},   /* Syriac abbreviation mark */
	{0x0890, 0x0891},   /* Arabic pound and piastre marks */
	{0x08e2, 0x08e2},   /* Arabic disputed end of ayah */
	{0x115f, 0x1160},   /* Hangul fillers */
	{0x17b4, 0x17b5},   /* Khmer vowels without a shape */
	{0x180b, 0x180f},   /* Mongolian variation selectors and vowel separator */
	{0x200b, 0x200f},   /* zero widths, left-to-right and right-to-left marks */
	{0x2028, 0x202e},   /* line and paragraph separators, embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators, isolates, deprecated ones */
	{0x3164, 0x3164},   /* Hangul filler */
	{0xfe00, 0xfe0f},   /* variation selectors */
	{0xfeff, 0xfeff},   /* zero width no-break space, the byte order mark */
	{0xffa0, 0xffa0},   /* halfwidth Hangul filler */
	{0xfff0, 0xfffb},   /* interlinear annotation */
	{0x110bd, 0x110bd}, /* Kaithi number sign */
	{0x110cd, 0x110cd}, /* Kaithi number sign above */
	{0x13430, 0x1343f}, /* Egyptian hieroglyph format controls */
	{0x1bca0, 0x1bca3}, /* shorthand format controls */
	{0x1d173, 0x1d17a}, /* musical format controls */
	{0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

/* `n` is utf8_length(). */
static uint32_t code_point(const char *text, size_t n)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = (unsigned char)*text & masks[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return c;
}

static bool is_deceptive(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(deceptive); i++)
		if (c <= deceptive[i].last)
			return c >= deceptive[i].first;
	return false;
}

static void add_clean(struct strbuf *sb, const char *text, bool keep_controls)
{
	while (*text != '\0') {
		size_t n = utf8_length(text);
		uint32_t c = code_point(text, n);
		/* U+0080-U+009F are controls too: some terminals act on them. */
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || is_deceptive(c);

		if (n == 0 || (control && !keep_controls)) {
			for (size_t i = 0; i < (n > 0 ? n : 1); i++)
				strbuf_addf(sb, "\\x%02x", (unsigned char)text[i]);
			text += n > 0 ? n : 1;
			continue;
		}
		strbuf_add(sb, text, n);
		text += n;
	}
}

void strbuf_add_utf8(struct strbuf *sb, const char *text)
{
	add_clean(sb, text, true);
}

void strbuf_add_printable(struct strbuf *sb, const char *text)
{
	add_clean(sb, text, false);
}

void strbuf_add_quoted(struct strbuf *sb, const char *text)
{
	size_t shown = 0;

	while (shown < QUOTED_MAX && text[shown] != '\0') {
		size_t n = utf8_length(text + shown);
		shown += n > 0 ? n : 1;
	}
	cleanup_free char *start = xstrndup(text, shown);
	strbuf_addch(sb, '"');
	strbuf_add_printable(sb, start);
	strbuf_adds(sb, text[shown] != '\0' ? "...\"" : "\"");
}

bool text_ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcasecmp(text + n - m, end) == 0;
}

bool parse_u64(const char *text, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		uint64_t digit = (uint64_t)(*text - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v > max)
		return false;
	*value = v;
	return true;
}

const char *errno_name(int value)
{
	return value > 0 ? strerrorname_np(value) : NULL;
}

/* The second names of values that have two: errno_name() knows only one of each. */
static const struct {
	const char *name;
	int value;
} aliases[] = {
	{"EDEADLOCK", EDEADLOCK},
	{"ENOTSUP", ENOTSUP},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"EWOULDBLOCK", EWOULDBLOCK},
};

int errno_by_name(const char *name)
{
	uint64_t number;

	if (parse_u64(name, ERRNO_MAX, &number))
		return (int)number;
	for (int value = 1; value <= ERRNO_MAX; value++) {
		const char *candidate = errno_name(value);
		if (candidate != NULL && strcmp(candidate, name) == 0)
			return value;
	}
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcmp(aliases[i].name, name) == 0)
			return aliases[i].value;
	return -1;
}

#include "text.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"

/* The kernel's MAX_ERRNO: no system call returns a larger one. */
#define ERRNO_MAX 4095

/* So much of a wrong text stands in a message. */
#define QUOTED_MAX 60

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
 * Can this change how text around it is shown? Invisible characters and those that turn the
 * direction of writing: U+200B-U+200F, U+2028-U+202E, U+2060-U+206F, U+FEFF.
 */
static bool is_deceptive(const char *text, size_t n)
{
	const unsigned char *c = (const unsigned char *)text;

	if (n != 3)
		return false;
	if (c[0] == 0xe2 && c[1] == 0x80)
		return (c[2] >= 0x8b && c[2] <= 0x8f) || (c[2] >= 0xa8 && c[2] <= 0xae);
	return (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa0 && c[2] <= 0xaf) ||
	       (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf);
}

static void add_clean(struct strbuf *sb, const char *text, bool keep_controls)
{
	while (*text != '\0') {
		size_t n = utf8_length(text);
		unsigned char c = (unsigned char)*text;
		/* U+0080-U+009F are controls too: some terminals act on them. */
		bool control = c < 0x20 || c == 0x7f ||
			       (n == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0) ||
			       is_deceptive(text, n);

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
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].name, name) == 0)
			return aliases[i].value;
	return -1;
}

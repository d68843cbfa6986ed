#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "text.h"

/* Lengths by the table of well-formed sequences in the Unicode standard (table 3-7). */
static void utf8_lengths(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length;
	} cases[] = {
		{"a", 1},
		{"\x7f", 1},
		{"\x80", 0},             /* a continuation byte alone */
		{"\xc0\x80", 0},         /* overlong NUL */
		{"\xc1\xbf", 0},         /* overlong */
		{"\xc2\x80", 2},         /* U+0080 */
		{"\xdf\xbf", 2},         /* U+07FF */
		{"\xc3", 0},             /* cut off */
		{"\xc3(", 0},            /* second byte wrong */
		{"\xe0\x9f\xbf", 0},     /* overlong */
		{"\xe0\xa0\x80", 3},     /* U+0800 */
		{"\xe2\x82\xac", 3},     /* U+20AC */
		{"\xe2\x82", 0},         /* cut off */
		{"\xed\x9f\xbf", 3},     /* U+D7FF */
		{"\xed\xa0\x80", 0},     /* a surrogate */
		{"\xee\x80\x80", 3},     /* U+E000 */
		{"\xef\xbf\xbf", 3},     /* U+FFFF */
		{"\xf0\x8f\xbf\xbf", 0}, /* overlong */
		{"\xf0\x90\x80\x80", 4}, /* U+10000 */
		{"\xf4\x8f\xbf\xbf", 4}, /* U+10FFFF */
		{"\xf4\x90\x80\x80", 0}, /* past the end */
		{"\xf0\x9f\x98", 0},     /* cut off */
		{"\xf5\x80\x80\x80", 0},
		{"\xff", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t got = utf8_length(cases[i].text);
		if (got != cases[i].length)
			fail_msg("case %zu: %zu instead of %zu", i, got, cases[i].length);
	}
}

static void documents_get_valid_utf8(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_add_utf8(&sb, "caf\xc3\xa9 \xff\xe2\x82 a\tb\x01\x1b[m");
	assert_string_equal(sb.s, "caf\xc3\xa9 \\xff\\xe2\\x82 a\tb\x01\x1b[m");
}

static void terminals_get_no_controls(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_add_printable(&sb, "caf\xc3\xa9\n\x1b[31m\x7f\xc2\x9b\xc2\xa0\x80.");
	assert_string_equal(sb.s, "caf\xc3\xa9\\x0a\\x1b[31m\\x7f\\xc2\\x9b\xc2\xa0\\x80.");
}

/* Neither do they get what is not seen, or turns the text around it. */
static void terminals_get_nothing_deceptive(void **state)
{
	(void)state;
	static const char *const deceptive[] = {
		"\xc2\xad",         /* U+00AD soft hyphen */
		"\xcd\x8f",         /* U+034F combining grapheme joiner */
		"\xd8\x80",         /* U+0600 Arabic number sign */
		"\xd8\x9c",         /* U+061C Arabic letter mark */
		"\xdb\x9d",         /* U+06DD Arabic end of ayah */
		"\xe1\x85\x9f",     /* U+115F Hangul filler */
		"\xe1\xa0\x8e",     /* U+180E Mongolian vowel separator */
		"\xe2\x80\x8b",     /* U+200B zero width space */
		"\xe2\x80\x8f",     /* U+200F right-to-left mark */
		"\xe2\x80\xa8",     /* U+2028 line separator */
		"\xe2\x80\xa9",     /* U+2029 paragraph separator */
		"\xe2\x80\xae",     /* U+202E right-to-left override */
		"\xe2\x81\xa0",     /* U+2060 word joiner */
		"\xe2\x81\xa6",     /* U+2066 left-to-right isolate */
		"\xe2\x81\xaf",     /* U+206F nominal digit shapes */
		"\xe3\x85\xa4",     /* U+3164 Hangul filler */
		"\xef\xb8\x8f",     /* U+FE0F variation selector */
		"\xef\xbb\xbf",     /* U+FEFF */
		"\xef\xbe\xa0",     /* U+FFA0 halfwidth Hangul filler */
		"\xef\xbf\xb9",     /* U+FFF9 interlinear annotation */
		"\xf0\x9d\x85\xb3", /* U+1D173 musical format control */
		"\xf3\xa0\x80\x81", /* U+E0001 language tag */
		"\xf3\xa0\x87\xaf", /* U+E01EF variation selector */
		"\xc2\x85",         /* U+0085 next line */
	};
	/* Their neighbours, and letters that only look foreign. */
	static const char plain[] =
		"\xc2\xac\xc2\xae\xd8\x9b\xd8\x9d\xe2\x80\x90\xe2\x80\xaf\xe2\x81\x9f"
		"\xef\xbf\xbc\xf0\x9f\x98\x80\xd7\xa9\xe6\xbc\xa2";

	for (size_t i = 0; i < sizeof(deceptive) / sizeof(deceptive[0]); i++) {
		cleanup_strbuf struct strbuf sb = STRBUF_INIT;
		cleanup_strbuf struct strbuf expected = STRBUF_INIT;

		for (const char *p = deceptive[i]; *p != '\0'; p++)
			strbuf_addf(&expected, "\\x%02x", (unsigned char)*p);
		strbuf_add_printable(&sb, deceptive[i]);
		assert_string_equal(sb.s, expected.s);
		strbuf_cut(&sb, 0);
		strbuf_add_utf8(&sb, deceptive[i]);
		assert_string_equal(sb.s, deceptive[i]);
	}
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	strbuf_add_printable(&sb, plain);
	assert_string_equal(sb.s, plain);
}

/* Whatever goes in, what comes out is UTF-8. */
static void every_pair_of_bytes_gives_utf8(void **state)
{
	(void)state;

	for (int a = 1; a < 256; a++) {
		for (int b = 1; b < 256; b++) {
			const char text[] = {(char)a, (char)b, '\0'};
			cleanup_strbuf struct strbuf sb = STRBUF_INIT;

			strbuf_add_utf8(&sb, text);
			for (size_t at = 0; at < sb.len; at += utf8_length(sb.s + at))
				assert_int_not_equal(utf8_length(sb.s + at), 0);
		}
	}
}

static void whole_numbers(void **state)
{
	(void)state;
	uint64_t v = 99;

	assert_true(parse_u64("0", UINT64_MAX, &v));
	assert_int_equal(v, 0);
	assert_true(parse_u64("18446744073709551615", UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_true(parse_u64("4095", 4095, &v));
	assert_int_equal(v, 4095);
}

static void what_is_no_whole_number(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",     "-1",  "+1",   " 1",
		"1 ",   "0x1", "1.0",  "18446744073709551616",
		"4096", "1e3", "12a4", "99999999999999999999999",
	};
	uint64_t v = 99;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t max = strcmp(bad[i], "4096") == 0 ? 4095 : UINT64_MAX;
		if (parse_u64(bad[i], max, &v))
			fail_msg("'%s' was taken for a number", bad[i]);
	}
	assert_int_equal(v, 99);
}

static void errnos_both_ways(void **state)
{
	(void)state;

	assert_string_equal(errno_name(ENOSYS), "ENOSYS");
	assert_null(errno_name(0));
	assert_null(errno_name(-1));
	assert_null(errno_name(4095));
	assert_int_equal(errno_by_name("ENOSYS"), 38);
	assert_int_equal(errno_by_name("EPERM"), 1);
	assert_int_equal(errno_by_name("0"), 0);
	assert_int_equal(errno_by_name("4095"), 4095);
	for (int value = 1; value < 4096; value++) {
		const char *name = errno_name(value);
		if (name != NULL)
			assert_int_equal(errno_by_name(name), value);
	}
}

/* Two names for one value: the C library gives only one of them back. */
static void errno_aliases(void **state)
{
	(void)state;

	assert_int_equal(errno_by_name("EOPNOTSUPP"), EOPNOTSUPP);
	assert_int_equal(errno_by_name("ENOTSUP"), ENOTSUP);
	assert_int_equal(errno_by_name("EAGAIN"), EAGAIN);
	assert_int_equal(errno_by_name("EWOULDBLOCK"), EWOULDBLOCK);
	assert_int_equal(errno_by_name("EDEADLK"), EDEADLK);
	assert_int_equal(errno_by_name("EDEADLOCK"), EDEADLOCK);
}

static void what_is_no_errno(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "enosys", "ENOSY", "4096", "-1", "E", "ENOSYS "};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(errno_by_name(bad[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_lengths),
		cmocka_unit_test(documents_get_valid_utf8),
		cmocka_unit_test(terminals_get_no_controls),
		cmocka_unit_test(terminals_get_nothing_deceptive),
		cmocka_unit_test(every_pair_of_bytes_gives_utf8),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(what_is_no_whole_number),
		cmocka_unit_test(errnos_both_ways),
		cmocka_unit_test(errno_aliases),
		cmocka_unit_test(what_is_no_errno),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

/* What the status line says where there is little room, and how wide names are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "statusline.h"

static void widths(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{"", 0},
		{"abc", 3},
		{"\xc3\xa9t\xc3\xa9", 3},                    /* U+00E9 */
		{"\xe6\xbc\xa2\xe5\xad\x97", 4},             /* two ideographs */
		{"\xef\xbd\xb1", 1},                         /* U+FF71, a narrow one */
		{"\xf0\x9f\x98\x80", 2},                     /* U+1F600 */
		{"e\xcc\x81", 1},                            /* e and U+0301 on top of it */
		{"\xe0\xb8\x99\xe0\xb9\x89\xe0\xb8\xb3", 2}, /* Thai, with a tone mark */
		{"\xe2\x9d\xa4\xef\xb8\x8f", 2},             /* U+2764 made an emoji */
		{"\xf0\xb0\x80\x80", 2}, /* an ideograph newer than many tables */
		{"\xee\x80\x80", 1},     /* private use */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(columns_of(cases[i].text), cases[i].columns);
}

/* Whatever the locale is, which is left as it was. */
static void the_locale_plays_no_role(void **state)
{
	locale_t before = uselocale((locale_t)0);
	char number[16];

	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	assert_int_equal(columns_of("\xe6\xbc\xa2"), 2);
	assert_ptr_equal(uselocale((locale_t)0), before);
	(void)snprintf(number, sizeof(number), "%.1f", 1.5);
	assert_string_equal(number, "1.5");
}

static void cuts(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *cut;
	} cases[] = {
		{"abcdef", 6, "abcdef"},
		{"abcdef", 5, "ab..."},
		{"abcdef", 3, "..."},
		{"abcdef", 1, "."},
		{"abcdef", 0, ""},
		{"\xe6\xbc\xa2\xe5\xad\x97xy", 6, "\xe6\xbc\xa2\xe5\xad\x97xy"},
		/* Half of a wide character is none. */
		{"\xe6\xbc\xa2\xe5\xad\x97xy", 5, "\xe6\xbc\xa2..."},
		{"\xe6\xbc\xa2\xe5\xad\x97xyz", 4, "..."},
		/* What is on top of a character stays with it. */
		{"e\xcc\x81\xcc\x81xyzw", 4, "e\xcc\x81\xcc\x81..."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		columns_add_cut(&out, cases[i].text, cases[i].columns);
		assert_string_equal(out.s, cases[i].cut);
	}
}

static void expect(const struct status *status, size_t columns, const char *expected)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!statusline_text(&text, status, columns)) {
		assert_null(expected);
		return;
	}
	assert_non_null(expected);
	assert_string_equal(text.s, expected);
}

static void less_room_less_said(void **state)
{
	const struct status busy = {.t = 12, .last_new = 12, .calls = 34, .processes = 1};
	const struct status idle = {.t = 12, .last_new = 3, .calls = 34, .processes = 5};
	const struct status again = {.t = 12, .last_new = 12, .processes = 1, .some_known = true};

	(void)state;
	expect(&busy, 80, "[12s 34 calls, 1 process]");
	expect(&again, 80, "[12s 0 new calls, 1 process]");
	expect(&idle, 80, "[12s 34 calls, 5 processes, nothing new for 9s]");
	expect(&idle, 47, "[12s 34 calls, 5 processes, nothing new for 9s]");
	expect(&idle, 46, "[12s 34 calls, 5 processes]");
	expect(&idle, 26, "[12s 34 calls]");
	expect(&idle, 13, "[12s]");
	expect(&idle, 4, NULL);
	expect(&idle, 0, NULL);
}

static void who_is_waited_for_comes_first(void **state)
{
	struct status status = {.t = 12, .last_new = 3, .calls = 34, .processes = 5};

	(void)state;
	status.waiting_for = "sleep (4711)";
	expect(&status, 80,
	       "[12s 34 calls, 5 processes, nothing new for 9s, waiting for sleep (4711)]");
	expect(&status, 60, "[12s 34 calls, 5 processes, waiting for sleep (4711)]");
	expect(&status, 45, "[12s 34 calls, waiting for sleep (4711)]");
	expect(&status, 35, "[12s, waiting for sleep (4711)]");
	expect(&status, 26, "[waiting for sleep (4711)]");
	expect(&status, 20, "[waiting for sle...]");
	expect(&status, 14, "[waiting]");
	expect(&status, 9, "[waiting]");
	expect(&status, 8, NULL);
	status.waiting_for = "a-rather-long-name (4711)";
	expect(&status, 80,
	       "[12s 34 calls, 5 processes, nothing new for 9s, waiting for a-rather-long-na...]");
	expect(&status, 31, "[12s, waiting for a-rather-...]");
}

/* Neither controls nor characters of any width make it wider than the terminal. */
static void names_that_would_break_it(void **state)
{
	static const char *const names[] = {
		"\033[2J\n\t\a",
		"\xff\xfe",
		"\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2 (1)",
		"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81 (1)",
		"\xe2\x80\xae\xe2\x80\x8d",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct status status = {.t = 1e9, .waiting_for = names[i]};
		for (size_t columns = 0; columns < 120; columns++) {
			cleanup_strbuf struct strbuf text = STRBUF_INIT;
			if (!statusline_text(&text, &status, columns)) {
				assert_true(columns < 9);
				continue;
			}
			assert_true(columns_of(text.s) <= columns);
			assert_non_null(strstr(text.s, "waiting"));
			assert_null(strpbrk(text.s, "\033\n\t\a"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),
		cmocka_unit_test(the_locale_plays_no_role),
		cmocka_unit_test(cuts),
		cmocka_unit_test(less_room_less_said),
		cmocka_unit_test(who_is_waited_for_comes_first),
		cmocka_unit_test(names_that_would_break_it),
	};

	return cmocka_run_group_tests_name("status line", tests, NULL, NULL);
}

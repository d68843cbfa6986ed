/* Lines that are written member by member, with the same of json-c's objects as their judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "json.h"
#include "json_line.h"

static const char *const texts[] = {
	"",           "plain", "{",    "[",        ",",    "\"quoted\"", "back\\slash",
	"\b\f\n\r\t", "\x1f",  "\x7f", "\xff",     "\xc3", "\xc3\xa9",   "a\xe2\x82",
	"ends in \"", "\\",    "\x01", "\"\x02\"", "/",    NULL,
};

static void is_written_as_an_object_is(void **state)
{
	static const int64_t ints[] = {0, -1, 1, INT64_MIN, INT64_MAX};
	static const uint64_t uints[] = {0, 1, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cleanup_strbuf struct strbuf line = STRBUF_INIT, expected = STRBUF_INIT;
		struct json_object *object = json_new_object(), *inner = json_new_object();
		int64_t number = ints[i % (sizeof(ints) / sizeof(ints[0]))];
		uint64_t large = uints[i % (sizeof(uints) / sizeof(uints[0]))];

		json_line_open(&line);
		json_line_text(&line, "text", texts[i]);
		json_line_int(&line, "\"int\"", number);
		json_line_open_member(&line, "inner");
		json_line_uint(&line, "uint", large);
		json_line_text(&line, "last", texts[i]);
		json_line_close(&line);
		json_line_number(&line, "number", "0.10");
		json_line_close(&line);
		json_line_end(&line);

		json_set_text(object, "text", texts[i]);
		json_set_int(object, "\"int\"", number);
		json_set_uint(inner, "uint", large);
		json_set_text(inner, "last", texts[i]);
		json_set(object, "inner", inner);
		json_set(object, "number", json_new_double(0.1, "0.10"));
		json_add_line(&expected, object);
		assert_string_equal(line.s, expected.s);
	}
}

static void arrays_of_texts(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
		cleanup_strbuf struct strbuf line = STRBUF_INIT, expected = STRBUF_INIT;
		struct json_object *object = json_new_object(), *array = json_new_array();

		/* The last n of them. */
		const char *const *first = texts + sizeof(texts) / sizeof(texts[0]) - 1 - n;
		json_line_open(&line);
		json_line_texts(&line, "texts", (char *const *)(uintptr_t)first);
		json_line_int(&line, "more", 1);
		json_line_close(&line);
		json_line_end(&line);

		for (const char *const *text = first; *text != NULL; text++)
			json_push_text(array, *text);
		json_set(object, "texts", array);
		json_set_int(object, "more", 1);
		json_add_line(&expected, object);
		assert_string_equal(line.s, expected.s);
	}
}

/* Each line begins anew, whatever stands before it. */
static void lines_after_lines(void **state)
{
	cleanup_strbuf struct strbuf lines = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		json_line_open(&lines);
		json_line_open_member(&lines, "empty");
		json_line_close(&lines);
		json_line_close(&lines);
		json_line_end(&lines);
	}
	assert_string_equal(lines.s, "{\"empty\":{}}\n{\"empty\":{}}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_written_as_an_object_is),
		cmocka_unit_test(arrays_of_texts),
		cmocka_unit_test(lines_after_lines),
	};

	return cmocka_run_group_tests_name("json_line", tests, NULL, NULL);
}

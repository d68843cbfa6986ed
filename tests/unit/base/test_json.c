/* JSON's values, their text and the reading of it, with json-c as the judge of both. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "json_parse.h"
#include "text.h"

#define ROUNDS 20000

static uint64_t seed;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)((seed >> 33) % n);
}

static struct json_object *random_text(void)
{
	static const char *const parts[] = {
		"a",
		"\"",
		"\\",
		"/",
		"\b\f\n\r\t",
		"\x01\x1f\x7f",
		"\xff",
		"\xc3\xa9",
		"\xe2\x82\xac",
		"\xf0\x9f\x98\x80",
		"u0041",
		"name",
	};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (unsigned n = below(6); n > 0; n--)
		strbuf_adds(&text, parts[below(sizeof(parts) / sizeof(parts[0]))]);
	return json_new_text(text.s);
}

static struct json_object *random_value(unsigned depth)
{
	struct json_object *container;

	switch (below(depth > 0 ? 9 : 7)) {
	case 0:
		return NULL;
	case 1:
		return json_new_bool(below(2) == 1);
	case 2:
		return json_new_int(below(2) == 1 ? INT64_MIN : -(int64_t)below(1000));
	case 3:
		return json_new_uint(below(2) == 1 ? UINT64_MAX : below(1000));
	case 4:
		return json_new_decimal((double)below(100000) / 7, (int)below(7) + 1);
	case 5:
	case 6:
		return random_text();
	case 7:
		container = json_new_array();
		for (unsigned n = below(5); n > 0; n--)
			json_push(container, random_value(depth - 1));
		return container;
	default:
		container = json_new_object();
		for (unsigned n = below(5); n > 0; n--) {
			cleanup_json struct json_object *key = random_text();
			json_set(container, json_object_get_string(key), random_value(depth - 1));
		}
		return container;
	}
}

static const char *as_json_c_writes_it(struct json_object *value, int flags)
{
	return json_object_to_json_string_ext(value, flags);
}

/* json-c reads it as strictly as it can. */
static struct json_object *as_json_c_reads_it(const char *text, bool *good)
{
	struct json_tokener *tokener = json_tokener_new_ex(16);

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *value = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	*good = json_tokener_get_error(tokener) == json_tokener_success;
	json_tokener_free(tokener);
	return value;
}

static int parse(const char *text, struct json_object **value, struct err *err)
{
	struct json_parsing parsing = {.depth_max = 16};

	return json_parse(&parsing, text, strlen(text), value, err);
}

static void is_written_as_json_c_does(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		cleanup_json struct json_object *value = random_value(4);
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		json_add(&text, value);
		assert_string_equal(
			text.s, as_json_c_writes_it(value, JSON_C_TO_STRING_PLAIN |
								   JSON_C_TO_STRING_NOSLASHESCAPE));
	}
}

static void what_was_written_reads_back(void **state)
{
	static const int flags[] = {JSON_C_TO_STRING_PLAIN, JSON_C_TO_STRING_PRETTY,
				    JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE};

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		cleanup_json struct json_object *value = random_value(4), *again = NULL;
		cleanup_strbuf struct strbuf indented = STRBUF_INIT, ours = STRBUF_INIT;
		const char *text = as_json_c_writes_it(value, flags[below(3)]);
		if (below(2) == 1) {
			json_add_indented(&indented, value);
			text = indented.s;
		}
		assert_int_equal(parse(text, &again, NULL), 0);
		json_add(&ours, again);
		assert_string_equal(
			ours.s, as_json_c_writes_it(value, JSON_C_TO_STRING_PLAIN |
								   JSON_C_TO_STRING_NOSLASHESCAPE));
	}
}

/* Whatever is accepted is JSON to json-c too, and the same. */
static void what_is_accepted_is_json(void **state)
{
	static const char bytes[] = "{}[],:\"\\/u0123456789abcdefDE+-.tnrl \t\n\x01\xff\xc3\xa9";
	int accepted = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		cleanup_json struct json_object *value = random_value(4), *ours = NULL,
						*theirs = NULL;
		cleanup_free char *text = strdup(as_json_c_writes_it(value, 0));
		bool good;

		for (unsigned n = below(3); n > 0; n--)
			text[below((unsigned)strlen(text))] = bytes[below(sizeof(bytes) - 1)];
		if (parse(text, &ours, NULL) < 0)
			continue;
		accepted++;
		theirs = as_json_c_reads_it(text, &good);
		if (!good || !json_object_equal(ours, theirs))
			fail_msg("accepted: %s", text);
	}
	assert_true(accepted > ROUNDS / 3);
}

/* Every start of a document is refused, and nothing behind it is looked at. */
static void is_read_up_to_its_end(void **state)
{
	static const char text[] =
		"{\"a\":[-1.5e+3,true,null,\"\\ud83d\\ude00\\n\xc3\xa9\"],\"b\":{}}";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		cleanup_json struct json_object *value = NULL;
		struct json_parsing parsing = {.depth_max = 2};
		struct err err = {0};
		if ((text[len] & 0x80) != 0)
			continue;
		assert_int_equal(json_parse(&parsing, text, len, &value, &err), -EINVAL);
		assert_string_equal(err_text(&err), "not JSON: unexpected end");
		assert_int_equal(parsing.offset, len);
		err_done(&err);
	}
}

static void nul_in_a_text(void **state)
{
	static const char text[] = "[\"a\\u0000b\"]", key[] = "{\"a\\u0000b\":1}";
	cleanup_json struct json_object *value = NULL, *none = NULL;
	struct json_parsing parsing = {.depth_max = 1, .nul_in_text = true};

	(void)state;
	assert_int_equal(json_parse(&parsing, text, strlen(text), &value, NULL), 0);
	assert_int_equal(json_object_get_string_len(json_object_array_get_idx(value, 0)), 3);
	assert_int_equal(json_parse(&parsing, key, strlen(key), &none, NULL), -EINVAL);
	assert_null(none);
}

static void nothing_is_null(void **state)
{
	cleanup_json struct json_object *object = json_new_object();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	json_set(object, "null", json_new_text(NULL));
	json_set_text(object, "left out", NULL);
	json_add(&text, object);
	assert_string_equal(text.s, "{\"null\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_written_as_json_c_does),
		cmocka_unit_test(what_was_written_reads_back),
		cmocka_unit_test(what_is_accepted_is_json),
		cmocka_unit_test(is_read_up_to_its_end),
		cmocka_unit_test(nul_in_a_text),
		cmocka_unit_test(nothing_is_null),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

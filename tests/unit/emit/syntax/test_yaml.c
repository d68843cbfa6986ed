/* YAML alone: what is refused, what its scalars and aliases mean, what is quoted. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "err.h"
#include "strbuf.h"
#include "syntax_yaml.h"
#include "trees.h"
#include "yaml_scalar.h"

static void test_yaml_refuses(void **state)
{
	static const struct bad_document bad[] = {
		{"", "f:1: the document is empty"},
		{"\n# nothing\n", "f:3: the document is empty"},
		{"a: 1\n---\nb: 2\n", "f:3: expected one document, got several"},
		{"a: 1\n...\n--- 2\n", "f:3: expected one document, got several"},
		{"a: *x\nb: &x 1\n", "f:1: an alias without an anchor before it"},
		{"a: &x [*x]\n", "f:1: an alias of what it is a part of"},
		{"a: &x 1\nb: &x {c: *x}\n", "f:2: an alias of what it is a part of"},
		{"a: &x 1\n---\n- *x\n", "f:3: an alias without an anchor before it"},
		{"a: &x 1\n*x : 2\n", "f:2: expected a text as the key"},
		{"a:\n  <<: 1\n", "f:2: expected a mapping, or a list of them, to merge"},
		{"a:\n  <<: [{}, 1]\n", "f:2: expected a mapping, or a list of them, to merge"},
		{"a:\n  <<:\n", "f:2: expected a mapping, or a list of them, to merge"},
		{"a: 1\n[b]: 1\n", "f:2: expected a text as the key"},
		{"a: 1\n? {b: c}\n: 1\n", "f:2: expected a text as the key"},
		{"a: !!int x\n", "f:1: the tag does not fit the text"},
		{"a: !!int 1.5\n", "f:1: the tag does not fit the text"},
		{"a: !!null x\n", "f:1: the tag does not fit the text"},
		{"a: !!binary aGVsbG8=\n", "f:1: the tag does not fit the text"},
		{"a: 1\nb: \"\\0\"\n", "f:2: NUL in a string"},
		{"a: 1\n\"b\\0\": 1\n", "f:2: NUL in a string"},
		{"a: [1\nb: 2\n",
		 "f:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence"},
		{"a: b: c\n", "f:1: not YAML: mapping values are not allowed in this context"},
		{"a: 1\n\tb: 2\n", "f:2: not YAML: found a tab character that violates "
				   "indentation while scanning a plain scalar"},
		{"a: 1\nb: \xff\n", "f:2: not YAML: invalid leading UTF-8 octet"},
		{"a: 1\nb: \x01\n", "f:2: not YAML: control characters are not allowed"},
		{"a: \"\\ud800\"\n", "f:1: not YAML: found invalid Unicode character escape code "
				     "while parsing a quoted scalar"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_document_refused(yaml_read, &bad[i]);
}

/* A plain scalar in YAML, and what it is in JSON. */
static const struct {
	const char *yaml, *json;
} types[] = {{"", "null"},
	     {"~", "null"},
	     {"null", "null"},
	     {"NULL", "null"},
	     {"nULL", "\"nULL\""},
	     {"true", "true"},
	     {"False", "false"},
	     {"no", "false"},
	     {"Yes", "true"},
	     {"y", "true"},
	     {"OFF", "false"},
	     {"yES", "\"yES\""},
	     {"'no'", "\"no\""},
	     {"0", "0"},
	     {"-0", "0"},
	     {"+7", "7"},
	     {"-9223372036854775808", "-9223372036854775808"},
	     {"18446744073709551615", "18446744073709551615"},
	     {"0xFfffFfffFfffFfff", "18446744073709551615"},
	     {"0x1F", "31"},
	     {"0o8", "\"0o8\""},
	     {"-0o17", "-15"},
	     {"010", "8"},
	     {"-010", "-8"},
	     {"08", "8"},
	     {"0o10", "8"},
	     {"0b11", "3"},
	     {"0B1_1", "3"},
	     {"-0x1", "-1"},
	     {"0x1_f", "31"},
	     {"1_000", "1000"},
	     {"1_", "1"},
	     {"1:30", "\"1:30\""},
	     {"18446744073709551616", "18446744073709551616"},
	     {"-9223372036854775809", "-9223372036854775809"},
	     {"0x10000000000000000", "\"0x10000000000000000\""},
	     {"38.0", "38"},
	     {"9007199254740992.0", "9007199254740992.0"},
	     {"!x 1", "1"},
	     {"!!str 1", "\"1\""},
	     {"! 1", "\"1\""},
	     {"!!int '5'", "5"},
	     {"!!float 5", "5"},
	     {"!!bool 'yes'", "true"},
	     {"!!null ''", "null"},
	     {"!!seq [1]", "[1]"},
	     {"!x {a: 1}", "{\"a\":1}"},
	     {"0b2", "\"0b2\""},
	     {"1:x", "\"1:x\""},
	     {"1:100", "\"1:100\""},
	     {"_1", "\"_1\""},
	     {"2024-01-02", "\"2024-01-02\""},
	     {"'010'", "\"010\""},
	     {"0x", "\"0x\""},
	     {"1.5", "1.5"},
	     {".5e-3", ".5e-3"},
	     {"1e3", "1000"},
	     {"-.inf", "-.inf"},
	     {".NaN", ".NaN"},
	     {"-.nan", "\"-.nan\""},
	     {"1e", "\"1e\""},
	     {".", "\".\""},
	     {"-", "[null]"},
	     {"'1'", "\"1\""},
	     {"\"~\"", "\"~\""},
	     {"SCMP_ACT_ALLOW", "\"SCMP_ACT_ALLOW\""},
	     {"|\n  a\n  b", "\"a\\nb\""},
	     {"{a: 1, b: [x]}", "{\"a\":1,\"b\":[\"x\"]}"}};

static void test_yaml_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		cleanup_free char *yaml = xasprintf("v:\n  %s", types[i].yaml);
		cleanup_free char *json = xasprintf("{\"v\":%s}", types[i].json);
		cleanup_free char *got = read_as_json(yaml_read, yaml);
		assert_string_equal(got, json);
	}
}

/* Numbers that are none, or others, to the other version of YAML. */
static void test_yaml_ambiguous(void **state)
{
	static const char *const numbers[] = {
		"010",  "00",   "-07",   "+08", "0o10", "0b11",
		"-0b1", "-0x1", "0x1_f", "1_0", "1e3",  "1.0",
	};
	static const char *const plain[] = {"0", "-0", "10", "0x1f", "1.5", "1:30", "'010'", "a_1"};

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		bool odd = i < sizeof(numbers) / sizeof(numbers[0]);
		cleanup_free char *text =
			xasprintf("a:\n  b: %s\n", odd ? numbers[i] : plain[i - 12]);
		struct err err = {0};
		struct tree tree;

		assert_int_equal(yaml_read("f", text, strlen(text), &tree, &err), 0);
		assert_int_equal(tree.odd.numbers.n, odd);
		assert_int_equal(tree.odd.numbers.line, odd ? 2 : 0);
		tree_done(&tree);
	}
}

/* As kubectl 1.32 has it. */
static void test_yaml_shared(void **state)
{
	static const char *const read[][2] = {
		{"a: &x 1\nb: *x\nc: &x ~\nd: [*x]\n", "{\"a\":1,\"b\":1,\"c\":null,\"d\":[null]}"},
		{"&x a: *x\nb: &y [&y 1, *y]\nc: *y\n", "{\"a\":\"a\",\"b\":[1,1],\"c\":1}"},
		{"a: &x {p: [1]}\nb: *x\n", "{\"a\":{\"p\":[1]},\"b\":{\"p\":[1]}}"},
		{"a: &x {p: 1, q: 1}\nb:\n  <<: *x\n  q: 2\n",
		 "{\"a\":{\"p\":1,\"q\":1},\"b\":{\"p\":1,\"q\":2}}"},
		{"a: &x {p: 1}\nb:\n  p: 2\n  <<: *x\n", "{\"a\":{\"p\":1},\"b\":{\"p\":1}}"},
		{"a:\n  <<: [{p: 1}, {p: 2, q: 2}]\n", "{\"a\":{\"p\":1,\"q\":2}}"},
		{"a:\n  \"<<\": {p: 1}\n", "{\"a\":{\"<<\":{\"p\":1}}}"},
		{"a: 1\nb: 2\na: 3\n", "{\"a\":3,\"b\":2}"},
		{"a: {x: 1}\na: {y: 1}\n", "{\"a\":{\"y\":1}}"},
		{"1: a\nyes: b\n", "{\"1\":\"a\",\"yes\":\"b\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++) {
		cleanup_free char *json = read_as_json(yaml_read, read[i][0]);
		/* A list of merged mappings is put in from its end. */
		if (i == 4)
			assert_non_null(strstr(json, "\"p\":1"));
		else
			assert_string_equal(json, read[i][1]);
	}
}

/* A few lines that stand for ten to the power of nine values. */
static void test_yaml_laughs(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct err err = {0};
	struct tree tree;

	(void)state;
	strbuf_adds(&text, "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
	for (int i = 1; i < 9; i++) {
		strbuf_addf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			strbuf_addf(&text, "*a%d,", i - 1);
		strbuf_adds(&text, "]\n");
	}
	assert_int_equal(yaml_read("f", text.s, text.len, &tree, &err), -EINVAL);
	assert_string_equal(err_text(&err), "f:6: the aliases stand for too much");
	err_done(&err);
}

static void test_yaml_quotes_what_needs_it(void **state)
{
	static const char *const plain[] = {"read", "SCMP_ACT_ALLOW", "nope", "/run/a.sock", "a-1"};
	static const char *const quoted[] = {"",  "no", "NO", "On", "y",    "~",   "0x1", "017",
					     "-", ".5", "=",  "<<", "1:30", "1_0", "null"};

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_false(yaml_scalar_needs_quotes(plain[i]));
	for (size_t i = 0; i < sizeof(quoted) / sizeof(quoted[0]); i++)
		assert_true(yaml_scalar_needs_quotes(quoted[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_refuses),
		cmocka_unit_test(test_yaml_types),
		cmocka_unit_test(test_yaml_ambiguous),
		cmocka_unit_test(test_yaml_shared),
		cmocka_unit_test(test_yaml_laughs),
		cmocka_unit_test(test_yaml_quotes_what_needs_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

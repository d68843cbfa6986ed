/* JSON and YAML as syntaxes: what is read, with which lines, what is refused, what is written. */
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
#include "syntax_json.h"
#include "syntax_yaml.h"
#include "trees.h"

static void test_json_refuses(void **state)
{
	static const struct bad_document bad[] = {
		{"{", "f:1: not JSON: unexpected end"},
		{"{\n\"a\": \"b", "f:2: not JSON: unexpected end"},
		{"{\n\"a\"\n1}", "f:3: not JSON: expected ':'"},
		{"{\"a\": 1,}", "f:1: not JSON: expected a string between double quotes"},
		{"{\"a\": [1,]}", "f:1: not JSON: expected a value"},
		{"{\"a\": 1\n\"b\": 2}", "f:2: not JSON: expected ',' or '}'"},
		{"{\"a\": [1\n2]}", "f:2: not JSON: expected ',' or ']'"},
		{"{\"a\": 01}", "f:1: not JSON: expected ',' or '}'"},
		{"{\"a\": True}", "f:1: not JSON: expected a value"},
		{"{\"a\": \"\\q\"}", "f:1: not JSON: unknown escape in a string"},
		{"{\"a\": \"\\u12g4\"}",
		 "f:1: not JSON: expected four hexadecimal digits after \\u"},
		{"{'a': 1}", "f:1: not JSON: expected a string between double quotes"},
		{"{\"a\":\n'b'}", "f:2: not JSON: expected a string between double quotes"},
		{"{\"a\":\nNaN}", "f:2: not JSON: expected a value"},
		{"{\"a\": Infinity}", "f:1: not JSON: expected a value"},
		{"{\"a\": -Infinity}", "f:1: not JSON: expected a digit"},
		{"{\"a\": 1.}", "f:1: not JSON: expected a digit"},
		{"{\"a\": \"\t\"}", "f:1: not JSON: control character in a string"},
		{"{\"a\": \"\n\"}", "f:1: not JSON: control character in a string"},
		{"{\"a\": /* b\n", "f:2: not JSON: unexpected end"},
		{"{\"a\": /b/ 1}", "f:1: not JSON: expected a value"},
		{"{}\n{}", "f:2: expected the end of the document after its '}'"},
		{"{}}", "f:1: expected the end of the document after its '}'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_document_refused(json_read, &bad[i]);
}

static void test_json_reads(void **state)
{
	static const char text[] = " {\"a\" : [ -9223372036854775808,\t18446744073709551615,-0,\r\n"
				   "1.5e-3, true,false, null,{ },[ ]],"
				   "\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\":\"/\"} \n";
	cleanup_free char *json = read_as_json(json_read, text);

	(void)state;
	assert_string_equal(json,
			    "{\"a\":[-9223372036854775808,18446744073709551615,-0,1.5e-3,"
			    "true,false,null,{},[]],"
			    "\"\xc3\xa9\xf0\x9f\x98\x80\\\"\\\\\\/\\b\\f\\n\\r\\t\":\"\\/\"}");
}

/* What is read of text that is not quite JSON, and how often something odd was noted. */
static void test_json_oddities(void **state)
{
	static const struct {
		const char *text, *json;
		size_t comments, no_unicode;
	} odd[] = {
		{"// a\n{\"a\"/**/: /* { */ [1/*\n*/,2] // b\n}//", "{\"a\":[1,2]}", 6, 0},
		{"{\"a\":\"\xff\xe2\x82\"}", "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}", 0,
		 3},
		{"{\"a\":\"\\ud800\\u0041\\udc00\"}",
		 "{\"a\":\"\xef\xbf\xbd"
		 "A\xef\xbf\xbd\"}",
		 0, 2},
		{"{\"a\\u0000\":1}", "{\"a\xef\xbf\xbd\":1}", 0, 1},
		{"{\"a\":\"b\\u0000c\"}", "{\"a\":\"b\\u0000c\"}", 0, 0},
		{"[18446744073709551616,-9223372036854775809,1e999]",
		 "[18446744073709551616,-9223372036854775809,1e999]", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		cleanup_free char *json = read_as_json(json_read, odd[i].text);
		struct err err = {0};
		struct tree tree;

		assert_string_equal(json, odd[i].json);
		assert_int_equal(json_read("f", odd[i].text, strlen(odd[i].text), &tree, &err), 0);
		assert_int_equal(tree.odd.comments.n, odd[i].comments);
		assert_int_equal(tree.odd.no_unicode.n, odd[i].no_unicode);
		tree_done(&tree);
	}
}

/* As Go's encoding/json reads into a value that is there already, and runc so. */
static void test_json_duplicates(void **state)
{
	static const char *const read[][2] = {
		{"{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"a\":3,\"b\":2}"},
		{"{\"a\":{\"x\":[1]},\"a\":{\"y\":{}}}", "{\"a\":{\"x\":[1],\"y\":{}}}"},
		{"{\"a\":[{\"x\":1,\"y\":2},{\"x\":3}],\"a\":[{\"x\":4}]}",
		 "{\"a\":[{\"x\":4,\"y\":2}]}"},
		{"{\"a\":[{\"x\":1}],\"a\":[2,{\"x\":3}]}", "{\"a\":[2,{\"x\":3}]}"},
		{"{\"a\":[1,2],\"a\":null,\"b\":\"t\",\"b\":null}", "{\"a\":null,\"b\":\"t\"}"},
		{"{\"a\":{\"b\":1},\"a\":[],\"a\":{\"c\":1}}", "{\"a\":{\"c\":1}}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++) {
		cleanup_free char *json = read_as_json(json_read, read[i][0]);
		assert_string_equal(json, read[i][1]);
	}
}

/* Each duplicate costs a search, and there is room for millions. */
static void test_many_duplicates(void **state)
{
	(void)state;
	for (int yaml = 0; yaml <= 1; yaml++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct err err = {0};
		struct tree tree;

		strbuf_adds(&text, "{\"a\": 1");
		for (int i = 0; i < 20000; i++)
			strbuf_addf(&text, ",\n\"k%d\": 1", i);
		for (int i = 0; i < 2000; i++)
			strbuf_adds(&text, ",\n\"k19999\": 2");
		strbuf_adds(&text, "}");
		assert_int_equal((yaml ? yaml_read : json_read)("f", text.s, text.len, &tree, &err),
				 -EINVAL);
		assert_string_equal(err_text(&err), "f:21001: too many duplicate keys");
		err_done(&err);
	}
}

/* TREE_DEPTH_MAX containers are read in either syntax, one more is not. */
static void test_depth(void **state)
{
	struct err err = {0};

	(void)state;
	for (int depth = TREE_DEPTH_MAX - 1; depth <= TREE_DEPTH_MAX + 2; depth++) {
		for (int full = 0; full <= 1; full++) {
			cleanup_strbuf struct strbuf text = STRBUF_INIT;
			struct tree tree;

			strbuf_adds(&text, "{\"a\":");
			for (int i = 1; i < depth; i++)
				strbuf_addch(&text, '[');
			strbuf_adds(&text, full ? "1" : "");
			for (int i = 1; i < depth; i++)
				strbuf_addch(&text, ']');
			strbuf_addch(&text, '}');
			for (int yaml = 0; yaml <= 1; yaml++) {
				int r = (yaml ? yaml_read : json_read)("f", text.s, text.len, &tree,
								       &err);
				assert_int_equal(r, depth > TREE_DEPTH_MAX ? -EINVAL : 0);
				if (r == 0)
					tree_done(&tree);
				else
					assert_string_equal(err_text(&err),
							    "f:1: nested deeper than 64 levels");
			}
		}
	}
	err_done(&err);
}

/* Many containers beside each other are not deep. */
static void test_wide(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_adds(&text, "{\"a\":[");
	for (int i = 0; i < 10 * TREE_DEPTH_MAX; i++)
		strbuf_adds(&text, "[],{},");
	strbuf_adds(&text, "[]]}");
	cleanup_free char *json = read_as_json(json_read, text.s);
	cleanup_free char *yaml = read_as_json(yaml_read, text.s);
	assert_string_equal(json, text.s);
	assert_string_equal(yaml, text.s);
}

static void test_very_deep(void **state)
{
	static const char *const starts[] = {"{\"a\":", "[", "- ", "{a: "};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct tree tree;

		for (int n = 0; n < 100000; n++)
			strbuf_adds(&text, starts[i]);
		int r = (i == 0 ? json_read : yaml_read)("f", text.s, text.len, &tree, &err);
		assert_int_equal(r, -EINVAL);
	}
	err_done(&err);
}

static size_t line_of(const struct node *object, const char *key)
{
	struct node member;

	assert_true(node_get(object, key, &member));
	return member.line;
}

static void check_lines(read_fn *read_text, const char *text, const size_t lines[6])
{
	struct err err = {0};
	struct tree tree;
	struct node list;

	assert_int_equal(read_text("f", text, strlen(text), &tree, &err), 0);
	struct node root = tree_root(&tree);
	assert_int_equal(root.line, lines[0]);
	assert_int_equal(line_of(&root, "word"), lines[1]);
	assert_int_equal(line_of(&root, "double"), lines[2]);
	assert_true(node_get(&root, "list", &list));
	assert_int_equal(list.key_line, lines[3]);
	struct node item = node_item(&list, 0);
	assert_int_equal(item.line, lines[4]);
	item = node_item(&list, 1);
	assert_int_equal(line_of(&item, "x"), lines[5]);
	tree_done(&tree);
}

static void test_lines(void **state)
{
	(void)state;
	check_lines(json_read,
		    "\n{\n\"word\":\ntrue, \"double\": 1.5,\n\n\"list\": [ 1,\n{\"x\"\n:2}]}",
		    (size_t[]){2, 4, 4, 6, 6, 8});
	check_lines(yaml_read, "\n# c\nword: true\ndouble: 1.5\nlist:\n  - 1\n  - y: 1\n    x: 2\n",
		    (size_t[]){3, 3, 4, 5, 6, 8});
}

static struct json_object *sample_tree(void)
{
	static const char *const texts[] = {
		"",      "no",     "Yes",  "y",   "~",      "null",       "0x1",  "1",    "-1",
		"+1",    "1.5",    ".5",   "1e3", "1_0",    "1:30",       "true", "off",  "=",
		"<<",    "<",      "-",    "- a", "a: b",   "a #b",       "#a",   " a",   "a ",
		"a\nb",  "a\tb",   "\x7f", "é",   "\u2028", "2001-01-01", "read", "/a b", "---",
		"[a]",   "{a: b}", "*a",   "&a",  "!a",     "%a",         "@a",   "`a",   "'a'",
		"\"a\"", "?",      "? a",  ":",   "a:",     "|",          ">",    "a\\b", "...",
	};
	struct json_object *root = json_new_object();
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_push_text(list, texts[i]);
	json_set(root, "texts", list);
	json_set_uint(root, "number", UINT64_MAX);
	json_set(root, "none", NULL);
	json_set(root, "truth", json_new_bool(true));
	json_set(root, "nothing", json_new_array());
	json_set(root, "empty", json_new_object());
	json_set_text(root, "no", "key");
	return root;
}

static void test_written_is_read_back(void **state)
{
	(void)state;
	for (int yaml = 0; yaml <= 1; yaml++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct json_object *root = sample_tree();
		struct err err = {0};
		struct tree tree;

		if (yaml)
			yaml_write(root, &text);
		else
			json_write(root, &text);
		int r = (yaml ? yaml_read : json_read)("f", text.s, text.len, &tree, &err);
		if (r < 0)
			fail_msg("%s in:\n%s", err_text(&err), text.s);
		if (!json_object_equal(root, tree.root))
			fail_msg("reads as something else:\n%s", text.s);
		tree_done(&tree);
		json_object_put(root);
	}
}

static void test_written_bytes(void **state)
{
	struct json_object *root = json_new_object();
	struct json_object *list = json_new_array();
	cleanup_strbuf struct strbuf json = STRBUF_INIT;
	cleanup_strbuf struct strbuf yaml = STRBUF_INIT;

	(void)state;
	json_push_text(list, "a/b");
	json_push_text(list, "no");
	json_set(root, "list", list);
	json_set(root, "empty", json_new_array());
	json_set_uint(root, "n", UINT64_MAX);
	json_write(root, &json);
	yaml_write(root, &yaml);
	json_object_put(root);
	assert_string_equal(json.s, "{\n  \"list\": [\n    \"a/b\",\n    \"no\"\n  ],\n"
				    "  \"empty\": [],\n  \"n\": 18446744073709551615\n}\n");
	assert_string_equal(yaml.s, "list:\n- a/b\n- \"no\"\nempty: []\n"
				    "\"n\": 18446744073709551615\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_refuses),
		cmocka_unit_test(test_json_reads),
		cmocka_unit_test(test_json_oddities),
		cmocka_unit_test(test_json_duplicates),
		cmocka_unit_test(test_many_duplicates),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_very_deep),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_written_is_read_back),
		cmocka_unit_test(test_written_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

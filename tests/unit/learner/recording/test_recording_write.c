/* Recordings written and read back; and what merging makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "merge_recordings.h"
#include "recording.h"
#include "strbuf.h"

static const char run_a[] =
	"{\"recording\":1,\"tool\":\"0.1.0\",\"started\":\"2026-11-23T18:00:00Z\",\"command\":["
	"\"a\","
	"\"x \\\"y\\\"\"],\"machine\":\"x86_64\",\"kernel\":\"6.18\",\"mode\":\"sieve\"}\n"
	"{\"t\":0.0012,\"abi\":\"x86_64\",\"nr\":0,\"name\":\"read\",\"exe\":\"/bin/"
	"a\",\"comm\":\"a\\n"
	"\",\"pid\":12,\"tid\":13,\"at\":\"/lib/c.so+0x1\",\"result\":-2}\n"
	"{\"t\":0.12345678901,\"abi\":\"x86_64\",\"nr\":1,\"name\":\"write\",\"exe\":\"\"}\n"
	"{\"t\":0.5,\"abi\":\"x86_64\",\"nr\":999}\n"
	"{\"t\":0.9,\"abi\":\"x86\",\"nr\":3,\"name\":\"read\",\"pid\":1,\"result\":"
	"9223372036854775807}\n"
	"{\"t\":1,\"gap\":\"untraced-child\",\"detail\":\"pid 40\"}\n"
	"{\"t\":1,\"gap\":\"odd\"}\n"
	"{\"end\":{\"t\":4.25,\"status\":3,\"processes\":2,\"threads\":5}}\n";

/* Cut off. */
static const char run_b[] =
	"{\"recording\":1,\"started\":\"2026-11-22T18:00:00Z\",\"command\":[]}\n"
	"{\"t\":3,\"abi\":\"x86_64\",\"nr\":0,\"name\":\"read\"}\n"
	"{\"t\":7,\"abi\":\"x86_64\",\"nr\":3,\"name\":\"close\"}\n"
	"{\"t\":7.5,\"abi\":\"x86_64\",\"nr\":999}\n";

static struct recording *parse(const char *text)
{
	struct recording *recording = NULL;
	struct err err = {0};

	if (recording_parse("r", text, strlen(text), &recording, &err) < 0)
		fail_msg("%s in:\n%s", err_text(&err), text);
	assert_int_equal(recording->n_warnings, 0);
	return recording;
}

/* Written, read and written again it is the same; and says this. */
static void check_round_trip(const struct recording *recording, const char *expected)
{
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

	recording_write(recording, &first);
	struct recording *again = parse(first.s);
	assert_int_equal(again->n_sources, recording->n_sources);
	assert_int_equal(again->n_calls, recording->n_calls);
	assert_int_equal(again->n_gaps, recording->n_gaps);
	recording_write(again, &second);
	assert_string_equal(first.s, second.s);
	if (expected != NULL)
		assert_string_equal(first.s, expected);
	(void)recording_free(again);
	strbuf_release(&first);
	strbuf_release(&second);
}

static void what_is_written_is_read_back(void **state)
{
	static const char expected[] =
		"{\"recording\":1,\"tool\":\"0.1.0\",\"started\":\"2026-11-23T18:00:00Z\","
		"\"command\":"
		"[\"a\",\"x "
		"\\\"y\\\"\"],\"machine\":\"x86_64\",\"kernel\":\"6.18\",\"mode\":\"sieve\"}\n"
		"{\"t\":0.0012,\"abi\":\"x86_64\",\"nr\":0,\"name\":\"read\",\"exe\":\"/bin/"
		"a\",\"comm\":"
		"\"a\\n\",\"pid\":12,\"tid\":13,\"at\":\"/lib/c.so+0x1\",\"result\":-2}\n"
		"{\"t\":0.12345678901,\"abi\":\"x86_64\",\"nr\":1,\"name\":\"write\",\"exe\":"
		"\"\","
		"\"pid\":0,\"tid\":0}\n"
		"{\"t\":0.5000,\"abi\":\"x86_64\",\"nr\":999,\"pid\":0,\"tid\":0}\n"
		"{\"t\":0.9000,\"abi\":\"x86\",\"nr\":3,\"name\":\"read\",\"pid\":1,\"tid\":0,"
		"\"result\":"
		"9223372036854775807}\n"
		"{\"t\":1.0000,\"gap\":\"odd\"}\n"
		"{\"t\":1.0000,\"gap\":\"untraced-child\",\"detail\":\"pid 40\"}\n"
		"{\"end\":{\"t\":4.2500,\"status\":3,\"processes\":2,\"threads\":5}}\n";
	struct recording *recording = parse(run_a);

	(void)state;
	check_round_trip(recording, expected);
	(void)recording_free(recording);
	recording = parse(run_b);
	assert_int_equal(recording->n_gaps, 1);
	check_round_trip(recording, NULL);
	(void)recording_free(recording);
}

static void all_of_them(void **state)
{
	struct recording *inputs[] = {parse(run_a), parse(run_b), parse(run_a)};
	size_t n_dropped = 99;
	struct recording *merged = merge_recordings(inputs, 3, MERGE_UNION, &n_dropped);

	(void)state;
	assert_int_equal(n_dropped, 0);
	assert_null(inputs[0]);
	/* The same run given twice is one. */
	assert_int_equal(merged->n_sources, 2);
	assert_int_equal(merged->n_calls, 5);
	assert_int_equal(merged->n_gaps, 3);
	const struct learnt *read = recording_find(merged, abi_by_name("x86_64"), "read");
	assert_int_equal(read->n_by, 2);
	check_round_trip(merged, NULL);
	(void)recording_free(merged);
}

static void what_each_of_them_has(void **state)
{
	struct recording *inputs[] = {parse(run_a), parse(run_b)};
	size_t n_dropped = 0;
	struct recording *merged = merge_recordings(inputs, 2, MERGE_INTERSECTION, &n_dropped);

	(void)state;
	/* read and the number without a name; not x86's read. */
	assert_int_equal(merged->n_calls, 2);
	assert_int_equal(n_dropped, 3);
	assert_string_equal(merged->calls[0].name, "read");
	assert_string_equal(merged->calls[0].abi->name, "x86_64");
	assert_int_equal(merged->calls[1].nr, 999);
	assert_int_equal(merged->calls[1].n_by, 2);
	assert_int_equal(merged->n_gaps, 3);
	check_round_trip(merged, NULL);
	(void)recording_free(merged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(all_of_them),
		cmocka_unit_test(what_each_of_them_has),
	};

	return cmocka_run_group_tests_name("recording, written", tests, NULL, NULL);
}

/*
 * Recordings that are read, sorted and refused.
 *
 * Longer than others: recordings and what is said of them stand beside each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "abi.h"
#include "alloc.h"
#include "recording.h"
#include "strbuf.h"

#define HEADER                                                                                  \
	"{\"recording\":1,\"tool\":\"0.1.0\",\"started\":\"2026-11-23T18:00:00Z\",\"command\":" \
	"[\"make\",\"check\"],\"machine\":\"x86_64\",\"kernel\":\"6.18.44\",\"mode\":\"exact\"}\n"
#define OPENAT                                                                                \
	"{\"t\":0.0012,\"abi\":\"x86_64\",\"nr\":257,\"name\":\"openat\",\"exe\":\"/usr/bin/" \
	"make\","                                                                             \
	"\"comm\":\"make\",\"pid\":12,\"tid\":13,\"at\":\"/lib/libc.so.6+0xf1\",\"result\":3}\n"
#define GAP "{\"t\":0.9,\"gap\":\"untraced-child\",\"detail\":\"pid 40\"}\n"
#define END "{\"end\":{\"t\":4.2,\"status\":139,\"processes\":12,\"threads\":31}}\n"

static struct recording *recording;
static struct err err;

static int teardown(void **state)
{
	(void)state;
	recording = recording_free(recording);
	err_done(&err);
	return 0;
}

static int parse_bytes(const char *text, size_t len)
{
	teardown(NULL);
	return recording_parse("app.rec", text, len, &recording, &err);
}

static void good(const char *text)
{
	if (parse_bytes(text, strlen(text)) != 0)
		fail_msg("%s", err_text(&err));
}

static void bad(const char *text, const char *message)
{
	if (parse_bytes(text, strlen(text)) != -EINVAL)
		fail_msg("accepted: %s", text);
	assert_string_equal(err_text(&err), message);
}

/* A bad second line. */
static void bad_line(const char *line, const char *message)
{
	cleanup_free char *text = xasprintf(HEADER "%s\n" END, line);
	cleanup_free char *full = xasprintf("app.rec:2: %s", message);

	bad(text, full);
}

/* The same for what is not JSON. */
static void bad_json(const char *line, int column)
{
	cleanup_free char *text = xasprintf(HEADER "%s\n" END, line);
	cleanup_free char *start = xasprintf("app.rec:2: column %d: not JSON: ", column);

	assert_int_equal(parse_bytes(text, strlen(text)), -EINVAL);
	assert_memory_equal(err_text(&err), start, strlen(start));
}

/* ---- Reading -------------------------------------------------------------------------------- */

static void everything_is_read(void **state)
{
	(void)state;
	good(HEADER OPENAT GAP END);
	assert_int_equal(recording->n_sources, 1);
	const struct source *s = &recording->sources[0];
	assert_string_equal(s->tool, "0.1.0");
	assert_string_equal(s->started, "2026-11-23T18:00:00Z");
	assert_string_equal(s->command[0], "make");
	assert_string_equal(s->command[1], "check");
	assert_null(s->command[2]);
	assert_string_equal(s->machine, "x86_64");
	assert_string_equal(s->kernel, "6.18.44");
	assert_string_equal(s->mode, "exact");
	assert_true(s->ended);
	assert_true(s->t > 4.19 && s->t < 4.21);
	assert_int_equal(s->status, 139);
	assert_int_equal(s->processes, 12);
	assert_int_equal(s->threads, 31);

	assert_int_equal(recording->n_calls, 1);
	const struct learnt *call = &recording->calls[0];
	assert_string_equal(call->abi->name, "x86_64");
	assert_int_equal(call->nr, 257);
	assert_string_equal(call->name, "openat");
	assert_int_equal(call->n_by, 1);
	assert_int_equal(call->by[0].source, 0);
	assert_string_equal(call->by[0].exe, "/usr/bin/make");
	assert_string_equal(call->by[0].comm, "make");
	assert_int_equal(call->by[0].pid, 12);
	assert_int_equal(call->by[0].tid, 13);
	assert_string_equal(call->by[0].at, "/lib/libc.so.6+0xf1");
	assert_true(call->by[0].has_result);
	assert_int_equal(call->by[0].result, 3);

	assert_int_equal(recording->n_gaps, 1);
	assert_string_equal(recording->gaps[0].kind, "untraced-child");
	assert_string_equal(recording->gaps[0].detail, "pid 40");
	assert_int_equal(recording->n_warnings, 0);
}

/* What may be missing, and keys of later versions. */
static void the_least(void **state)
{
	(void)state;
	good("{\"recording\":1}\n{\"t\":0,\"abi\":\"x86\",\"nr\":4,\"name\":null,\"later\":[{}]}\n"
	     "{\"end\":{\"t\":1}}");
	assert_string_equal(recording->sources[0].kernel, "");
	assert_null(recording->sources[0].command[0]);
	assert_string_equal(recording->calls[0].name, "write");
	assert_null(recording->calls[0].by[0].exe);
	assert_false(recording->calls[0].by[0].has_result);
	assert_true(recording->sources[0].ended);
	assert_int_equal(recording->n_warnings, 0);
	good("{\"started\":\"x\",\"recording\":1}\r\n" END);
	assert_int_equal(recording->n_calls, 0);
}

static void cut_off(void **state)
{
	(void)state;
	good(HEADER OPENAT);
	assert_false(recording->sources[0].ended);
	assert_int_equal(recording->n_gaps, 1);
	assert_string_equal(recording->gaps[0].kind, "cut-off");
	assert_true(recording->gaps[0].t > 0.001 && recording->gaps[0].t < 0.002);
	assert_int_equal(recording->n_warnings, 0);
}

/* Wherever the last line is torn, what came before it is there. */
static void torn_anywhere(void **state)
{
	const char *text = HEADER OPENAT GAP END;
	size_t lines[] = {strlen(HEADER), strlen(HEADER OPENAT), strlen(HEADER OPENAT GAP)};

	(void)state;
	for (size_t len = lines[0]; len < strlen(text); len++) {
		/* Behind the cut nothing that could be read by mistake. */
		cleanup_free char *cut = xstrndup(text, len);
		if (parse_bytes(cut, len) != 0)
			fail_msg("cut at %zu: %s", len, err_text(&err));
		bool whole_line = text[len - 1] == '\n' || text[len] == '\n';
		assert_int_equal(recording->n_warnings, whole_line ? 0 : 1);
		assert_int_equal(recording->n_calls, len + 1 >= lines[1]);
		assert_int_equal(recording->n_gaps, len + 1 == strlen(text) ? 1
						    : len + 1 >= lines[2]   ? 2
									    : 1);
		assert_int_equal(recording->sources[0].ended, len + 1 == strlen(text));
	}
	good(HEADER OPENAT "{\"t\":1,\"ab");
	assert_string_equal(recording->warnings[0], "app.rec:3: dropped: the last line is torn");
}

#define SECOND "{\"recording\":1,\"started\":\"2027\"}\n" OPENAT END

/* Two recordings put together, of which the first was torn: both are there, whatever is missing. */
static void torn_before_another(void **state)
{
	const char *first = HEADER OPENAT GAP END;

	(void)state;
	for (size_t len = strlen(HEADER) - 1; len < strlen(first); len++) {
		cleanup_free char *text = xasprintf("%.*s%s", (int)len, first, SECOND);
		good(text);
		bool whole_line = first[len - 1] == '\n' || first[len] == '\n';
		assert_int_equal(recording->n_warnings, whole_line ? 0 : 1);
		assert_int_equal(recording->n_sources, 2);
		assert_int_equal(recording->sources[0].ended, len + 1 == strlen(first));
		assert_true(recording->sources[1].ended);
		assert_string_equal(recording->sources[1].started, "2027");
		assert_int_equal(recording->n_calls, 1);
	}
	good(HEADER OPENAT "{\"t\":1,\"ab" SECOND);
	assert_string_equal(recording->warnings[0], "app.rec:3: dropped: the last line is torn");
	assert_int_equal(recording->n_gaps, 1);
	assert_string_equal(recording->gaps[0].kind, "cut-off");
	/* What looks like a header is none. */
	bad_json("{\"t\":0,\"ab {\"recorded\":1}", 14);
}

static void byte_order_marks(void **state)
{
	static const char text[] = "\xef\xbb\xbf" HEADER OPENAT END;

	(void)state;
	assert_true(recording_is(text, strlen(text)));
	assert_false(recording_is(text, 3));
	good(text);
	assert_int_equal(recording->n_calls, 1);
	good(HEADER OPENAT END "\xef\xbb\xbf" SECOND);
	assert_int_equal(recording->n_sources, 2);
}

/* File systems may leave zeros where a machine went down. */
static void zeros_at_the_end(void **state)
{
	static const char zeros[] = HEADER OPENAT "\0\0\0\0\0\0";

	(void)state;
	assert_int_equal(parse_bytes(zeros, sizeof(zeros) - 1), 0);
	assert_int_equal(recording->n_calls, 1);
	assert_int_equal(recording->n_warnings, 1);
}

static void unknown_kinds_are_skipped(void **state)
{
	(void)state;
	good(HEADER "{\"facet\":1}\n" OPENAT "{}\n" END "{\"after\":\"the end\"}\n");
	assert_int_equal(recording->n_calls, 1);
	assert_int_equal(recording->n_warnings, 3);
	assert_string_equal(recording->warnings[0],
			    "app.rec:2: skipped: a line of an unknown kind");
}

static void two_journals_in_one_file(void **state)
{
	(void)state;
	good(HEADER OPENAT "{\"recording\":1,\"started\":\"2025\"}\n" OPENAT GAP END);
	assert_int_equal(recording->n_sources, 2);
	assert_string_equal(recording->sources[0].started, "2025");
	assert_int_equal(recording->n_calls, 1);
	assert_int_equal(recording->calls[0].n_by, 2);
	assert_int_equal(recording->calls[0].by[0].source, 0);
	assert_int_equal(recording->calls[0].by[1].source, 1);
	assert_int_equal(recording->n_gaps, 2);
	assert_string_equal(recording->gaps[0].kind, "untraced-child");
	assert_int_equal(recording->gaps[0].source, 0);
	assert_string_equal(recording->gaps[1].kind, "cut-off");
	assert_int_equal(recording->gaps[1].source, 1);
}

static void the_earliest_counts(void **state)
{
	(void)state;
	good(HEADER "{\"t\":2,\"abi\":\"x86_64\",\"nr\":0,\"pid\":7}\n"
		    "{\"t\":1,\"abi\":\"x86_64\",\"nr\":0,\"pid\":8}\n"
		    "{\"t\":3,\"abi\":\"x86_64\",\"nr\":0,\"pid\":9}\n" END);
	assert_int_equal(recording->n_calls, 1);
	assert_int_equal(recording->calls[0].n_by, 1);
	assert_int_equal(recording->calls[0].by[0].pid, 8);
}

/* By ABI in the table's order, by name, and what has no name at the end. */
static void calls_are_sorted(void **state)
{
	static const char *const expected[] = {"x86_64 read", "x86_64 write", "x86_64 ?",
					       "x86_64 ?",    "x86 exit",     "x86 write"};

	(void)state;
	good(HEADER
	     "{\"t\":0,\"abi\":\"x86\",\"nr\":4}\n{\"t\":0,\"abi\":\"x86_64\",\"nr\":9999}\n"
	     "{\"t\":0,\"abi\":\"x86_64\",\"nr\":1}\n{\"t\":0,\"abi\":\"x86_64\",\"nr\":0}\n"
	     "{\"t\":0,\"abi\":\"x86\",\"nr\":1}\n{\"t\":0,\"abi\":\"x86_64\",\"nr\":-1}\n" END);
	assert_int_equal(recording->n_calls, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct learnt *call = &recording->calls[i];
		cleanup_free char *text =
			xasprintf("%s %s", call->abi->name, call->name != NULL ? call->name : "?");
		assert_string_equal(text, expected[i]);
	}
	assert_int_equal(recording->calls[2].nr, -1);
	assert_int_equal(recording->calls[3].nr, 9999);
	assert_ptr_equal(recording_find(recording, abi_by_name("x86"), "write"),
			 &recording->calls[5]);
	assert_ptr_equal(recording_find(recording, abi_by_name("x86_64"), "read"),
			 &recording->calls[0]);
	assert_null(recording_find(recording, abi_by_name("x86"), "read"));
	assert_null(recording_find(recording, abi_by_name("arm"), "read"));
}

static void names(void **state)
{
	(void)state;
	/* The number is the truth; a name from a newer program is kept. */
	good(HEADER "{\"t\":0,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"quantum_open\"}\n" END);
	assert_string_equal(recording->calls[0].name, "quantum_open");
	good(HEADER "{\"t\":0,\"abi\":\"x86_64\",\"nr\":0,\"name\":\"read_of_old\"}\n" END);
	assert_string_equal(recording->calls[0].name, "read");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":0,\"name\":\"write\"}",
		 "number 0 is read on x86_64, but the line calls it write");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"write\"}",
		 "number 900 is unknown on x86_64, but the line calls it write");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"\\u001b[2J\"}",
		 "\"name\": expected the name of a system call");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"\"}",
		 "\"name\": expected the name of a system call");
}

static void bad_lines(void **state)
{
	(void)state;
	bad_json("", 1);
	bad_json("garbage", 1);
	bad_json("{\"t\":0,}", 8);
	bad_json("{\"t\":0", 7);
	bad_line("{} {}", "column 4: expected the end of the document after its '}'");
	bad_line("{}}", "column 3: expected the end of the document after its '}'");
	bad_line("[]", "expected a JSON object");
	bad_line("null", "expected a JSON object");
	bad_json("{\"x\":\"\xff\"}", 7);
	bad_line("{\"abi\":\"x86_64\",\"nr\":0}", "\"t\": expected the seconds since the start");
	bad_line("{\"t\":\"0\",\"abi\":\"x86_64\",\"nr\":0}",
		 "\"t\": expected the seconds since the start");
	bad_line("{\"t\":-1,\"abi\":\"x86_64\",\"nr\":0}",
		 "\"t\": expected seconds that are not negative");
	bad_line("{\"t\":1e999,\"abi\":\"x86_64\",\"nr\":0}",
		 "\"t\": expected seconds that are not negative");
	bad_json("{\"t\":NaN,\"abi\":\"x86_64\",\"nr\":0}", 6);
	bad_line("{\"t\":0,\"t\":1}", "column 11: duplicate key \"t\"");
	bad_line("{\"t\":0,\"abi\":\"x86-65\",\"nr\":0}", "unknown ABI \"x86-65\"");
	bad_line("{\"t\":0,\"nr\":0}", "\"abi\": expected the name of an ABI");
	bad_line("{\"t\":0,\"abi\":7,\"nr\":0}", "\"abi\": expected a string");
	bad_line("{\"t\":0,\"abi\":\"x86_64\"}", "\"nr\": expected the number of a system call");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":\"0\"}",
		 "\"nr\": expected a number from -2147483648 to 2147483647");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":0.5}",
		 "\"nr\": expected a number from -2147483648 to 2147483647");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":99999999999999999999}",
		 "column 48: the number 99999999999999999999 does not fit 64 bits");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":0,\"pid\":-1}",
		 "\"pid\": expected a number from 0 to 2147483647");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":0,\"exe\":[]}", "\"exe\": expected a string");
	bad_line("{\"t\":0,\"abi\":\"x86_64\",\"nr\":0,\"comm\":\"a\\u0000b\"}",
		 "\"comm\": a NUL character in a string");
	bad_line("{\"t\":0,\"gap\":\"\"}", "\"gap\": expected the kind of the gap");
	bad_line("{\"t\":0,\"gap\":1}", "\"gap\": expected a string");
	bad_line("{\"end\":1}", "\"end\": expected an object");
	bad_line("{\"end\":{\"t\":1,\"status\":256}}",
		 "\"status\": expected a number from 0 to 255");
	bad(HEADER END OPENAT, "app.rec:3: a line after the end of the run");
	bad(HEADER END END, "app.rec:3: a line after the end of the run");
}

static void bad_headers(void **state)
{
	(void)state;
	bad(OPENAT, "app.rec:1: expected a recording's header line");
	bad("", "app.rec: empty; expected a recording");
	bad("{\"recording\":2}\n",
	    "app.rec:1: version 2 of the recording format; this program reads version 1");
	bad("{\"recording\":0}\n",
	    "app.rec:1: \"recording\": expected a number from 1 to 9223372036854775807");
	bad("{\"recording\":1,\"command\":\"make\"}\n",
	    "app.rec:1: \"command\": expected an array of strings");
	bad("{\"recording\":1,\"command\":[\"a\\u0000b\"]}\n",
	    "app.rec:1: \"command\": a NUL character in a string");
	bad("{\"recording\":1,\"command\":[1]}\n",
	    "app.rec:1: \"command\": expected an array of strings");
	bad("{\"recording\":1,\"kernel\":6}\n", "app.rec:1: \"kernel\": expected a string");
	bad("{\"recording\":1,\"ker", "app.rec:1: column 20: not JSON: unexpected end");
}

static void nul_bytes_and_depth(void **state)
{
	static const char nul[] = HEADER "{\"x\":1}\0{}\n" END;
	struct strbuf deep = STRBUF_INIT;

	(void)state;
	assert_int_equal(parse_bytes(nul, sizeof(nul) - 1), -EINVAL);
	assert_string_equal(err_text(&err),
			    "app.rec:2: column 8: expected the end of the document after its '}'");
	strbuf_adds(&deep, HEADER "{\"x\":");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&deep, '[');
	strbuf_adds(&deep, "\n" END);
	assert_int_equal(parse_bytes(deep.s, deep.len), -EINVAL);
	strbuf_release(&deep);
}

static void huge_line(void **state)
{
	struct strbuf huge = STRBUF_INIT;

	(void)state;
	strbuf_adds(&huge, HEADER);
	strbuf_reserve(&huge, 65 * 1024 * 1024);
	memset(huge.s + huge.len, ' ', 65 * 1024 * 1024);
	huge.len += 65 * 1024 * 1024;
	strbuf_adds(&huge, "{}\n" END);
	assert_int_equal(parse_bytes(huge.s, huge.len), -EINVAL);
	assert_string_equal(err_text(&err), "app.rec:2: a line of more than 64 MiB");
	strbuf_release(&huge);
}

static bool looks_like_one(const char *text)
{
	return recording_is(text, strlen(text));
}

static void told_from_profiles(void **state)
{
	(void)state;
	assert_true(looks_like_one(HEADER));
	assert_true(looks_like_one("{\"recording\":1,\"too"));
	assert_true(looks_like_one("{\"command\":[],\"recording\":1}\n"));
	assert_false(looks_like_one(""));
	assert_false(looks_like_one("\n"));
	assert_false(looks_like_one("{}"));
	assert_false(looks_like_one("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}"));
	assert_false(looks_like_one("{\n\"defaultAction\": \"recording\"\n}"));
	assert_false(looks_like_one("defaultAction: SCMP_ACT_ERRNO\n"));
	assert_false(looks_like_one("[\"recording\"]"));
}

#define TEST(function) cmocka_unit_test_teardown(function, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_is_read),
		TEST(the_least),
		TEST(cut_off),
		TEST(torn_anywhere),
		TEST(torn_before_another),
		TEST(byte_order_marks),
		TEST(zeros_at_the_end),
		TEST(unknown_kinds_are_skipped),
		TEST(two_journals_in_one_file),
		TEST(the_earliest_counts),
		TEST(calls_are_sorted),
		TEST(names),
		TEST(bad_lines),
		TEST(bad_headers),
		TEST(nul_bytes_and_depth),
		TEST(huge_line),
		TEST(told_from_profiles),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}

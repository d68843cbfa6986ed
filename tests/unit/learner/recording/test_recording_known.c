/*
 * What a run built on: read, written, and merged with what it is from.
 *
 * Longer than others: the texts of three recordings, and all that becomes of them, stand beside each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "abi.h"
#include "alloc.h"
#include "compose.h"
#include "merge_recordings.h"
#include "policy.h"
#include "recording.h"
#include "show.h"
#include "strbuf.h"

#define BASE_HEADER "{\"recording\":1,\"started\":\"2026-11-22T18:00:00Z\",\"command\":[\"app\"]}\n"
#define NEW_HEADER "{\"recording\":1,\"started\":\"2026-11-23T18:00:00Z\",\"command\":[\"app\"]}\n"
#define LAST_HEADER "{\"recording\":1,\"started\":\"2026-11-24T18:00:00Z\",\"command\":[\"app\"]}\n"
#define END "{\"end\":{\"t\":4.2500,\"status\":0,\"processes\":1,\"threads\":1}}\n"
#define CALL(t, abi, nr, more) \
	"{\"t\":" t ",\"abi\":\"" abi "\",\"nr\":" nr more ",\"pid\":7,\"tid\":7}\n"
#define GAP "{\"t\":0.9000,\"gap\":\"io-uring\",\"detail\":\"by app\"}\n"

/* Three ABIs, a number without a name, and a name that only a newer program knows. */
#define BASE_CALLS                                            \
	CALL("0.1000", "x86_64", "0", ",\"name\":\"read\"")   \
	CALL("0.2000", "x86_64", "900", ",\"name\":\"aeon\"") \
	CALL("0.3000", "x86_64", "-1", "")                    \
	CALL("0.4000", "x86", "3", ",\"name\":\"read\"")      \
	CALL("0.5000", "x32", "1", ",\"name\":\"write\"")
#define KNOWN_CALLS                                                                              \
	"{\"x86_64\":[{\"nr\":900,\"name\":\"aeon\"},{\"nr\":0,\"name\":\"read\"},{\"nr\":-1}]," \
	"\"x86\":[{\"nr\":3,\"name\":\"read\"}],\"x32\":[{\"nr\":1,\"name\":\"write\"}]}"
#define KNOWN                                                        \
	"{\"known\":{\"from\":[\"base.rec\"],\"calls\":" KNOWN_CALLS \
	",\"gaps\":[{\"gap\":\"io-uring\",\"detail\":\"by app\"}]}}\n"
#define NEW_CALLS CALL("0.6000", "x86_64", "3", ",\"name\":\"close\"")

static const char base[] = BASE_HEADER BASE_CALLS GAP END;
static const char built[] = NEW_HEADER KNOWN NEW_CALLS END;
/* It builds on both, and makes again what they know. */
static const char last[] =
	LAST_HEADER "{\"known\":{\"from\":[\"new.rec\",\"base.rec\"],\"calls\":{\"x86_64\":[{"
		    "\"nr\":3}]}}}\n" CALL("0.7000", "x86_64", "0", "") END;

static struct recording *parse(const char *text)
{
	struct recording *recording = NULL;
	struct err err = {0};

	if (recording_parse("r", text, strlen(text), &recording, &err) < 0)
		fail_msg("%s in:\n%s", err_text(&err), text);
	assert_int_equal(recording->n_warnings, 0);
	return recording;
}

static char *written(const struct recording *recording)
{
	struct strbuf out = STRBUF_INIT;

	recording_write(recording, &out);
	return strbuf_steal(&out);
}

/* Reads and frees it. */
static char *rewritten(const char *text)
{
	struct recording *recording = parse(text);
	char *again = written(recording);

	(void)recording_free(recording);
	return again;
}

static const struct learnt *find(const struct recording *recording, const char *abi, int32_t nr)
{
	for (size_t i = 0; i < recording->n_calls; i++)
		if (recording->calls[i].abi == abi_by_name(abi) && recording->calls[i].nr == nr)
			return &recording->calls[i];
	fail_msg("no %s:%d", abi, nr);
	return NULL;
}

/* ---- Reading and writing --------------------------------------------------------------------- */

static void known_calls_are_held(void **state)
{
	struct recording *recording = parse(built);

	(void)state;
	assert_int_equal(recording->n_calls, 6);
	assert_int_equal(recording->sources[0].n_known_from, 1);
	assert_string_equal(recording->sources[0].known_from[0], "base.rec");
	const struct learnt *read = find(recording, "x86_64", 0);
	assert_string_equal(read->name, "read");
	assert_int_equal(read->n_by, 0);
	assert_int_equal(read->n_known, 1);
	assert_int_equal(read->known[0], 0);
	assert_null(find(recording, "x86_64", -1)->name);
	assert_string_equal(find(recording, "x86_64", 900)->name, "aeon");
	assert_string_equal(find(recording, "x32", 1)->name, "write");
	assert_int_equal(find(recording, "x86_64", 3)->n_known, 0);
	assert_int_equal(find(recording, "x86_64", 3)->n_by, 1);
	assert_int_equal(recording->n_gaps, 1);
	assert_true(recording->gaps[0].known);
	assert_string_equal(recording->gaps[0].kind, "io-uring");
	(void)recording_free(recording);
}

static void the_same_bytes_are_written(void **state)
{
	cleanup_free char *again = rewritten(built);

	(void)state;
	assert_string_equal(again, built);
}

/* Members that are missing or null, a line of nothing, and one that comes late. */
static void what_may_be_missing(void **state)
{
	(void)state;
	cleanup_free char *none = rewritten(NEW_HEADER "{\"known\":{}}\n" END);
	assert_null(strstr(none, "known"));
	cleanup_free char *nulls = rewritten(
		NEW_HEADER "{\"known\":{\"from\":null,\"calls\":null,\"gaps\":null}}\n" END);
	assert_null(strstr(nulls, "known"));
	cleanup_free char *no_calls = rewritten(NEW_HEADER "{\"known\":{\"from\":[\"a\"]}}\n" END);
	assert_string_equal(no_calls,
			    NEW_HEADER "{\"known\":{\"from\":[\"a\"],\"calls\":{}}}\n" END);
	cleanup_free char *late = rewritten(
		NEW_HEADER NEW_CALLS "{\"known\":{\"calls\":{\"x86_64\":[{\"nr\":0,\"later\":1}],"
				     "\"x86\":null,\"arm\":[]},\"later\":[]}}\n" END);
	assert_string_equal(late, NEW_HEADER
			    "{\"known\":{\"from\":[],\"calls\":{\"x86_64\":[{\"nr\":0,\"name\":"
			    "\"read\"}]}}}\n" NEW_CALLS END);
}

/* However often it is said, and on however many lines. */
static void said_again(void **state)
{
	struct recording *recording = parse(
		NEW_HEADER
		"{\"known\":{\"from\":[\"b\",\"a\",\"b\",\"b\"],\"calls\":{\"x86_64\":["
		"{\"nr\":0},{\"nr\":0},{\"nr\":1},{\"nr\":0}]}}}\n"
		"{\"known\":{\"from\":[\"a\",\"c\"],\"calls\":{\"x86_64\":[{\"nr\":0}]}}}\n" CALL(
			"0.6000", "x86_64", "0", "") END);

	(void)state;
	assert_int_equal(recording->n_calls, 2);
	assert_int_equal(recording->calls[0].n_known, 1);
	assert_int_equal(recording->calls[0].n_by, 1);
	assert_int_equal(recording->sources[0].n_known_from, 3);
	assert_string_equal(recording->sources[0].known_from[0], "a");
	assert_string_equal(recording->sources[0].known_from[2], "c");
	(void)recording_free(recording);
}

static void bad(const char *known, const char *message)
{
	cleanup_free char *text = xasprintf(NEW_HEADER "{\"known\":%s}\n" END, known);
	cleanup_free char *full = xasprintf("app.rec:2: %s", message);
	struct recording *recording = NULL;
	struct err err = {0};

	if (recording_parse("app.rec", text, strlen(text), &recording, &err) != -EINVAL)
		fail_msg("accepted: %s", text);
	assert_string_equal(err_text(&err), full);
	err_done(&err);
}

static void bad_lines(void **state)
{
	static const char number[] = "\"nr\": expected a number from -2147483648 to 2147483647";
	static const struct {
		const char *known, *message;
	} lines[] = {
		{"[]", "\"known\": expected an object"},
		{"null", "\"known\": expected an object"},
		{"{\"from\":\"a\"}", "\"from\": expected an array of strings"},
		{"{\"from\":[\"a\",1]}", "\"from\": expected an array of strings"},
		{"{\"from\":[\"a\\u0000b\"]}", "\"from\": a NUL character in a string"},
		{"{\"calls\":[]}", "\"calls\": expected an object"},
		{"{\"calls\":{\"x86-65\":[]}}", "unknown ABI \"x86-65\""},
		{"{\"calls\":{\"x86_64\":{}}}", "\"x86_64\": expected an array of objects"},
		{"{\"calls\":{\"x86_64\":[0]}}", "\"x86_64\": expected an array of objects"},
		{"{\"calls\":{\"x86_64\":[null]}}", "\"x86_64\": expected an array of objects"},
		{"{\"calls\":{\"x86_64\":[{}]}}", "\"nr\": expected the number of a system call"},
		{"{\"calls\":{\"x86_64\":[{\"nr\":\"0\"}]}}", number},
		{"{\"calls\":{\"x86_64\":[{\"nr\":0.5}]}}", number},
		{"{\"calls\":{\"x86_64\":[{\"nr\":2147483648}]}}", number},
		{"{\"calls\":{\"x86_64\":[{\"nr\":-2147483649}]}}", number},
		{"{\"calls\":{\"x86_64\":[{\"nr\":0,\"name\":\"write\"}]}}",
		 "number 0 is read on x86_64, but the line calls it write"},
		{"{\"calls\":{\"x86_64\":[{\"nr\":900,\"name\":\"\\u001b[2J\"}]}}",
		 "\"name\": expected the name of a system call"},
		{"{\"gaps\":{}}", "\"gaps\": expected an array of objects"},
		{"{\"gaps\":[\"io-uring\"]}", "\"gaps\": expected an array of objects"},
		{"{\"gaps\":[{\"detail\":\"x\"}]}", "\"gap\": expected the kind of the gap"},
		{"{\"gaps\":[{\"gap\":\"io-uring\",\"detail\":1}]}",
		 "\"detail\": expected a string"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		bad(lines[i].known, lines[i].message);
}

static void only_within_a_run(void **state)
{
	static const char *const texts[] = {KNOWN BASE_HEADER, NEW_HEADER END KNOWN};
	static const char *const messages[] = {"r:1: expected a recording's header line",
					       "r:3: a line after the end of the run"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct recording *recording = NULL;
		struct err err = {0};
		assert_int_equal(recording_parse("r", texts[i], strlen(texts[i]), &recording, &err),
				 -EINVAL);
		assert_string_equal(err_text(&err), messages[i]);
		err_done(&err);
	}
}

/* ---- Merging --------------------------------------------------------------------------------- */

static struct recording *merged(const char *a, const char *b, const char *c)
{
	struct recording *all = parse(a);

	recording_merge(all, parse(b));
	if (c != NULL)
		recording_merge(all, parse(c));
	return all;
}

static void provenance_comes_from_the_base(void **state)
{
	struct recording *both = merged(built, base, NULL);

	(void)state;
	assert_int_equal(both->n_sources, 2);
	assert_int_equal(both->n_calls, 6);
	const struct learnt *read = find(both, "x86_64", 0);
	assert_int_equal(read->n_by, 1);
	assert_int_equal(read->by[0].source, 0);
	assert_int_equal(read->by[0].pid, 7);
	assert_int_equal(read->n_known, 1);
	assert_int_equal(read->known[0], 1);
	for (size_t i = 0; i < both->n_calls; i++)
		assert_int_equal(both->calls[i].n_by, 1);
	cleanup_free char *text = written(both);
	assert_string_equal(text, BASE_HEADER BASE_CALLS GAP END NEW_HEADER KNOWN NEW_CALLS END);
	(void)recording_free(both);
}

static void any_order_gives_the_same_bytes(void **state)
{
	const char *const all[] = {base, built, last};
	struct recording *first = merged(base, built, last);
	cleanup_free char *expected = written(first);

	(void)state;
	for (size_t i = 0; i < 27; i++) {
		size_t a = i / 9, b = i / 3 % 3, c = i % 3;
		if (a == b || b == c || a == c)
			continue;
		struct recording *one = merged(all[a], all[b], all[c]);
		cleanup_free char *text = written(one);
		assert_string_equal(text, expected);
		/* Grouped otherwise, and with what was written in between. */
		struct recording *pair = merged(all[b], all[c], NULL);
		cleanup_free char *between = written(pair);
		recording_merge(pair, parse(all[a]));
		struct recording *other = parse(all[a]);
		recording_merge(other, parse(between));
		recording_merge(other, parse(all[c]));
		cleanup_free char *grouped = written(pair), *reread = written(other);
		assert_string_equal(grouped, expected);
		assert_string_equal(reread, expected);
		(void)recording_free(one);
		(void)recording_free(pair);
		(void)recording_free(other);
	}
	(void)recording_free(first);
}

/* The call that one knows and the other made is in both. */
static void what_each_of_them_has(void **state)
{
	struct recording *inputs[] = {parse(built), parse(last)};
	size_t n_dropped = 0;
	struct recording *common = merge_recordings(inputs, 2, MERGE_INTERSECTION, &n_dropped);

	(void)state;
	assert_int_equal(common->n_calls, 2);
	assert_int_equal(n_dropped, 4);
	assert_string_equal(common->calls[0].name, "close");
	assert_int_equal(common->calls[0].n_by, 1);
	assert_int_equal(common->calls[0].n_known, 1);
	assert_string_equal(common->calls[1].name, "read");
	cleanup_free char *text = written(common);
	cleanup_free char *again = rewritten(text);
	assert_string_equal(text, again);
	assert_null(strstr(text, "aeon"));
	(void)recording_free(common);
}

/* Of the copies of a run that was cut off, one may have lost the line. */
static void copies_are_united(void **state)
{
	static const char one[] = NEW_HEADER "{\"known\":{\"from\":[\"b\"],\"calls\":{\"x86_64\":["
					     "{\"nr\":1},{\"nr\":2}]}}}\n" NEW_CALLS;
	static const char other[] =
		NEW_HEADER "{\"known\":{\"from\":[\"a\"],\"calls\":{\"x86_64\":["
			   "{\"nr\":1},{\"nr\":4}]}}}\n";
	struct recording *all = merged(one, NEW_HEADER, other);
	struct recording *reverse = merged(other, NEW_HEADER, one);
	cleanup_free char *text = written(all), *text_reverse = written(reverse);

	(void)state;
	assert_string_equal(text, text_reverse);
	assert_int_equal(all->n_sources, 1);
	assert_int_equal(all->sources[0].n_known_from, 2);
	assert_int_equal(all->n_calls, 4);
	assert_int_equal(find(all, "x86_64", 1)->n_known, 1);
	(void)recording_free(all);
	(void)recording_free(reverse);
}

/* A run that was cut off, like the one that it built on, has both gaps, and each copy of it one. */
static void cut_off_twice(void **state)
{
	static const char one[] = NEW_HEADER
		"{\"known\":{\"from\":[\"b\"],\"calls\":{},\"gaps\":[{\"gap\":\"cut-off\","
		"\"detail\":\"then\"}]}}\n" CALL("0.1000", "x86_64", "0", "");
	struct recording *all = merged(one, one, NEW_HEADER);

	(void)state;
	assert_int_equal(all->n_gaps, 2);
	assert_true(all->gaps[0].known);
	assert_string_equal(all->gaps[0].detail, "then");
	assert_false(all->gaps[1].known);
	(void)recording_free(all);
}

/* ---- What is made of it ---------------------------------------------------------------------- */

static void a_profile_allows_what_was_known(void **state)
{
	const struct layers none = {0};
	const struct compose_target target = {0};
	struct recording *recording = parse(built);
	struct profile *profile = NULL;
	struct notes notes = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(compose(recording, &none, &target, &profile, &notes, &err), 0);
	assert_int_equal(profile->n_abis, 3);
	assert_true(profile_has_rule(profile, "read"));
	assert_true(profile_has_rule(profile, "write"));
	assert_true(profile_has_rule(profile, "aeon"));
	assert_true(profile_has_rule(profile, "close"));
	assert_int_equal(notes.n_unknown, 1);
	assert_int_equal(notes.n_gaps, 1);
	notes_release(&notes);
	(void)profile_free(profile);
	(void)recording_free(recording);
}

static void nobody_is_named_for_it(void **state)
{
	struct recording *recording = parse(built);
	struct policy *policy = policy_of_recording(recording);
	const struct policy_abi *abi = policy_find_abi(policy, abi_by_name("x86_64"));

	(void)state;
	assert_null(policy_find_ruling(abi, 0)->by);
	assert_ptr_equal(policy_find_ruling(abi, 0)->known, &recording->sources[0]);
	assert_non_null(policy_find_ruling(abi, 3)->by);
	assert_null(policy_find_ruling(abi, 3)->known);
	assert_true(policy_allows(policy, true, policy_find_ruling(abi, 0)));
	(void)policy_free(policy);
	(void)recording_free(recording);
}

static void shown(void **state)
{
	cleanup_strbuf struct strbuf one = STRBUF_INIT, both = STRBUF_INIT, json = STRBUF_INIT;
	struct recording *recording = parse(built);

	(void)state;
	show_recording(recording, &one);
	assert_non_null(strstr(one.s, "\n  known    from base.rec\n"));
	assert_non_null(strstr(one.s, "\nx86_64: 4 system calls, 3 of them known from before\n"));
	assert_non_null(strstr(one.s, "\nx86: 1 system call, 1 of them known from before\n"));
	assert_non_null(strstr(one.s,
			       "\n  read                          -  -                       "
			       "-  known from base.rec\n"));
	assert_non_null(strstr(one.s,
			       "\n  number -1                     -  -                       "
			       "-  known from base.rec\n"));
	assert_non_null(strstr(one.s,
			       "\n  close                     0.600  -                       "
			       "7  -\n"));
	assert_non_null(strstr(one.s, "\n  known  io-uring: by app\n"));
	show_recording_json(recording, &json);
	assert_string_equal(
		json.s, "{\"abis\":{\"x86_64\":[\"aeon\",\"close\",\"read\"],\"x86\":[\"read\"],"
			"\"x32\":[\"write\"]},\"unknown\":{\"x86_64\":[-1]},\"gaps\":[{\"gap\":"
			"\"io-uring\",\"detail\":\"by app\"}]}\n");
	recording_merge(recording, parse(last));
	show_recording(recording, &both);
	assert_non_null(strstr(both.s, "\n  known    from base.rec, new.rec\n"));
	assert_non_null(strstr(both.s, "-  known from base.rec  in run 1\n"));
	(void)recording_free(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_calls_are_held),
		cmocka_unit_test(the_same_bytes_are_written),
		cmocka_unit_test(what_may_be_missing),
		cmocka_unit_test(said_again),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(only_within_a_run),
		cmocka_unit_test(provenance_comes_from_the_base),
		cmocka_unit_test(any_order_gives_the_same_bytes),
		cmocka_unit_test(what_each_of_them_has),
		cmocka_unit_test(copies_are_united),
		cmocka_unit_test(cut_off_twice),
		cmocka_unit_test(a_profile_allows_what_was_known),
		cmocka_unit_test(nobody_is_named_for_it),
		cmocka_unit_test(shown),
	};

	return cmocka_run_group_tests_name("recording, known", tests, NULL, NULL);
}

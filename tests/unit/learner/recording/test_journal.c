/* The journal: what is done before, while and after a workload runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"
#include "journal.h"
#include "scratch.h"

static char *command[] = {(char[]){"true"}, NULL};

static void open_journal(struct journal *journal, struct place *place)
{
	assert_int_equal(place_resolve(place, "x.rec", NULL), 0);
	assert_int_equal(journal_open(journal, place, NULL), 0);
}

static void release(struct journal *journal, struct place *place)
{
	journal_release(journal);
	place_release(place);
}

/* A mistyped command costs nothing, and leaves nothing. */
static void nothing_is_there_before_it_begins(void **state)
{
	struct journal journal;
	struct place place;

	(void)state;
	int descriptors = entries("/proc/self/fd");
	open_journal(&journal, &place);
	assert_int_equal(entries("."), 0);
	release(&journal, &place);
	assert_int_equal(entries("."), 0);
	assert_int_equal(entries("/proc/self/fd"), descriptors);
}

/* A short run needs no thread. Of a long one everything is on disk some seconds later. */
static void a_thread_syncs_what_takes_long(void **state)
{
	struct journal journal;
	struct place place;

	(void)state;
	open_journal(&journal, &place);
	unsigned int ms = journal_tick_ms(&journal);
	assert_in_range(ms, 1, 5000);
	journal_tick(&journal, ms / 1e3);
	assert_false(journal.syncer.runs);
	journal_begin(&journal, command, "exact", NULL);
	assert_false(journal.syncer.runs);
	journal_tick(&journal, 0.05);
	assert_false(journal.syncer.runs);
	journal_tick(&journal, ms / 1e3);
	assert_true(journal.syncer.runs);
	journal_tick(&journal, 2 * ms / 1e3);
	assert_true(journal.syncer.runs);
	journal_end(&journal, &(struct end_line){.t = 9});
	assert_int_equal(journal_close(&journal, NULL), 0);
	assert_false(journal.syncer.runs);
	release(&journal, &place);
}

static void no_file_needs_no_thread(void **state)
{
	struct journal journal;

	(void)state;
	assert_int_equal(journal_open(&journal, NULL, NULL), 0);
	assert_int_equal(journal_tick_ms(&journal), 0);
	journal_begin(&journal, command, "exact", NULL);
	journal_tick(&journal, 9);
	assert_false(journal.syncer.runs);
	journal_release(&journal);
}

static void check_file(const char *expected_end)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	assert_int_equal(file_read("x.rec", 4096, &text, NULL), 0);
	assert_int_equal(strncmp(text.s, "{\"recording\":1,", 15), 0);
	assert_true(text.len > strlen(expected_end));
	assert_string_equal(text.s + text.len - strlen(expected_end), expected_end);
}

/* The file that was made to see whether there can be one has the mode that any new one would have. */
static void the_file_is_as_any_other(void **state)
{
	struct journal journal;
	struct place place;
	struct stat st;

	(void)state;
	for (int round = 0; round < 2; round++) {
		mode_t mask = umask(027);
		open_journal(&journal, &place);
		(void)umask(mask);
		if (round == 1)
			assert_int_equal(chmod("x.rec", 0604), 0);
		mask = umask(026);
		journal_begin(&journal, command, "exact", NULL);
		(void)umask(mask);
		check_file("\"mode\":\"exact\"}\n");
		assert_int_equal(stat("x.rec", &st), 0);
		assert_int_equal(st.st_mode & 07777, round == 0 ? 0640 : 0604);
		assert_int_equal(entries("."), 1);
		journal_end(&journal, &(struct end_line){.t = 0.25});
		assert_int_equal(journal_close(&journal, NULL), 0);
		check_file("{\"end\":{\"t\":0.2500,\"status\":0,\"processes\":0,\"threads\":0}}\n");
		release(&journal, &place);
	}
}

/* Its directory is removed between the look at it and the beginning. */
static void its_directory_goes(void **state)
{
	struct journal journal;
	struct place place;
	struct err err = {0};

	(void)state;
	assert_int_equal(mkdir("gone", 0700), 0);
	assert_int_equal(place_resolve(&place, "gone/x.rec", NULL), 0);
	assert_int_equal(journal_open(&journal, &place, NULL), 0);
	assert_int_equal(rmdir("gone"), 0);
	journal_begin(&journal, command, "exact", NULL);
	assert_int_not_equal(journal_close(&journal, &err), 0);
	assert_non_null(strstr(err_text(&err), "cannot create 'gone/x.rec'"));
	err_done(&err);
	release(&journal, &place);
}

static void times_are_those_of_the_c_library(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		random = random * 6364136223846793005U + 1442695040888963407U;
		/* Each day of 1970 to 2003, and anything up to the year 9999. */
		time_t t = i < 12500 ? (time_t)i * 86400 + (time_t)(random >> 40) % 86400
				     : (time_t)(random >> 20) % 253402300800;
		cleanup_free char *text = recording_time(t);
		char expected[32];
		struct tm tm;
		(void)strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
		assert_string_equal(text, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(nothing_is_there_before_it_begins),
		IN_SCRATCH(a_thread_syncs_what_takes_long),
		IN_SCRATCH(no_file_needs_no_thread),
		IN_SCRATCH(the_file_is_as_any_other),
		IN_SCRATCH(its_directory_goes),
		cmocka_unit_test(times_are_those_of_the_c_library),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}

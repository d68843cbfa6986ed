/* Several recordings become one, whatever their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "abi.h"
#include "alloc.h"
#include "recording.h"
#include "show.h"

#define HEADER                                                                                    \
	"{\"recording\":1,\"started\":\"2026-11-23T18:00:00Z\",\"command\":[\"make\",\"check\"]}" \
	"\n"
#define OPENAT                                                            \
	"{\"t\":0.0012,\"abi\":\"x86_64\",\"nr\":257,\"exe\":\"/usr/bin/" \
	"make\",\"pid\":12,\"tid\":13}\n"
#define GAP "{\"t\":0.9,\"gap\":\"untraced-child\",\"detail\":\"pid 40\"}\n"
#define END "{\"end\":{\"t\":4.2,\"status\":139,\"processes\":12,\"threads\":31}}\n"

/* Five runs: two of the same second, two copies of one (one of them cut off), ABIs mixed. */
static const char *const runs[] = {
	HEADER OPENAT GAP END,
	"{\"recording\":1,\"started\":\"2026-11-23T18:00:00Z\",\"command\":[\"make\"]}\n"
	"{\"t\":0.5,\"abi\":\"x86_64\",\"nr\":257,\"exe\":\"/bin/a\",\"pid\":3,\"tid\":3}\n"
	"{\"t\":0.4,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"zz_new\"}\n"
	"{\"t\":0.4,\"abi\":\"x86\",\"nr\":4}\n",
	"{\"recording\":1,\"started\":\"2024-01-01T00:00:00Z\"}\n"
	"{\"t\":0.5,\"abi\":\"x86_64\",\"nr\":900,\"name\":\"aa_new\"}\n"
	"{\"t\":0.7,\"abi\":\"x86_64\",\"nr\":901}\n" GAP GAP END,
	"{\"recording\":1,\"started\":\"2025-01-01T00:00:00Z\",\"command\":[\"b\"]}\n"
	"{\"t\":0.1,\"abi\":\"x86_64\",\"nr\":1}\n",
	"{\"recording\":1,\"started\":\"2025-01-01T00:00:00Z\",\"command\":[\"b\"]}\n"
	"{\"t\":0.1,\"abi\":\"x86_64\",\"nr\":1}\n{\"t\":0.2,\"abi\":\"x86_64\",\"nr\":0}\n",
};

#define N_RUNS (sizeof(runs) / sizeof(runs[0]))

static struct recording *read_run(size_t i)
{
	struct recording *run = NULL;
	struct err err = {0};

	assert_int_equal(recording_parse("r", runs[i], strlen(runs[i]), &run, &err), 0);
	return run;
}

/* Everything that a recording holds, as text. */
static char *text_of(const struct recording *from)
{
	struct strbuf out = STRBUF_INIT;

	show_recording(from, &out);
	show_recording_json(from, &out);
	for (size_t i = 0; i < from->n_calls; i++)
		for (size_t j = 0; j < from->calls[i].n_by; j++)
			strbuf_addf(&out, "%zu %zu %.4f %d\n", i, from->calls[i].by[j].source,
				    from->calls[i].by[j].t, from->calls[i].by[j].pid);
	return strbuf_steal(&out);
}

static char *merged(const size_t *order, size_t n)
{
	struct recording *all = read_run(order[0]);

	for (size_t i = 1; i < n; i++)
		recording_merge(all, read_run(order[i]));
	char *text = text_of(all);
	recording_free(all);
	return text;
}

/* Calls `check` for every order of order[at..n). */
static void permute(size_t *order, size_t at, size_t n, const char *expected)
{
	if (at == n) {
		cleanup_free char *text = merged(order, n);
		assert_string_equal(text, expected);
		return;
	}
	for (size_t i = at; i < n; i++) {
		size_t held = order[at];
		order[at] = order[i];
		order[i] = held;
		permute(order, at + 1, n, expected);
		order[i] = order[at];
		order[at] = held;
	}
}

static void any_order_gives_the_same(void **state)
{
	size_t order[N_RUNS] = {0, 1, 2, 3, 4};
	cleanup_free char *expected = merged(order, N_RUNS);

	(void)state;
	permute(order, 0, N_RUNS, expected);
}

static void grouping_gives_the_same(void **state)
{
	size_t order[N_RUNS] = {0, 1, 2, 3, 4};
	cleanup_free char *expected = merged(order, N_RUNS);
	struct recording *left = read_run(0), *right = read_run(2);

	(void)state;
	recording_merge(left, read_run(1));
	recording_merge(right, read_run(3));
	recording_merge(right, read_run(4));
	recording_merge(left, right);
	cleanup_free char *text = text_of(left);
	assert_string_equal(text, expected);
	recording_free(left);
}

static void merging_again_adds_nothing(void **state)
{
	const size_t once[] = {0, 1, 2, 3, 4};
	const size_t twice[] = {0, 1, 0, 2, 3, 4, 4, 3, 2, 1, 0};
	cleanup_free char *expected = merged(once, 5);
	cleanup_free char *text = merged(twice, 11);

	(void)state;
	assert_string_equal(text, expected);
}

static void merged_content(void **state)
{
	struct recording *recording = read_run(0);

	(void)state;
	for (size_t i = 1; i < N_RUNS; i++)
		recording_merge(recording, read_run(i));
	/* The last two are copies of one run, and the longer one holds all of it. */
	assert_int_equal(recording->n_sources, 4);
	assert_string_equal(recording->sources[0].started, "2024-01-01T00:00:00Z");
	const struct learnt *openat = recording_find(recording, abi_by_name("x86_64"), "openat");
	assert_non_null(openat);
	assert_int_equal(openat->n_by, 2);
	assert_true(openat->by[0].source < openat->by[1].source);
	assert_non_null(recording_find(recording, abi_by_name("x86_64"), "aa_new"));
	assert_null(recording_find(recording, abi_by_name("x86_64"), "zz_new"));
	size_t cut = 0;
	for (size_t i = 0; i < recording->n_gaps; i++)
		cut += strcmp(recording->gaps[i].kind, "cut-off") == 0;
	assert_int_equal(cut, 2);
	assert_int_equal(recording->n_gaps, 4);
	recording_free(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same),
		cmocka_unit_test(grouping_gives_the_same),
		cmocka_unit_test(merging_again_adds_nothing),
		cmocka_unit_test(merged_content),
	};

	return cmocka_run_group_tests_name("recording_merge", tests, NULL, NULL);
}

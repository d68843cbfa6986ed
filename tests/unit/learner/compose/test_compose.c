/*
 * From recordings and layers to a profile.
 *
 * Longer than others: its helpers share one recording, which every case changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "compose.h"
#include "syscalls.h"

static struct recording *recording;
static struct layers layers;
static struct compose_target target;
static struct profile *profile;
static struct notes notes;
static struct err err;

static int teardown(void **state)
{
	(void)state;
	profile = profile_free(profile);
	notes_release(&notes);
	recording = recording_free(recording);
	layers_release(&layers);
	err_done(&err);
	return 0;
}

/* An empty recording and no layers. */
static int setup(void **state)
{
	(void)state;
	recording = recording_new();
	(void)recording_add_source(recording);
	target = (struct compose_target){.fallback = {ACTION_ERRNO, true, ENOSYS}};
	return 0;
}

static void learn_number(const char *abi, int32_t nr, const char *name)
{
	recording_add_call(recording, abi_by_name(abi), nr, name != NULL ? xstrdup(name) : NULL,
			   (struct provenance){0});
}

/* Words with one blank between them. */
static void learn(const char *abi, const char *words)
{
	cleanup_free char *copy = xstrdup(words);
	char *rest = copy, *word;
	int32_t nr = 0;

	while ((word = strsep(&rest, " ")) != NULL) {
		assert_true(syscalls_number(abi_by_name(abi), word, &nr));
		learn_number(abi, nr, word);
	}
}

static void layer_text(const char *text)
{
	layers.layers = xcalloc(1, sizeof(struct layer));
	layers.n_layers = 1;
	assert_int_equal(layer_parse("x.layer", text, strlen(text), &layers.layers[0], &err), 0);
}

static void run(void)
{
	recording_sort(recording);
	profile = profile_free(profile);
	notes_release(&notes);
	if (compose(recording, &layers, &target, &profile, &notes, &err) != 0)
		fail_msg("%s", err_text(&err));
	for (size_t i = 0; i < profile->n_rules; i++) {
		assert_int_equal(profile->rules[i].verdict.action, ACTION_ALLOW);
		assert_int_equal(profile->rules[i].n_conditions, 0);
	}
}

static void assert_names(const char *expected)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < profile->n_rules; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? " " : "", profile->rules[i].name);
	assert_string_equal(names.s, expected);
	strbuf_release(&names);
}

static void assert_abis(const char *expected)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < profile->n_abis; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? " " : "", profile->abis[i]->name);
	assert_string_equal(names.s, expected);
	strbuf_release(&names);
}

/* Calls as "ABI:NAME" or "ABI:NUMBER". */
static void assert_noted(const struct noted_call *calls, size_t n, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&text, "%s%s:", i > 0 ? " " : "", calls[i].abi->name);
		if (calls[i].name != NULL)
			strbuf_adds(&text, calls[i].name);
		else
			strbuf_addf(&text, "%d", calls[i].nr);
	}
	assert_string_equal(text.s, expected);
	strbuf_release(&text);
}

static void recorded_calls_and_nothing_else(void **state)
{
	(void)state;
	learn("x86_64", "write read close");
	run();
	assert_names("close read write");
	assert_abis("x86_64");
	assert_int_equal(profile->fallback.action, ACTION_ERRNO);
	assert_true(profile->fallback.has_errno);
	assert_int_equal(profile->fallback.errno_ret, ENOSYS);
	assert_int_equal(notes.n_widened + notes.n_unknown + notes.n_newer + notes.n_gaps, 0);
	assert_false(notes.no_calls);
}

static void layers_are_added(void **state)
{
	(void)state;
	learn("x86_64", "read");
	layer_text("exit\nread\nsigreturn [x86]\nsocketcall\n");
	run();
	assert_names("exit read");
	assert_noted(notes.widened, notes.n_widened, "");
}

/* The built-in layers of these names alone; they end with NULL. */
static void built_in(const char *const *names)
{
	struct layer_choice choices[8] = {{"all", false}};
	struct layer_choices all = {.of = choices, .n = 1};

	for (; *names != NULL; names++)
		choices[all.n++] = (struct layer_choice){*names, true};
	layers_release(&layers);
	assert_int_equal(layers_load(&all, &layers, &err), 0);
}

static void assert_added(size_t i, const char *layer, const char *expected)
{
	struct strbuf names = STRBUF_INIT;

	assert_true(i < notes.n_added);
	assert_string_equal(notes.added[i].layer->name, layer);
	for (size_t j = 0; j < notes.added[i].n; j++)
		strbuf_addf(&names, "%s%s", j > 0 ? " " : "", notes.added[i].entries[j]->name);
	assert_string_equal(names.len > 0 ? names.s : "", expected);
	strbuf_release(&names);
}

#define CORE "execve exit exit_group restart_syscall rt_sigreturn"

static void what_layers_add_is_noted(void **state)
{
	static const char *const names[] = {"core", "crun-nnp", "variants", NULL};

	(void)state;
	learn("x86_64", "read close pipe2");
	built_in(names);
	run();
	assert_int_equal(notes.n_added, 3);
	assert_added(0, "core", CORE);
	assert_false(notes.added[0].layer->asked);
	assert_added(1, "crun-nnp", "umask write");
	assert_true(notes.added[1].layer->asked);
	assert_added(2, "variants", "close_range pipe");
	for (size_t i = 0; i < notes.n_added; i++)
		for (size_t j = 0; j < notes.added[i].n; j++)
			assert_true(strlen(notes.added[i].entries[j]->reason) > 10);
	layers_release(&layers);
	layer_text("read\n");
	run();
	assert_int_equal(notes.n_added, 1);
	assert_added(0, "x.layer", "");
}

/* Waiting for events may come too late for a recording; not where it was seen already. */
static void core_waits_for_events(void **state)
{
	static const char *const names[] = {"core", NULL};
	static const struct {
		const char *abi, *recorded, *composed;
	} cases[] = {
		{"x86_64", "read", "execve exit exit_group read restart_syscall rt_sigreturn"},
		{"x86_64", "epoll_create", "epoll_create " CORE},
		{"x86_64", "epoll_create1", "epoll_create1 epoll_pwait " CORE},
		{"x86_64", "epoll_create1 epoll_pwait", "epoll_create1 epoll_pwait " CORE},
		{"x86_64", "epoll_create1 epoll_wait", "epoll_create1 epoll_wait " CORE},
		{"x86_64", "epoll_create1 epoll_pwait2", "epoll_create1 epoll_pwait2 " CORE},
		{"x86", "epoll_create1", "epoll_create1 epoll_pwait epoll_wait " CORE " sigreturn"},
		{"x86", "epoll_create1 epoll_wait", "epoll_create1 epoll_wait " CORE " sigreturn"},
		{"aarch64", "epoll_create1", "epoll_create1 epoll_pwait " CORE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)teardown(state);
		(void)setup(state);
		learn(cases[i].abi, cases[i].recorded);
		built_in(names);
		run();
		assert_names(cases[i].composed);
	}
}

static void assert_variants(const char *abi, const char *recorded, const char *added)
{
	static const char *const names[] = {"variants", NULL};

	(void)teardown(NULL);
	(void)setup(NULL);
	if (*recorded != '\0')
		learn(abi, recorded);
	built_in(names);
	run();
	assert_added(0, "variants", added);
	assert_int_equal(notes.n_widened, 0);
}

static void variants(void **state)
{
	(void)state;
	assert_variants("x86_64", "", "");
	assert_variants("x86_64", "read mprotect", "");
	assert_variants("x86_64", "clone", "clone3 fork vfork");
	assert_variants("x86_64", "clone3", "clone fork vfork");
	assert_variants("x86_64", "statx", "fstat lstat newfstatat stat");
	/* Not by way of another: fstat is a sibling of newfstatat, stat is not one of fstat. */
	assert_variants("x86_64", "fstat", "newfstatat statx");
	assert_variants("x86_64", "epoll_wait dup2", "dup3 epoll_pwait epoll_pwait2");
	/* Of the same ABI: no other has these. */
	assert_variants("x86_64", "futex", "");
	assert_variants("x86", "futex", "futex_time64");
	assert_variants("aarch64", "openat clone", "clone3 openat2");
	/* What the parts of a whole are to each other, they are not to be. */
	assert_variants("x86", "connect", "socketcall");
	/* The program decides between these, or one can do more. */
	assert_variants("x86_64", "execve mount tgkill", "tkill");
}

/* A sibling that was recorded on one ABI says nothing about another. */
static void variants_per_abi(void **state)
{
	static const char *const names[] = {"variants", NULL};

	(void)state;
	learn("x86_64", "pipe2");
	learn("x86", "read");
	built_in(names);
	run();
	assert_names("pipe pipe2 read");
	assert_noted(notes.widened, notes.n_widened, "x86_64:read x86:pipe x86:pipe2");
}

/* Its calls are of the machine's own ABI, whichever the program's is. */
static void runtimes_and_32_bit_programs(void **state)
{
	static const char *const names[] = {"runc", NULL};

	(void)state;
	learn("x86", "read");
	built_in(names);
	run();
	assert_abis("x86");
	assert_true(notes.n_added == 1);
	bool found = false;
	for (size_t i = 0; i < notes.added[0].n; i++)
		found |= strcmp(notes.added[0].entries[i]->name, "newfstatat") == 0;
	assert_true(found);
}

static void the_target_decides_the_fallback(void **state)
{
	(void)state;
	learn("x86_64", "read");
	target.fallback = (struct verdict){.action = ACTION_KILL_PROCESS};
	run();
	assert_int_equal(profile->fallback.action, ACTION_KILL_PROCESS);
	assert_false(profile->fallback.has_errno);
}

/* One list for all ABIs widens, and that is said; layers were asked for. */
static void several_abis(void **state)
{
	(void)state;
	learn("x86_64", "read arch_prctl openat");
	learn("x86", "read waitpid access");
	layer_text("sigreturn [x86]\nexit\ngetpid [x86_64]\n");
	run();
	assert_abis("x86_64 x86");
	assert_names("access arch_prctl exit getpid openat read sigreturn waitpid");
	assert_noted(notes.widened, notes.n_widened,
		     "x86_64:access x86:arch_prctl x86:getpid x86:openat");
}

static void one_abi_alone(void **state)
{
	(void)state;
	learn("x86_64", "read arch_prctl");
	learn("x86", "write waitpid");
	learn_number("x86_64", 999, NULL);
	layer_text("sigreturn [x86]\nexit\n");
	target.abi = abi_by_name("x86");
	run();
	assert_abis("x86");
	assert_names("exit sigreturn waitpid write");
	assert_noted(notes.widened, notes.n_widened, "");
	assert_noted(notes.unknown, notes.n_unknown, "");
}

static void an_abi_that_was_not_seen(void **state)
{
	(void)state;
	learn("x86_64", "read");
	learn("x86", "read");
	recording_sort(recording);
	target.abi = abi_by_name("arm");
	assert_int_equal(compose(recording, &layers, &target, &profile, &notes, &err), -EINVAL);
	assert_string_equal(err_text(&err),
			    "ABI 'arm' was not seen in the recording; seen: x86_64, x86");
	assert_null(profile);
}

static void nothing_recorded(void **state)
{
	(void)state;
	layer_text("exit\n");
	run();
	assert_names("exit");
	assert_abis(abi_native()->name);
	assert_true(notes.no_calls);
	target.abi = abi_native();
	profile = profile_free(profile);
	notes_release(&notes);
	assert_int_equal(compose(recording, &layers, &target, &profile, &notes, &err), -EINVAL);
}

static void numbers_without_names_are_left_out(void **state)
{
	(void)state;
	learn("x86_64", "read");
	learn_number("x86_64", 999, NULL);
	learn_number("x86", 888, NULL);
	learn_number("x86_64", -1, NULL);
	run();
	assert_names("read");
	assert_noted(notes.unknown, notes.n_unknown, "x86_64:-1 x86_64:999 x86:888");
	/* An ABI is listed when it was seen, whatever was called there. */
	assert_abis("x86_64 x86");
}

/* A name that only the recording knows is written, and said to be new. */
static void newer_names(void **state)
{
	(void)state;
	learn("x86_64", "read");
	learn_number("x86_64", 900, "quantum_open");
	run();
	assert_names("quantum_open read");
	assert_noted(notes.newer, notes.n_newer, "x86_64:quantum_open");
}

static void newer_than_the_library(void **state)
{
	const struct abi *abi = abi_by_name("x86_64");
	int32_t nr;

	(void)state;
	if (!syscalls_newer_than_library(abi, "file_setattr"))
		skip();
	assert_true(syscalls_number(abi, "file_setattr", &nr));
	learn_number("x86_64", nr, "file_setattr");
	run();
	assert_noted(notes.newer, notes.n_newer, "x86_64:file_setattr");
}

static void gaps_are_noted(void **state)
{
	(void)state;
	recording_add_gap(recording, (struct recorded_gap){.kind = xstrdup("own-filter"),
							   .detail = xstrdup("x")});
	run();
	assert_int_equal(notes.n_gaps, 1);
	assert_string_equal(notes.gaps[0].kind, "own-filter");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(recorded_calls_and_nothing_else),
		TEST(layers_are_added),
		TEST(what_layers_add_is_noted),
		TEST(core_waits_for_events),
		TEST(variants),
		TEST(variants_per_abi),
		TEST(runtimes_and_32_bit_programs),
		TEST(the_target_decides_the_fallback),
		TEST(several_abis),
		TEST(one_abi_alone),
		TEST(an_abi_that_was_not_seen),
		TEST(nothing_recorded),
		TEST(numbers_without_names_are_left_out),
		TEST(newer_names),
		TEST(newer_than_the_library),
		TEST(gaps_are_noted),
	};

	return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}

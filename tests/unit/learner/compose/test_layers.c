#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "layers.h"
#include "syscalls.h"

static struct layers layers;
static struct layer layer;
static struct err err;

static int teardown(void **state)
{
	(void)state;
	layers_release(&layers);
	layer_release(&layer);
	err_done(&err);
	return 0;
}

static void load(struct layer_choice *choices, size_t n)
{
	const struct layer_choices all = {.of = choices, .n = n};

	teardown(NULL);
	if (layers_load(&all, &layers, &err) < 0)
		fail_msg("%s", err_text(&err));
}

/* The names of the layers that are loaded, with blanks between them. */
static const char *loaded(void)
{
	static char names[256];

	names[0] = '\0';
	for (size_t i = 0; i < layers.n_layers; i++) {
		(void)strcat(names, i > 0 ? " " : "");
		(void)strcat(names, layers.layers[i].name);
	}
	return names;
}

static void which_are_on(void **state)
{
	struct layer_choice no_core[] = {{"core", false}};
	struct layer_choice none[] = {{"all", false}};
	struct layer_choice vdso_alone[] = {{"all", false}, {"vdso", true}};
	struct layer_choice too_late[] = {{"vdso", true}, {"all", false}};
	struct layer_choice back[] = {{"core", false}, {"core", true}};

	(void)state;
	load(NULL, 0);
	assert_string_equal(loaded(), "core vdso");
	load(no_core, 1);
	assert_string_equal(loaded(), "vdso");
	load(none, 1);
	assert_string_equal(loaded(), "");
	load(vdso_alone, 2);
	assert_string_equal(loaded(), "vdso");
	load(too_late, 2);
	assert_string_equal(loaded(), "");
	load(back, 2);
	assert_string_equal(loaded(), "core vdso");
}

static void which_are_off(void **state)
{
	struct layer_choice runtimes[] = {{"crun", true}, {"runc-nnp", true}, {"crun", true}};
	struct layer_choice alone[] = {{"all", false}, {"variants", true}};
	struct layer_choice too_late[] = {{"runc", true}, {"all", false}};

	(void)state;
	load(runtimes, 3);
	assert_string_equal(loaded(), "core vdso runc-nnp crun");
	assert_false(layers.layers[0].asked || layers.layers[1].asked);
	assert_true(layers.layers[2].asked && layers.layers[3].asked);
	load(alone, 2);
	assert_string_equal(loaded(), "variants");
	load(too_late, 2);
	assert_string_equal(loaded(), "");
}

static const struct layer_entry *find(const char *name)
{
	for (size_t i = 0; i < layers.n_layers; i++)
		for (size_t j = 0; j < layers.layers[i].n_entries; j++)
			if (strcmp(layers.layers[i].entries[j].name, name) == 0)
				return &layers.layers[i].entries[j];
	fail_msg("no entry '%s'", name);
	return NULL;
}

static bool applies(const char *name, const char *abi)
{
	assert_non_null(abi_by_name(abi));
	return layer_entry_applies(find(name), abi_by_name(abi));
}

static void entries_per_abi(void **state)
{
	(void)state;
	load(NULL, 0);
	assert_true(applies("exit", "x86_64"));
	assert_true(applies("exit", "aarch64"));
	assert_true(applies("sigreturn", "x86"));
	assert_true(applies("sigreturn", "arm"));
	assert_false(applies("sigreturn", "x86_64"));
	assert_false(applies("sigreturn", "s390x"));
	assert_true(applies("clock_gettime64", "x86"));
	assert_true(applies("clock_gettime64", "arm"));
	assert_false(applies("clock_gettime64", "x86_64"));
	assert_true(applies("time", "x86_64"));
	assert_true(applies("time", "x86"));
	assert_false(applies("time", "aarch64"));
}

static void load_all(void)
{
	struct layer_choice choices[16];
	size_t n = 0;

	for (const char *name; (name = layers_builtin_name(n)) != NULL; n++) {
		assert_true(n < sizeof(choices) / sizeof(choices[0]));
		choices[n] = (struct layer_choice){name, true};
	}
	load(choices, n);
	assert_int_equal(layers.n_layers, n);
}

/* Each entry says why, and exists somewhere. */
static void entries_are_sound(void **state)
{
	(void)state;
	load_all();
	for (size_t i = 0; i < layers.n_layers; i++) {
		for (size_t j = 0; j < layers.layers[i].n_entries; j++) {
			const struct layer_entry *entry = &layers.layers[i].entries[j];
			size_t abis = 0;
			int32_t nr;
			assert_true(strlen(entry->reason) > 10);
			assert_true(syscalls_known(entry->name));
			for (size_t a = 0; a < abi_count; a++)
				abis += layer_entry_applies(entry, &abi_table[a]);
			assert_true(abis > 0);
			/* An ABI that is listed has the call, if libseccomp knows the ABI. */
			for (size_t a = 0; a < entry->n_abis; a++)
				if (!layer_entry_applies(entry, entry->abis[a]) &&
				    syscalls_number(entry->abis[a], "read", &nr))
					fail_msg("%s on %s", entry->name, entry->abis[a]->name);
		}
	}
	for (size_t n = 0; layers_builtin_name(n) != NULL; n++) {
		assert_true(layers_is_builtin(layers_builtin_name(n)));
		assert_non_null(layers_builtin_help(n));
	}
	assert_false(layers_is_builtin("all"));
}

static const struct layer *layer_of(const char *name)
{
	for (size_t i = 0; i < layers.n_layers; i++)
		if (strcmp(layers.layers[i].name, name) == 0)
			return &layers.layers[i];
	fail_msg("no layer '%s'", name);
	return NULL;
}

static bool has(const struct layer *of, const char *name)
{
	for (size_t i = 0; i < of->n_entries; i++)
		if (strcmp(of->entries[i].name, name) == 0)
			return true;
	return false;
}

/* A family may share a call with another, but not with itself. */
static void no_doubles(void **state)
{
	(void)state;
	load_all();
	for (size_t i = 0; i < layers.n_layers; i++) {
		const struct layer *of = &layers.layers[i];
		for (size_t a = 0; a < of->n_entries; a++)
			for (size_t b = a + 1; b < of->n_entries; b++)
				if (strcmp(of->entries[a].name, of->entries[b].name) == 0 &&
				    of->entries[a].family == of->entries[b].family)
					fail_msg("%s: %s twice", of->name, of->entries[a].name);
	}
}

/* One that allows new privileges needs what the other needs, and more. */
static void assert_narrower(const char *narrow, const char *wide)
{
	const struct layer *part = layer_of(narrow), *whole = layer_of(wide);

	assert_in_range(part->n_entries, 1, whole->n_entries - 1);
	for (size_t i = 0; i < part->n_entries; i++)
		if (!has(whole, part->entries[i].name))
			fail_msg("%s has %s, %s has not", narrow, part->entries[i].name, wide);
	assert_true(has(part, "execve"));
	assert_true(has(whole, "capset"));
	assert_false(has(part, "capset"));
}

static void runtimes(void **state)
{
	const char *name;

	(void)state;
	load_all();
	assert_narrower("runc-nnp", "runc");
	assert_narrower("crun-nnp", "crun");
	for (size_t n = 0; (name = layers_runtime_name(n)) != NULL; n++) {
		assert_true(layers_is_builtin(name));
		assert_true(layers_is_runtime(name));
		/* With which version it was seen. */
		assert_memory_equal(layer_of(name)->entries[0].reason, name, 4);
		assert_non_null(strpbrk(layer_of(name)->entries[0].reason, "0123456789"));
	}
	assert_string_equal(layers_runtime_name(0), "runc");
	assert_string_equal(layers_runtime_name(3), "crun-nnp");
	assert_null(layers_runtime_name(4));
	assert_false(layers_is_runtime("core"));
	assert_false(layers_is_runtime("variants"));
	assert_string_equal(layers_engine_starts("docker"), "runc");
	assert_non_null(layers_engine_starts("CRI-O"));
	assert_null(layers_engine_starts("runc"));
	/* A 32-bit program is started by a 64-bit runtime. */
	assert_true(layer_of("runc")->n_entries > 0);
	for (size_t i = 0; i < layer_of("runc")->n_entries; i++)
		assert_true(layer_entry_applies(&layer_of("runc")->entries[i], abi_by_name("x86")));
}

static int parse(const char *text)
{
	teardown(NULL);
	return layer_parse("my.layer", text, strlen(text), &layer, &err);
}

static void files(void **state)
{
	(void)state;
	assert_int_equal(parse("# what runc needs\n"
			       "\n"
			       "  statx\tlooks at the root\r\n"
			       "prctl\n"
			       "sigreturn [x86, arm]  handlers # and more\n"
			       "socketcall[x86]"),
			 0);
	assert_int_equal(layer.n_entries, 4);
	assert_string_equal(layer.entries[0].name, "statx");
	assert_string_equal(layer.entries[0].reason, "looks at the root");
	assert_int_equal(layer.entries[0].n_abis, 0);
	assert_string_equal(layer.entries[1].name, "prctl");
	assert_string_equal(layer.entries[1].reason, "");
	assert_string_equal(layer.entries[2].reason, "handlers # and more");
	assert_int_equal(layer.entries[2].n_abis, 2);
	assert_ptr_equal(layer.entries[2].abis[1], abi_by_name("arm"));
	assert_string_equal(layer.entries[3].name, "socketcall");
	assert_int_equal(layer.entries[3].n_abis, 1);
	assert_int_equal(parse(""), 0);
	assert_int_equal(layer.n_entries, 0);
}

static void bad(const char *text, const char *message)
{
	if (parse(text) != -EINVAL)
		fail_msg("accepted: %s", text);
	assert_string_equal(err_text(&err), message);
}

static void bad_files(void **state)
{
	(void)state;
	bad("read\npwrite  x\n", "my.layer:2: expected the name of a system call, found 'pwrite'");
	bad("[x86] read\n", "my.layer:1: expected the name of a system call, found ''");
	bad("read [x86 reason\n", "my.layer:1: '[' without ']'");
	bad("read [x86,x87] reason\n", "my.layer:1: unknown ABI 'x87'");
	bad("read [] reason\n", "my.layer:1: unknown ABI ''");
	teardown(NULL);
	assert_int_equal(layer_parse("my.layer", "read\0x", 6, &layer, &err), -EINVAL);
	assert_string_equal(err_text(&err), "my.layer: a NUL byte; expected a layer file");
}

static void files_are_loaded(void **state)
{
	char path[] = "/tmp/test_layers.XXXXXX.layer";
	cleanup_close int fd = mkstemps(path, 6);
	struct layer_choice choices[] = {{path, true}, {"core", false}};
	struct layer_choice missing[] = {{"/nonexistent/x.layer", true}};
	const struct layer_choices all = {.of = missing, .n = 1};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, "getpid  why\n", 12), 0);
	load(choices, 2);
	assert_int_equal(layers.n_layers, 2);
	assert_string_equal(layers.layers[0].name, "vdso");
	assert_string_equal(layers.layers[1].name, path);
	assert_string_equal(find("getpid")->reason, "why");
	assert_int_equal(unlink(path), 0);
	teardown(NULL);
	assert_int_equal(layers_load(&all, &layers, &err), -ENOENT);
	assert_string_equal(err_text(&err),
			    "layer: cannot open '/nonexistent/x.layer': No such file or directory");
}

static void file_names(void **state)
{
	(void)state;
	assert_true(layers_is_file("./core"));
	assert_true(layers_is_file("a.layer"));
	assert_true(layers_is_file(".layer"));
	assert_false(layers_is_file("core"));
	assert_false(layers_is_file("layer"));
	assert_false(layers_is_file(""));
}

#define TEST(function) cmocka_unit_test_teardown(function, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(which_are_on),     TEST(which_are_off),     TEST(no_doubles), TEST(runtimes),
		TEST(entries_per_abi),  TEST(entries_are_sound), TEST(files),      TEST(bad_files),
		TEST(files_are_loaded), TEST(file_names),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}

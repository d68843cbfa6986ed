/*
 * Runs a fuzz target without a fuzzer: with each seed, with every beginning of it (of long ones, of
 * every so many bytes), and with copies in which bytes were changed, the same ones every time. What
 * fails aborts; the name of the seed was printed before. TAP on standard output.
 *
 * Usage: test_X [FILE...]; without files those in fixtures/seeds/X.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "fuzz.h"
#include "strbuf.h"

#define SEED_MAX (1 << 20)
#define CUTS 40
#define DAMAGED 60

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A copy of exactly that size, so that a sanitizer sees a read beyond its end. */
static void run_copy(const char *data, size_t size)
{
	uint8_t *copy = xmalloc(size > 0 ? size : 1);

	if (size > 0)
		memcpy(copy, data, size);
	fuzz_one(copy, size);
	free(copy);
}

static void run_seed(const struct strbuf *seed)
{
	uint64_t state = 0x9e3779b97f4a7c15U;

	run_copy(seed->s, seed->len);
	for (size_t i = 0; i < CUTS; i++)
		run_copy(seed->s, seed->len * i / CUTS);
	for (size_t i = 0; i < DAMAGED && seed->len > 0; i++) {
		cleanup_strbuf struct strbuf damaged = STRBUF_INIT;
		strbuf_add(&damaged, seed->s, seed->len);
		for (size_t n = 1 + next(&state) % 4; n > 0; n--)
			damaged.s[next(&state) % seed->len] = (char)next(&state);
		run_copy(damaged.s, damaged.len);
	}
}

static bool run_file(const char *path, size_t n)
{
	cleanup_strbuf struct strbuf seed = STRBUF_INIT;
	struct err err = {0};

	printf("# %s\n", path);
	(void)fflush(stdout);
	if (file_read(path, SEED_MAX, &seed, &err) < 0) {
		printf("not ok %zu - %s\n# %s\n", n, path, err_text(&err));
		err_done(&err);
		return false;
	}
	run_seed(&seed);
	printf("ok %zu - %s\n", n, path);
	return true;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The seeds of this target, named as the program is. */
static size_t find_seeds(const char *program, char ***paths)
{
	const char *base = strrchr(program, '/');
	const char *name = strstr(base != NULL ? base : program, "test_");
	struct dirent **entries = NULL;
	size_t n = 0;

	if (name == NULL)
		return 0;
	cleanup_free char *dir = xasprintf("fixtures/seeds/%s", name + strlen("test_"));
	int found = scandir(dir, &entries, is_file, alphasort);
	*paths = xcalloc(found > 0 ? (size_t)found : 1, sizeof(**paths));
	for (int i = 0; i < found; i++) {
		(*paths)[n++] = xasprintf("%s/%s", dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n;
}

int main(int argc, char **argv)
{
	char **paths = NULL;
	size_t n = argc > 1 ? (size_t)argc - 1 : find_seeds(argv[0], &paths);
	bool good = n > 0;

	printf("1..%zu\n", n > 0 ? n : 1);
	if (n == 0)
		puts("not ok 1 - there are no seeds");
	for (size_t i = 0; i < n; i++)
		good = run_file(argc > 1 ? argv[i + 1] : paths[i], i + 1) && good;
	for (size_t i = 0; argc == 1 && i < n; i++)
		free(paths[i]);
	free(paths);
	return good ? 0 : 1;
}

/*
 * Dialect oci under chance: random profiles through both syntaxes, and documents that are cut off
 * or damaged. The seeds are fixed. Runs in the repository's top directory.
 */
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
#include "documents.h"
#include "format.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Numbers from a fixed seed, the same on every machine: xorshift64*. */
static uint64_t random_u64(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 2685821657736338717u;
}

static size_t random_below(uint64_t *seed, size_t n)
{
	return (size_t)((random_u64(seed) >> 33) % n);
}

static struct verdict random_verdict(uint64_t *seed)
{
	struct verdict verdict = {.action = (enum action)random_below(seed, ACTION_MAX)};

	if (action_takes_errno(verdict.action) && random_below(seed, 2) == 0) {
		verdict.has_errno = true;
		verdict.errno_ret = (uint32_t)random_below(seed, 4096);
	}
	return verdict;
}

/* Small, huge and just any numbers. */
static uint64_t random_value(uint64_t *seed)
{
	switch (random_below(seed, 4)) {
	case 0:
		return random_below(seed, 3);
	case 1:
		return UINT64_MAX - random_below(seed, 3);
	case 2:
		return (uint64_t)INT64_MAX - 1 + random_below(seed, 4);
	default:
		return random_u64(seed);
	}
}

static char *random_text(uint64_t *seed)
{
	static const char *const pieces[] = {"no",
					     "~",
					     "0x1",
					     " ",
					     ":",
					     "#",
					     "é",
					     "\n",
					     "\t",
					     "-",
					     "'",
					     "\"",
					     "\\",
					     "/",
					     "{",
					     "[",
					     "\x01",
					     "\x7f",
					     "\xe2\x80\xa8",
					     "\xf0\x9f\x98\x80",
					     "a",
					     "1"};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t n = random_below(seed, 5); n > 0; n--)
		strbuf_adds(&text, pieces[random_below(seed, ARRAY_SIZE(pieces))]);
	return strbuf_steal(&text);
}

static void add_random_rule(struct profile *profile, uint64_t *seed)
{
	static const char *const names[] = {"read", "write", "no",   "null",  "y",      "_llseek",
					    "on",   "true",  "mmap", "mmap2", "execve", "x1e5"};
	struct condition conditions[6];
	size_t n = 0;

	for (uint32_t index = 0; index < 6; index++) {
		if (random_below(seed, 6) != 0)
			continue;
		conditions[n++] =
			(struct condition){index, (enum compare)random_below(seed, COMPARE_MAX),
					   random_value(seed), random_value(seed)};
	}
	profile_add_rule(profile, names[random_below(seed, ARRAY_SIZE(names))],
			 random_verdict(seed), conditions, n);
}

static struct profile *random_profile(uint64_t *seed)
{
	static const char *const flags[] = {"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG",
					    "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
					    "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};
	struct profile *profile = profile_new();

	profile->fallback = random_verdict(seed);
	for (size_t n = random_below(seed, 4); n > 0; n--)
		profile_add_abi(profile, &abi_table[random_below(seed, abi_count)]);
	profile->has_flags = random_below(seed, 2) == 0;
	for (size_t n = random_below(seed, 3); n > 0; n--)
		profile_add_flag(profile, flags[random_below(seed, ARRAY_SIZE(flags))]);
	if (random_below(seed, 2) == 0)
		profile->listener_path = random_text(seed);
	if (profile->listener_path != NULL && random_below(seed, 2) == 0)
		profile->listener_metadata = random_text(seed);
	for (size_t n = random_below(seed, 12); n > 0; n--)
		add_random_rule(profile, seed);
	return profile;
}

/* Drops what is not written because the default says it already. */
static void drop_fallback_rules(struct profile *profile)
{
	size_t kept = 0;

	for (size_t i = 0; i < profile->n_rules; i++) {
		struct rule *rule = &profile->rules[i];
		if (rule->n_conditions == 0 && verdict_equal(rule->verdict, profile->fallback))
			free(rule->name);
		else
			profile->rules[kept++] = *rule;
	}
	profile->n_rules = kept;
}

/* JSON, what that reads as in YAML, and what that reads as in JSON: all the same profile. */
static void test_random_round_trips(void **state)
{
	uint64_t seed = 20261123;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		cleanup_strbuf struct strbuf json = STRBUF_INIT;
		cleanup_strbuf struct strbuf yaml = STRBUF_INIT;
		cleanup_strbuf struct strbuf again = STRBUF_INIT;
		struct profile *profile = random_profile(&seed);

		write_text(profile, SYNTAX_JSON, &json);
		drop_fallback_rules(profile);
		struct profile *from_json = read_text(json.s);
		write_text(from_json, SYNTAX_YAML, &yaml);
		struct profile *from_yaml = read_text(yaml.s);
		write_text(from_yaml, SYNTAX_JSON, &again);
		if (!profile_equal(profile, from_json) || !profile_equal(profile, from_yaml))
			fail_msg("profile %d changed:\n%s\n%s", i, json.s, yaml.s);
		assert_string_equal(json.s, again.s);
		profile_free(profile);
		profile_free(from_json);
		profile_free(from_yaml);
	}
}

/* Neither may crash, and what is accepted can be written. `text` is a copy of its own size. */
static void read_anything(const char *text, size_t len)
{
	char *copy = memcpy(xmalloc(len + 1), text, len);
	struct profile *profile = NULL;
	struct err err = {0};

	copy[len] = '\0';
	if (format_read("f", copy, len, &profile, &err) < 0) {
		assert_null(profile);
		assert_memory_equal(err_text(&err), "f:", 2);
	} else {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		write_text(profile, SYNTAX_YAML, &out);
	}
	profile_free(profile);
	err_done(&err);
	free(copy);
}

static const char *const torture_paths[] = {
	"fixtures/profiles/everything.json",
	"fixtures/profiles/config.json",
	"fixtures/profiles/plain.yaml",
	"tests/golden/profile-everything.yaml",
};

static void test_every_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(torture_paths); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		read_path(torture_paths[i], &text);
		for (size_t len = 0; len <= text.len; len++)
			read_anything(text.s, len);
	}
}

static void test_random_damage(void **state)
{
	static const char bytes[] = "{}[],:\"'\\u0-1.e#&*!|>?%@`~ \n\t\r\xff\xc3\x80";
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(torture_paths); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		read_path(torture_paths[i], &text);
		for (int n = 0; n < 1500; n++) {
			cleanup_free char *damaged = xstrdup(text.s);
			for (size_t k = 1 + random_below(&seed, 3); k > 0; k--)
				damaged[random_below(&seed, text.len)] =
					bytes[random_below(&seed, sizeof(bytes))];
			read_anything(damaged, text.len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_round_trips),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Dialect minijail, as minijail reads it: a small reader of minijail0(5)'s policy files, written
 * from that description and knowing nothing of the writer, says what a file means, and chance asks
 * it for calls and arguments. (Debian has no package of minijail to ask instead.)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "filters.h"
#include "strbuf.h"
#include "syscalls.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict kill = {ACTION_KILL_PROCESS, false, 0};
static const struct verdict enosys = {ACTION_ERRNO, true, ENOSYS};

/* The rest of a policy's line. */
struct words {
	const char *at;
};

/* Passes over a word or sign, if it is next. */
static bool take(struct words *words, const char *word)
{
	size_t len = strlen(word);

	words->at += strspn(words->at, " \t");
	if (strncmp(words->at, word, len) != 0 ||
	    (isalnum((unsigned char)word[len - 1]) && isalnum((unsigned char)words->at[len])))
		return false;
	words->at += len;
	return true;
}

static uint64_t take_number(struct words *words)
{
	char *end;

	words->at += strspn(words->at, " \t");
	bool inverted = *words->at == '~';
	words->at += inverted;
	errno = 0;
	uint64_t number = strtoull(words->at, &end, 0);
	if (errno != 0 || end == words->at || *words->at == '-')
		fail_msg("no number: %s", words->at);
	words->at = end;
	return inverted ? ~number : number;
}

/* arg<N> OP value */
static bool atom_holds(struct words *words, const uint64_t args[FILTER_ARGS])
{
	words->at += strspn(words->at, " \t");
	if (strncmp(words->at, "arg", 3) != 0 || words->at[3] < '0' || words->at[3] > '5')
		fail_msg("no argument: %s", words->at);
	uint64_t arg = args[words->at[3] - '0'];
	words->at += 4;
	if (take(words, "=="))
		return arg == take_number(words);
	if (take(words, "!="))
		return arg != take_number(words);
	if (take(words, "<="))
		return arg <= take_number(words);
	if (take(words, ">="))
		return arg >= take_number(words);
	if (take(words, "<"))
		return arg < take_number(words);
	if (take(words, ">"))
		return arg > take_number(words);
	if (take(words, "&"))
		return (arg & take_number(words)) != 0;
	if (take(words, "in"))
		return (arg & ~take_number(words)) == 0;
	fail_msg("no operator: %s", words->at);
	return false;
}

/* Conjunctions of atoms, one of which has to hold. All of the text is read, whatever holds. */
static bool expression_holds(struct words *words, const uint64_t args[FILTER_ARGS])
{
	bool any = false;

	do {
		bool all = true;
		do {
			bool holds = atom_holds(words, args);
			all = all && holds;
		} while (take(words, "&&"));
		any = any || all;
	} while (take(words, "||"));
	return any;
}

static struct verdict take_return(struct words *words)
{
	uint64_t number = take_number(words);

	assert_true(number <= 4095);
	return (struct verdict){ACTION_ERRNO, true, (uint32_t)number};
}

/* What stands behind the name and its colon. */
static struct verdict policy_of(const char *text, const uint64_t args[FILTER_ARGS])
{
	static const struct {
		const char *word;
		enum action action;
	} actions[] = {{"allow", ACTION_ALLOW}, {"kill", ACTION_KILL_PROCESS},
		       {"log", ACTION_LOG},     {"trace", ACTION_TRACE},
		       {"trap", ACTION_TRAP},   {"user-notify", ACTION_NOTIFY},
		       {"1", ACTION_ALLOW}};
	struct words words = {text};
	struct verdict verdict = kill;
	bool found = false;

	for (size_t i = 0; !found && i < ARRAY_SIZE(actions); i++) {
		found = take(&words, actions[i].word);
		if (found)
			verdict.action = actions[i].action;
	}
	if (!found && take(&words, "return")) {
		verdict = take_return(&words);
	} else if (!found) {
		bool holds = expression_holds(&words, args);
		if (take(&words, ";")) {
			assert_true(take(&words, "return"));
			verdict = take_return(&words);
		}
		if (holds)
			verdict = allow;
	}
	words.at += strspn(words.at, " \t");
	if (*words.at != '\0')
		fail_msg("left over: %s", words.at);
	return verdict;
}

/* Calls that are not in the file kill. Sets *listed where it has one. */
static struct verdict play(const char *policy, const struct abi *abi, const char *name,
			   const uint64_t args[FILTER_ARGS], bool *listed)
{
	cleanup_free char *copy = xstrdup(policy);
	char *rest = copy, *line;
	struct verdict verdict = kill;
	int32_t nr;

	*listed = false;
	while ((line = strsep(&rest, "\n")) != NULL) {
		line[strcspn(line, "#")] = '\0';
		if (line[strspn(line, " \t")] == '\0')
			continue;
		char *colon = strchr(line, ':');
		assert_non_null(colon);
		*colon = '\0';
		/* It refuses a name that the machine does not have, and one that stands twice. */
		if (!syscalls_number(abi, line, &nr))
			fail_msg("no call of %s: %s", abi->name, line);
		if (strcmp(line, name) != 0)
			continue;
		assert_false(*listed);
		*listed = true;
		verdict = policy_of(colon + 1, args);
	}
	return verdict;
}

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

/* Values that meet each other often. */
static uint64_t random_value(uint64_t *seed)
{
	static const uint64_t values[] = {0,          1,          2,
					  3,          5,          7,
					  0xffffffff, 1ULL << 32, 5ULL << 32 | 1,
					  INT64_MAX,  1ULL << 63, UINT64_MAX - 1,
					  UINT64_MAX};

	return values[random_below(seed, ARRAY_SIZE(values))];
}

static const char *const names[] = {"read",  "socket", "clone",  "ioctl",
				    "prctl", "mount",  "openat2"};

static void add_random_call(struct profile *profile, const char *name, uint64_t *seed)
{
	static const struct verdict plain[] = {
		{ACTION_ALLOW, false, 0},  {ACTION_ERRNO, true, 13},       {ACTION_TRAP, false, 0},
		{ACTION_LOG, false, 0},    {ACTION_ERRNO, true, 0},        {ACTION_TRACE, true, 1},
		{ACTION_NOTIFY, false, 0}, {ACTION_KILL_PROCESS, false, 0}};
	struct condition conditions[3];

	if (random_below(seed, 3) == 0) {
		profile_add_rule(profile, name, plain[random_below(seed, ARRAY_SIZE(plain))], NULL,
				 0);
		return;
	}
	for (size_t rules = random_below(seed, 3); rules > 0; rules--) {
		size_t n = 0;
		for (uint32_t index = 0; index < 3; index++)
			if (random_below(seed, 2) == 0)
				conditions[n++] = (struct condition){
					index, (enum compare)random_below(seed, COMPARE_MAX),
					random_value(seed), random_value(seed)};
		if (n > 0)
			profile_add_rule(profile, name, allow, conditions, n);
	}
}

/* Asks the file and the profile for each call, with arguments of chance. */
static void compare(const struct profile *profile, const char *policy, uint64_t *seed)
{
	const struct abi *abi = profile->abis[0];
	uint64_t args[FILTER_ARGS] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (int n = 0; n < 20; n++) {
			bool listed;
			for (size_t k = 0; k < 3; k++)
				args[k] = random_value(seed);
			struct verdicts expected = evaluate(profile, abi, names[i], args);
			assert_int_equal(expected.n, 1);
			struct verdict wanted = expected.list[0];
			struct verdict got = play(policy, abi, names[i], args, &listed);
			/* It has no value for the tracer. And without a default errno it kills. */
			if (wanted.action == ACTION_TRACE)
				wanted = (struct verdict){.action = ACTION_TRACE};
			if (!listed && verdict_equal(wanted, enosys) &&
			    verdict_equal(profile->fallback, enosys))
				wanted = kill;
			if (!verdict_equal(got, wanted))
				fail_msg("%s(%#jx, %#jx, %#jx): %s instead of %s in\n%s", names[i],
					 (uintmax_t)args[0], (uintmax_t)args[1], (uintmax_t)args[2],
					 action_oci_name(got.action),
					 action_oci_name(wanted.action), policy);
		}
	}
}

static void test_means_the_same(void **state)
{
	uint64_t seed = 20261125;

	(void)state;
	for (int i = 0; i < 600; i++) {
		struct profile *profile = profile_new();
		cleanup_strbuf struct strbuf out = STRBUF_INIT;

		profile->fallback = i % 2 == 0 ? kill : enosys;
		profile_add_abi(profile, abi_by_name("x86_64"));
		for (size_t k = 0; k < ARRAY_SIZE(names); k++)
			add_random_call(profile, names[k], &seed);
		write_text_as(profile, "minijail", NULL, &out);
		compare(profile, out.s, &seed);
		profile_free(profile);
	}
}

/* Calls that programs do without only when they hear ENOSYS, and others. */
static void test_enosys(void **state)
{
	static const uint64_t args[FILTER_ARGS] = {0};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	bool listed;

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "read", allow, NULL, 0);
	write_text_as(profile, "minijail", NULL, &out);
	assert_true(verdict_equal(play(out.s, profile->abis[0], "clone3", args, &listed), enosys));
	assert_true(verdict_equal(play(out.s, profile->abis[0], "read", args, &listed), allow));
	assert_true(verdict_equal(play(out.s, profile->abis[0], "mount", args, &listed), kill));
	profile_free(profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_means_the_same),
		cmocka_unit_test(test_enosys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

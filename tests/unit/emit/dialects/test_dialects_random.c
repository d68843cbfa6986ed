/*
 * Every readable dialect under chance: what was written is read as the same profile, and what is
 * cut off or damaged is read or refused, and no more. The seeds are fixed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"
#include "syscalls.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What a dialect cannot say is not in the profiles that it is asked for. */
enum limits {
	NO_CONDITIONS = 1,
	ALLOW_ONLY = 2,    /* or, by default, nothing but refusing */
	DEFAULT_EPERM = 4, /* where it is an errno */
	SIGNED_VALUES = 8,
	NO_SETTINGS = 16, /* flags and listener */
	NO_ABIS = 32,
	OWN_ABI = 64, /* always among those that are listed */
};

static const struct {
	const char *dialect;
	unsigned int limits;
} dialects[] = {
	{"oci", 0},
	{"docker", 0},
	{"podman", 0},
	{"k8s", DEFAULT_EPERM | SIGNED_VALUES},
	{"systemd", NO_CONDITIONS | ALLOW_ONLY | NO_SETTINGS | OWN_ABI},
	{"names", NO_CONDITIONS | ALLOW_ONLY | NO_SETTINGS | NO_ABIS},
};

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

static uint64_t random_value(uint64_t *seed, unsigned int limits)
{
	uint64_t value = 0;

	switch (random_below(seed, 3)) {
	case 0:
		value = random_below(seed, 3);
		break;
	case 1:
		value = UINT64_MAX - random_below(seed, 3);
		break;
	default:
		value = random_u64(seed);
	}
	return (limits & SIGNED_VALUES) != 0 ? value & INT64_MAX : value;
}

static struct verdict random_verdict(uint64_t *seed)
{
	struct verdict verdict = {.action = (enum action)random_below(seed, ACTION_MAX)};

	if (action_takes_errno(verdict.action)) {
		verdict.has_errno = true;
		verdict.errno_ret = (uint32_t)(1 + random_below(seed, 4095));
	}
	return verdict;
}

static void add_random_rule(struct profile *profile, uint64_t *seed, unsigned int limits)
{
	char name[SYSCALL_NAME_MAX];
	struct condition conditions[6];
	size_t n = 0;

	do {
		syscalls_name(abi_by_name("x86_64"), (int32_t)random_below(seed, 470), name);
	} while (name[0] == '\0');
	for (uint32_t index = 0; (limits & NO_CONDITIONS) == 0 && index < 6; index++)
		if (random_below(seed, 6) == 0)
			conditions[n++] = (struct condition){
				index, (enum compare)random_below(seed, COMPARE_MAX),
				random_value(seed, limits), random_value(seed, limits)};
	struct verdict verdict = random_verdict(seed);
	if ((limits & ALLOW_ONLY) != 0)
		verdict = (struct verdict){.action = ACTION_ALLOW};
	/* What the default says is not written. */
	if (n > 0 || !verdict_equal(verdict, profile->fallback))
		profile_add_rule(profile, name, verdict, conditions, n);
}

static struct verdict random_fallback(uint64_t *seed, unsigned int limits)
{
	struct verdict fallback = random_verdict(seed);

	if ((limits & NO_ABIS) != 0)
		return (struct verdict){ACTION_ERRNO, true, ENOSYS};
	if ((limits & ALLOW_ONLY) != 0 && fallback.action != ACTION_ERRNO)
		return (struct verdict){.action = ACTION_KILL_PROCESS};
	if ((limits & DEFAULT_EPERM) != 0 && fallback.has_errno)
		fallback.errno_ret = EPERM;
	return fallback;
}

static struct profile *random_profile(uint64_t *seed, unsigned int limits)
{
	static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64", "s390x"};
	struct profile *profile = profile_new();

	profile->fallback = random_fallback(seed, limits);
	for (size_t n = random_below(seed, 3); (limits & NO_ABIS) == 0 && n > 0; n--) {
		profile_add_abi(profile, abi_by_name(abis[random_below(seed, ARRAY_SIZE(abis))]));
		if ((limits & OWN_ABI) != 0)
			profile_add_abi(profile, abi_by_name("x86_64"));
	}
	if ((limits & NO_SETTINGS) == 0 && random_below(seed, 2) == 0) {
		profile->has_flags = true;
		if (random_below(seed, 2) == 0)
			profile_add_flag(profile, "SECCOMP_FILTER_FLAG_LOG");
		profile->listener_path =
			xstrdup("/var/run/security-profiles-operator/a # b: c.sock");
	}
	for (size_t n = random_below(seed, 20); n > 0; n--)
		add_random_rule(profile, seed, limits);
	return profile;
}

static void expect_same(struct profile *profile, const struct dialect *dialect, enum syntax syntax)
{
	const struct context context = {.abi = abi_by_name("x86_64"), .name = "my-app"};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_strbuf struct strbuf twice = STRBUF_INIT;
	struct err err = {0};

	if (format_write_as(profile, dialect, syntax, &context, NULL, &text, &err) < 0)
		fail_msg("%s", err_text(&err));
	struct profile *again = read_text_as(text.s, &context, NULL);
	if (!profile_equal(profile, again))
		fail_msg("not the same:\n%s", text.s);
	assert_int_equal(format_write_as(again, dialect, syntax, &context, NULL, &twice, &err), 0);
	assert_string_equal(text.s, twice.s);
	profile_free(again);
}

static void test_round_trips(void **state)
{
	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(dialects); d++) {
		const struct dialect *dialect = dialect_by_name(dialects[d].dialect);
		uint64_t seed = 20261123 + d;

		for (int i = 0; i < 200; i++) {
			struct profile *profile = random_profile(&seed, dialects[d].limits);

			if (dialect_syntax(dialect) == SYNTAX_NONE) {
				expect_same(profile, dialect, SYNTAX_NONE);
			} else {
				expect_same(profile, dialect, SYNTAX_JSON);
				expect_same(profile, dialect, SYNTAX_YAML);
			}
			profile_free(profile);
		}
	}
}

/* No dialect that can be read is forgotten here. */
static void test_all_are_tried(void **state)
{
	(void)state;
	for (size_t n = 0, found = 0; dialect_name(n) != NULL; n++) {
		if (!dialect_is_readable(dialect_by_name(dialect_name(n))))
			continue;
		assert_string_equal(dialects[found].dialect, dialect_name(n));
		found++;
	}
}

static void read_anything(const char *text, size_t len)
{
	const struct context context = {.abi = abi_by_name("x86_64")};
	cleanup_free char *copy = xstrndup(text, len);
	struct profile *profile = NULL;
	struct warnings warnings = {0};
	struct err err = {0};

	if (format_read_as("f", copy, strlen(copy), &context, &profile, &warnings, &err) == 0)
		assert_non_null(profile);
	else
		assert_true(strncmp(err_text(&err), "f:", 2) == 0);
	profile_free(profile);
	warnings_release(&warnings);
	err_done(&err);
}

static const char *const documents[] = {
	"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EPERM\",\n\"archMap\": "
	"[{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]}],\n"
	"\"syscalls\": [{\"names\": [\"read\", \"pread\"], \"comment\": \"\", \"action\": "
	"\"SCMP_ACT_ERRNO\", \"errno\": \"13\",\n\"includes\": {\"caps\": [\"CAP_BPF\"], "
	"\"arches\": "
	"[\"amd64\"], \"minKernel\": \"4.8\"},\n\"excludes\": null, \"args\": null},\n{\"name\": "
	"\"write\", \"action\": \"SCMP_ACT_ALLOW\"}]}",
	"apiVersion: security-profiles-operator.x-k8s.io/v1\nkind: SeccompProfile\nmetadata:\n  "
	"name: a\nspec:\n  defaultAction: SCMP_ACT_ERRNO\n  state: Enabled\n  baseProfileName: b\n "
	" "
	"architectures: [SCMP_ARCH_NATIVE]\n  syscalls:\n  - names: [read, write]\n    action: "
	"SCMP_ACT_ALLOW\n    args: [{index: 0, value: 1, op: SCMP_CMP_EQ}]\n",
	"[Unit]\nDescription=x\n[Service]\nSystemCallArchitectures=native x86\n"
	"SystemCallErrorNumber=EPERM\nSystemCallFilter=~mount:EPERM @swap \\\n# c\n bpf:kill\n"
	"SystemCallFilter=\nSystemCallFilter=read @system-service\nSystemCallLog=read\n",
	"# names\nread\nwrite # c\npread\n",
};

static void test_every_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++)
		for (size_t len = 0; len <= strlen(documents[i]); len++)
			read_anything(documents[i], len);
}

static void test_random_damage(void **state)
{
	static const char bytes[] = "{}[],:\"'\\u0-1.e#&*!|>?%@`~=; \n\t\r\xff\xc3\x80";
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		for (int n = 0; n < 400; n++) {
			cleanup_free char *damaged = xstrdup(documents[i]);
			for (size_t k = 1 + random_below(&seed, 3); k > 0; k--)
				damaged[random_below(&seed, strlen(documents[i]))] =
					bytes[random_below(&seed, sizeof(bytes) - 1)];
			read_anything(damaged, strlen(damaged));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_all_are_tried),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Dialect oci in both syntaxes: what a document means and what is written. Runs in the repository's
 * top directory. UPDATE_GOLDEN=1 rewrites tests/golden/profile-*.
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
#include "scratch.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct verdict allow = {ACTION_ALLOW, false, 0};

static struct profile *read_fixture(const char *name)
{
	cleanup_free char *path = xasprintf("fixtures/profiles/%s", name);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	read_path(path, &text);
	return read_text(text.s);
}

static void compare_golden(struct profile *profile, const char *name)
{
	static const char *const suffixes[] = {[SYNTAX_JSON] = "json", [SYNTAX_YAML] = "yaml"};

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		cleanup_free char *path =
			xasprintf("tests/golden/profile-%s.%s", name, suffixes[i]);
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		cleanup_strbuf struct strbuf golden = STRBUF_INIT;
		struct err err = {0};

		write_text(profile, (enum syntax)i, &text);
		if (getenv("UPDATE_GOLDEN") != NULL)
			assert_int_equal(file_replace(path, text.s, text.len, &err), 0);
		read_path(path, &golden);
		assert_string_equal(text.s, golden.s);
		struct profile *again = read_text(text.s);
		assert_true(profile_equal(profile, again));
		profile_free(again);
	}
}

static void test_dialects(void **state)
{
	static const char *const names[] = {"oci",      "docker",   "podman", "k8s",  "systemd",
					    "minijail", "firejail", "bpf",    "names"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_string_equal(dialect_name(i), names[i]);
		assert_non_null(dialect_by_name(names[i]));
	}
	assert_null(dialect_name(ARRAY_SIZE(names)));
	assert_non_null(dialect_by_name("oci"));
	assert_ptr_equal(dialect_by_name("OCI"), dialect_by_name("oci"));
	assert_null(dialect_by_name("oc"));
}

static void test_golden_plain(void **state)
{
	static const char *const names[] = {"write", "read",  "exit_group", "execve",
					    "brk",   "close", "mmap",       "read"};
	struct profile *profile = profile_new();

	(void)state;
	profile_add_abi(profile, abi_by_name("x86"));
	profile_add_abi(profile, abi_by_name("x86_64"));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		profile_add_rule(profile, names[i], allow, NULL, 0);
	profile_add_rule(profile, "clone3", profile->fallback, NULL, 0);
	profile_sort(profile);

	/* A rule that says what the default says is not written. */
	struct profile *written = profile_new();
	profile_add_abi(written, abi_by_name("x86_64"));
	profile_add_abi(written, abi_by_name("x86"));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		profile_add_rule(written, names[i], allow, NULL, 0);
	compare_golden(written, "plain");
	cleanup_strbuf struct strbuf with = STRBUF_INIT;
	cleanup_strbuf struct strbuf without = STRBUF_INIT;
	write_text(profile, SYNTAX_JSON, &with);
	write_text(written, SYNTAX_JSON, &without);
	assert_string_equal(with.s, without.s);
	profile_free(profile);
	profile_free(written);
}

static void test_golden_everything(void **state)
{
	struct profile *profile = read_fixture("everything.json");

	(void)state;
	compare_golden(profile, "everything");
	profile_free(profile);
}

static void test_golden_empty(void **state)
{
	struct profile *profile = profile_new();

	(void)state;
	profile->has_flags = true;
	compare_golden(profile, "empty");
	profile_free(profile);
}

static const struct rule *find(const struct profile *profile, const char *name, size_t n)
{
	for (size_t i = 0; i < profile->n_rules; i++)
		if (strcmp(profile->rules[i].name, name) == 0 && n-- == 0)
			return &profile->rules[i];
	fail_msg("no rule for %s", name);
	return NULL;
}

static void expect_verdict(const struct rule *rule, enum action action, bool has_errno,
			   uint32_t errno_ret)
{
	assert_int_equal(rule->verdict.action, action);
	assert_int_equal(rule->verdict.has_errno, has_errno);
	assert_int_equal(rule->verdict.errno_ret, errno_ret);
}

static void expect_condition(const struct rule *rule, size_t i, struct condition expected)
{
	assert_true(i < rule->n_conditions);
	assert_int_equal(rule->conditions[i].index, expected.index);
	assert_int_equal(rule->conditions[i].op, expected.op);
	assert_true(rule->conditions[i].value == expected.value);
	assert_true(rule->conditions[i].value_two == expected.value_two);
}

static void test_everything_is_understood(void **state)
{
	struct profile *profile = read_fixture("everything.json");

	(void)state;
	assert_true(verdict_equal(profile->fallback, (struct verdict){ACTION_ERRNO, true, ENOSYS}));
	assert_int_equal(profile->n_abis, 3);
	assert_string_equal(profile->abis[0]->name, "x86_64");
	assert_string_equal(profile->abis[2]->name, "aarch64");
	assert_int_equal(profile->n_flags, 2);
	assert_string_equal(profile->listener_path, "/run/agent é\xf0\x9f\x98\x80.sock");
	assert_string_equal(profile->listener_metadata, "no");
	expect_verdict(find(profile, "read", 0), ACTION_ALLOW, false, 0);
	expect_verdict(find(profile, "ptrace", 0), ACTION_ERRNO, true, EPERM);
	expect_verdict(find(profile, "clone3", 0), ACTION_ERRNO, true, EINVAL);
	expect_verdict(find(profile, "swapon", 0), ACTION_KILL_THREAD, false, 0);
	expect_verdict(find(profile, "swapoff", 0), ACTION_KILL_PROCESS, false, 0);
	expect_verdict(find(profile, "mount", 0), ACTION_NOTIFY, false, 0);
	expect_verdict(find(profile, "umount2", 0), ACTION_TRACE, true, 65535);
	expect_verdict(find(profile, "acct", 0), ACTION_TRAP, false, 0);
	expect_verdict(find(profile, "getcpu", 0), ACTION_LOG, false, 0);
	expect_condition(find(profile, "clone", 0), 0,
			 (struct condition){0, COMPARE_MASKED_EQ, 2114060288, 0});
	expect_condition(find(profile, "ioctl", 0), 4, (struct condition){5, COMPARE_GE, 12, 0});
	profile_free(profile);
}

/* Distinct arguments: all must hold. */
static void test_distinct_indexes_are_one_rule(void **state)
{
	struct profile *profile = read_fixture("everything.json");

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct rule *rule = find(profile, i == 0 ? "socket" : "socketpair", 0);
		assert_int_equal(rule->n_conditions, 2);
		expect_condition(rule, 0, (struct condition){0, COMPARE_EQ, 1, 0});
		expect_condition(rule, 1, (struct condition){1, COMPARE_MASKED_EQ, 15, 1});
	}
	profile_free(profile);
}

/* A repeated argument: each condition of the entry, the other arguments' too, is a rule. */
static void test_repeated_index_makes_alternatives(void **state)
{
	struct profile *profile = read_text(
		"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"socket\","
		"\"a\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": ["
		"{\"index\": 0, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"},"
		"{\"index\": 0, \"value\": 16, \"valueTwo\": 3, \"op\": \"SCMP_CMP_EQ\"},"
		"{\"index\": 1, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]}]}");

	(void)state;
	assert_int_equal(profile->n_rules, 6);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(find(profile, "socket", i)->n_conditions, 1);
	expect_condition(find(profile, "socket", 0), 0, (struct condition){0, COMPARE_EQ, 2, 0});
	expect_condition(find(profile, "socket", 1), 0, (struct condition){0, COMPARE_EQ, 16, 0});
	expect_condition(find(profile, "socket", 2), 0, (struct condition){1, COMPARE_EQ, 2, 0});
	expect_verdict(find(profile, "a", 2), ACTION_ALLOW, false, 0);
	profile_free(profile);
}

static void expect_not_written(struct profile *profile, const char *message)
{
	for (int syntax = SYNTAX_JSON; syntax <= SYNTAX_YAML; syntax++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		struct err err = {0};

		assert_true(format_write(profile, dialect_by_name("oci"), (enum syntax)syntax, &out,
					 &err) < 0);
		assert_string_equal(err_text(&err), message);
		assert_int_equal(out.len, 0);
		err_done(&err);
	}
	profile_free(profile);
}

static void test_writing_refuses_what_oci_lacks(void **state)
{
	const struct condition range[] = {{1, COMPARE_GE, 1, 0}, {1, COMPARE_LE, 5, 0}};
	struct profile *profile = profile_new();

	(void)state;
	profile_add_rule(profile, "socket", allow, range, 2);
	expect_not_written(profile, "dialect oci cannot ask for two things of one argument: the "
				    "rule for socket has several conditions on argument 1");
	profile = profile_new();
	profile_add_rule(profile, "pread 64", allow, NULL, 0);
	expect_not_written(profile, "\"pread 64\" is not the name of a system call");
	profile = profile_new();
	profile->listener_metadata = xstrdup("m");
	expect_not_written(profile, "dialect oci has no listenerMetadata without listenerPath");
	profile = profile_new();
	profile->listener_path = xstrdup("/\xff");
	expect_not_written(profile, "the listenerPath is not UTF-8, so no document can hold it");
	profile = profile_new();
	profile->fallback.errno_ret = 4096;
	expect_not_written(profile, "SCMP_ACT_ERRNO takes an errno of at most 4095, not 4096");
	profile = profile_new();
	profile_add_rule(profile, "a", (struct verdict){ACTION_TRACE, true, 65536}, NULL, 0);
	expect_not_written(profile, "SCMP_ACT_TRACE takes an errno of at most 65535, not 65536");
}

static void test_config_json(void **state)
{
	struct profile *profile = read_fixture("config.json");

	(void)state;
	assert_int_equal(profile->n_rules, 2);
	assert_true(verdict_equal(profile->fallback, (struct verdict){ACTION_ERRNO, true, EPERM}));
	profile_free(profile);
}

static void test_yaml_by_hand(void **state)
{
	struct profile *profile = read_fixture("plain.yaml");

	(void)state;
	assert_int_equal(profile->n_rules, 4);
	assert_int_equal(profile->fallback.errno_ret, ENOSYS);
	assert_true(profile->has_flags);
	assert_int_equal(profile->n_flags, 0);
	expect_condition(find(profile, "personality", 0), 0,
			 (struct condition){0, COMPARE_EQ, 0xffffffff, 0});
	profile_free(profile);
}

static void test_yaml_in_braces(void **state)
{
	static const char *const texts[] = {
		"{defaultAction: SCMP_ACT_LOG}",
		"\n{ # a comment\n\"defaultAction\": 'SCMP_ACT_LOG' }\n",
		"{'defaultAction': SCMP_ACT_LOG,}", "{\"defaultAction\": \"SCMP_ACT_LOG\"}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct profile *profile = read_text(texts[i]);
		assert_int_equal(profile->fallback.action, ACTION_LOG);
		profile_free(profile);
	}
}

static void test_byte_order_mark_and_space(void **state)
{
	(void)state;
	profile_free(read_text("\xef\xbb\xbf \r\n\t{\"defaultAction\": \"SCMP_ACT_LOG\"}"));
	profile_free(read_text("\xef\xbb\xbf"
			       "defaultAction: SCMP_ACT_LOG\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialects),
		cmocka_unit_test(test_golden_plain),
		cmocka_unit_test(test_golden_everything),
		cmocka_unit_test(test_golden_empty),
		cmocka_unit_test(test_everything_is_understood),
		cmocka_unit_test(test_distinct_indexes_are_one_rule),
		cmocka_unit_test(test_repeated_index_makes_alternatives),
		cmocka_unit_test(test_writing_refuses_what_oci_lacks),
		cmocka_unit_test(test_config_json),
		cmocka_unit_test(test_yaml_by_hand),
		cmocka_unit_test(test_yaml_in_braces),
		cmocka_unit_test(test_byte_order_mark_and_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

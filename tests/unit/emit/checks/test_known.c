/* Names of calls in documents: which are warned of, and what is said to have been meant. */
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
#include "known.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void expect(const char *abis, const char *name, const char *expected)
{
	cleanup_free char *words = xstrdup(abis);
	const struct abi *list[4];
	struct known known = {.abis = list};
	struct warnings warnings = {0};
	char *rest = words, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		list[known.n_abis++] = abi_by_name(word);
	known_check(&known, name, true, 7, &warnings);
	if (expected == NULL) {
		if (warnings.n > 0)
			fail_msg("%s", warnings.of[0].text);
	} else {
		assert_int_equal(warnings.n, 1);
		assert_int_equal(warnings.of[0].line, 7);
		assert_string_equal(warnings.of[0].text, expected);
	}
	warnings_release(&warnings);
	known_release(&known);
}

static void expect_meant(const char *abis, const char *name, const char *meant)
{
	cleanup_free char *message =
		xasprintf("unknown system call \"%s\", which runtimes skip silently%s%s%s", name,
			  meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "",
			  meant != NULL ? "\"?" : "");

	expect(abis, name, message);
}

static void test_unknown(void **state)
{
	(void)state;
	expect("x86_64", "read", NULL);
	expect("x86_64 x86", "waitpid", NULL);
	expect_meant("x86_64", "pread", "pread64");
	expect_meant("x86_64", "fstatat", "newfstatat");
	expect_meant("arm", "fstatat", "fstatat64");
	expect_meant("x86_64", "opanat", "openat");
	expect_meant("x86_64", "unknown_syscall_0", "read");
	expect_meant("x86_64", "unknown_syscall_999", NULL);
	expect_meant("x86_64", "syscall_1", "write");
	expect_meant("x86_64", "syscall_0x101", "openat");
	expect_meant("x86_64", "completely_different", NULL);
	expect_meant("x86_64", "prlimit", "prlimit64");
	expect_meant("x86_64", "sys_read", "read");
	expect_meant("x86_64", "__NR_openat", "openat");
	expect_meant("x86_64", "raed", "read");
}

static void test_other_abi(void **state)
{
	(void)state;
	expect("x86_64", "waitpid",
	       "\"waitpid\" is no system call of x86_64, so it has no effect; there it is "
	       "\"wait4\"");
	expect("x86_64 x32", "fstatat64",
	       "\"fstatat64\" is no system call of x86_64 or x32, so it has no effect; there it is "
	       "\"newfstatat\"");
	expect("x86", "arm_sync_file_range",
	       "\"arm_sync_file_range\" is no system call of x86, so it has no effect");
	expect("aarch64 arm riscv64", "mmap2", NULL);
	/* The runtime that loads a profile for 32-bit programs is a program of 64 bits. */
	expect("x86", "newfstatat", NULL);
	/* They have it as a part of socketcall. */
	expect("x86", "accept", NULL);
	expect("s390x", "accept", NULL);
	expect("x86_64", "send",
	       "\"send\" is no system call of x86_64, so it has no effect; there it "
	       "is \"sendto\"");
	expect("x86", "sync_file_range2",
	       "\"sync_file_range2\" is no system call of x86, so it has no effect; there it is "
	       "\"sync_file_range\"");
	expect("arm", "newfstatat", NULL);
	expect("aarch64", "open", "\"open\" is no system call of aarch64, so it has no effect");
}

static void test_newer(void **state)
{
	static const char newer[] =
		"\"%s\" is newer than libseccomp 2.5.4: runtimes that are built "
		"with that skip it silently";
	static const struct {
		const char *abi, *name;
	} cases[] = {{"x86_64", "cachestat"},
		     {"x32", "mseal"},
		     {"mips64", "fchmodat2"},
		     {"aarch64", "file_setattr"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_free char *message = xasprintf(newer, cases[i].name);
		expect(cases[i].abi, cases[i].name, message);
	}
	expect("x86_64", "set_mempolicy_home_node", NULL);
	expect("arm", "futex_time64", NULL);
}

#define DEFAULT(action)                                                                   \
	"{\"defaultAction\": \"" action "\", \"architectures\": [\"SCMP_ARCH_X86_64\"], " \
	"\"syscalls\": [{\"names\": [\"mseal\"], \"action\": "                            \
	"\"SCMP_ACT_ERRNO\"}]}"

/* That an older library skips a refusal does no harm, unless the default allows. */
static void test_newer_refusals(void **state)
{
	static const char newer[] =
		"1: \"mseal\" is newer than libseccomp 2.5.4: runtimes that are "
		"built with that skip it silently\n";
	const struct context context = {.abi = abi_by_name("x86_64")};

	(void)state;
	expect_warnings(DEFAULT("SCMP_ACT_KILL"), &context, "");
	expect_warnings(DEFAULT("SCMP_ACT_LOG"), &context, newer);
	/* A call that the list allows. */
	expect_warnings("mseal\n", &context, newer);
}

/* A document that is full of wrong names is looked at in no time, and not told without end. */
static void test_many(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const struct context context = {.abi = abi_by_name("x86_64")};
	struct warnings warnings = {0};

	(void)state;
	strbuf_adds(&text, "read\n");
	for (int i = 0; i < 49999; i++)
		strbuf_addf(&text, "wrong_%d\nsocketcall\n", i);
	profile_free(read_text_as(text.s, &context, &warnings));
	/* Of each of two kinds: the name of another ABI is told apart from the wrong ones. */
	assert_in_range(warnings.n, WARNINGS_MAX, 2 * WARNINGS_MAX);
	warnings_release(&warnings);
}

static void test_entries_and_size(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct warnings warnings = {0};
	const struct context here = {0};

	(void)state;
	strbuf_adds(
		&text,
		"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_X86_64\"],"
		"\n\"syscalls\": [");
	for (int i = 0; i < 129; i++)
		strbuf_addf(&text, "%s\n{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\"}",
			    i > 0 ? "," : "");
	strbuf_addf(&text, "]%*s}", 1 << 20, "");
	profile_free(read_text_as(text.s, &here, &warnings));
	assert_int_equal(warnings.n, 2);
	assert_int_equal(warnings.of[0].line, 1);
	assert_int_equal(warnings.of[0].kind, WARNING_SIZE);
	assert_int_equal(warnings.of[1].line, 2);
	assert_int_equal(warnings.of[1].kind, WARNING_ENTRIES);
	assert_string_equal(warnings.of[1].text,
			    "129 entries: Kubernetes refuses more than 128 of a profile that is an "
			    "OCI artifact; group the names that share an action");
	warnings_release(&warnings);
	/* A container's configuration is no artifact, however many entries it has. */
	cleanup_free char *config =
		xasprintf("{\"ociVersion\": \"1.0.2\", \"linux\": {\"seccomp\": %s}}", text.s);
	profile_free(read_text_as(config, &here, &warnings));
	assert_int_equal(warnings.n, 0);
	warnings_release(&warnings);
}

/* runc 1.1.5: "invalid character ... looking for beginning of value"; crun 1.8.1: a lexical error. */
static void test_byte_order_mark(void **state)
{
	static const char json[] = "\xef\xbb\xbf{\"defaultAction\": \"SCMP_ACT_LOG\", "
				   "\"architectures\": [\"SCMP_ARCH_X86_64\"]}";
	static const char *const without[] = {
		json + 3,
		"\xef\xbb\xbf"
		"defaultAction: SCMP_ACT_LOG\narchitectures: [SCMP_ARCH_X86_64]\n",
		"\xef\xbb\xbf{\"apiVersion\": \"security-profiles-operator.x-k8s.io/v1beta1\", "
		"\"kind\": \"SeccompProfile\", \"metadata\": {\"name\": \"x\"}, \"spec\": "
		"{\"defaultAction\": \"SCMP_ACT_LOG\", \"architectures\": [\"SCMP_ARCH_X86_64\"]}}",
	};
	struct warnings warnings = {0};
	const struct context here = {0};

	(void)state;
	profile_free(read_text_as(json, &here, &warnings));
	assert_int_equal(warnings.n, 1);
	assert_int_equal(warnings.of[0].kind, WARNING_MARK);
	assert_int_equal(warnings.of[0].line, 1);
	assert_string_equal(warnings.of[0].text,
			    "begins with a byte order mark, with which runc, crun, Docker and "
			    "Podman refuse to load JSON");
	warnings_release(&warnings);
	for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
		profile_free(read_text_as(without[i], &here, &warnings));
		assert_int_equal(warnings.n, 0);
		warnings_release(&warnings);
	}
}

static void test_kinds_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < WARNING_KINDS; i++)
		assert_non_null(warning_kind_name((enum warning_kind)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_other_abi),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_newer_refusals),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_entries_and_size),
		cmocka_unit_test(test_byte_order_mark),
		cmocka_unit_test(test_kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

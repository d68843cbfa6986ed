/* Dialect oci: the documents that are refused, and what is said about each. */
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
#include "format.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void expect_refused(const char *text, size_t len, const char *message)
{
	struct err err = {0};
	struct profile *profile = NULL;

	if (format_read("f", text, len, &profile, &err) == 0)
		fail_msg("accepted: %s", text);
	assert_string_equal(err_text(&err), message);
	assert_null(profile);
	err_done(&err);
}

#define A "{\"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
#define S A "\"syscalls\": [\n"
#define E S "{\"names\": [\"a\"], \"action\": \"SCMP_ACT_ALLOW\",\n"
#define C E "\"args\": [\n"

static const struct bad_document {
	const char *text;
	const char *message;
} bad_documents[] = {
	{"", "f:1: the document is empty"},
	{"hello", "f:1: expected a seccomp profile (an object with \"defaultAction\") or a runtime "
		  "configuration (with \"linux\"), got \"hello\""},
	{"[]", "f:1: expected a seccomp profile (an object with \"defaultAction\") or a runtime "
	       "configuration (with \"linux\"), got an array"},
	{"\n{}", "f:2: expected a seccomp profile (an object with \"defaultAction\") or a runtime "
		 "configuration (with \"linux\"), got an object"},
	{"~", "f:1: expected a seccomp profile (an object with \"defaultAction\") or a runtime "
	      "configuration (with \"linux\"), got null"},
	{"{\"recording\":1,\"tool\":\"0.1.0\"}\n{\"end\":{}}\n",
	 "f:1: expected a profile, got a recording"},
	/* With a quoted key it is to be JSON, and must be. Without one it may be YAML. */
	{"{a: 1}", "f:1: expected a seccomp profile (an object with \"defaultAction\") or a "
		   "runtime configuration (with \"linux\"), got an object"},
	{"{\"a\": 1, b: 2}", "f:1: not JSON: expected a string between double quotes"},
	{"{\"a\": 1,}", "f:1: not JSON: expected a string between double quotes"},
	{"{ \n", "f:2: not JSON: unexpected end"},
	{"{defaultAction: SCMP_ACT_ALLOW\n",
	 "f:2: not YAML: did not find expected ',' or '}' while parsing a flow mapping"},
	{"\n{\"syscalls\": [{}]}", "f:2: expected the key \"defaultAction\", which is missing"},
	{"{\"defaultAction\": null, \"syscalls\": [{}]}",
	 "f:1: expected the key \"defaultAction\", which is missing"},
	{"{\"defaultAction\": \"SCMP_ACT_ALOW\"}",
	 "f:1: defaultAction: expected an action, got \"SCMP_ACT_ALOW\", did you mean "
	 "\"SCMP_ACT_ALLOW\"?"},
	{"{\"defaultAction\": \"allow\"}",
	 "f:1: defaultAction: expected an action, got \"allow\", did you mean \"SCMP_ACT_ALLOW\"?"},
	{"{\"defaultAction\": \"\\u001b[31m\\u009b\"}",
	 "f:1: defaultAction: expected an action, got \"\\x1b[31m\\xc2\\x9b\"; known: "
	 "SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_NOTIFY, SCMP_ACT_TRACE, SCMP_ACT_ERRNO, "
	 "SCMP_ACT_TRAP, SCMP_ACT_KILL_THREAD, SCMP_ACT_KILL_PROCESS"},
	{A "\"defaultErrnoRet\": 4096}",
	 "f:2: defaultErrnoRet: expected a whole number from 0 to 4095, got 4096"},
	{A "\"defaultErrnoRet\": -1}",
	 "f:2: defaultErrnoRet: expected a whole number from 0 to 4294967295, got -1"},
	{A "\"defaultErrnoRet\": 38.0}",
	 "f:2: defaultErrnoRet: expected a whole number from 0 to 4294967295, got 38.0"},
	{A "\"defaultErrnoRet\": \"ENOSYS\"}",
	 "f:2: defaultErrnoRet: expected a whole number from 0 to 4294967295, got \"ENOSYS\""},
	{A "\"defaultErrnoRet\": true}",
	 "f:2: defaultErrnoRet: expected a whole number from 0 to 4294967295, got true"},
	{A "\"architectures\": \"SCMP_ARCH_X86_64\"}",
	 "f:2: architectures: expected an array, got \"SCMP_ARCH_X86_64\""},
	{A "\"architectures\": [\n\"SCMP_ARCH_X86_64\",\n\"z80\"]}",
	 "f:4: architectures: expected an architecture, got \"z80\"; known: SCMP_ARCH_X86_64, "
	 "SCMP_ARCH_X86, SCMP_ARCH_X32, SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, SCMP_ARCH_RISCV64, "
	 "SCMP_ARCH_LOONGARCH64, SCMP_ARCH_PPC64LE, SCMP_ARCH_PPC64, SCMP_ARCH_PPC, "
	 "SCMP_ARCH_S390X, SCMP_ARCH_S390, SCMP_ARCH_MIPS, SCMP_ARCH_MIPSEL, SCMP_ARCH_MIPS64, "
	 "SCMP_ARCH_MIPSEL64, SCMP_ARCH_MIPS64N32, SCMP_ARCH_MIPSEL64N32, SCMP_ARCH_M68K, "
	 "SCMP_ARCH_SHEB, SCMP_ARCH_SH, SCMP_ARCH_PARISC64, SCMP_ARCH_PARISC"},
	{A "\"architectures\": [\"amd64\"]}",
	 "f:2: architectures: expected an architecture, got \"amd64\", did you mean "
	 "\"SCMP_ARCH_X86_64\"?"},
	{A "\"architectures\": [\"SCMP_ARCH_ARM64\"]}",
	 "f:2: architectures: expected an architecture, got \"SCMP_ARCH_ARM64\", did you mean "
	 "\"SCMP_ARCH_AARCH64\"?"},
	{A "\"architectures\": [\"SCMP_ARCH_X86_46\"]}",
	 "f:2: architectures: expected an architecture, got \"SCMP_ARCH_X86_46\", did you mean "
	 "\"SCMP_ARCH_X86_64\"?"},
	{A "\"architectures\": [\n\n[]]}", "f:4: architectures: expected a string, got an array"},
	{A "\"flags\": {}}", "f:2: flags: expected an array, got an object"},
	{A "\"flags\": [1]}", "f:2: flags: expected a string, got 1"},
	{A "\"flags\": [\"SECCOMP_FILTER_FLAG_LOGS\"]}",
	 "f:2: flags: expected a flag, got \"SECCOMP_FILTER_FLAG_LOGS\", did you mean "
	 "\"SECCOMP_FILTER_FLAG_LOG\"?"},
	{A "\"listenerPath\": 1}", "f:2: listenerPath: expected a string, got 1"},
	{A "\"syscalls\": {}}", "f:2: syscalls: expected an array, got an object"},
	{S "[]]}", "f:3: syscalls: expected an object, got an array"},
	{S "{\"names\": [\"a\"]}]}", "f:3: expected the key \"action\", which is missing"},
	/* runc, crun and Podman refuse each of them. */
	{A "\"architectures\": [null]}", "f:2: architectures: expected a string, got null"},
	{A "\"flags\": [null]}", "f:2: flags: expected a string, got null"},
	{S "null]}", "f:3: syscalls: expected an object, got null"},
	{C "null]}]}", "f:5: args: expected an object, got null"},
	{S "{\"errnoRet\": 1}]}", "f:3: expected the key \"action\", which is missing"},
	{S "{\"names\": \"\"}]}", "f:3: expected the key \"action\", which is missing"},
	{S "{\"action\": \"SCMP_ACT_ALLOW\", \"names\": \"read\"}]}",
	 "f:3: names: expected an array, got \"read\""},
	{S "{\"action\": \"allow\", \"names\": [\"a\"]}]}",
	 "f:3: action: expected an action, got \"allow\", did you mean \"SCMP_ACT_ALLOW\"?"},
	{C "1]}]}", "f:5: args: expected an object, got 1"},
	{C "{\"index\": 1,\n\"value\": 1}]}]}", "f:5: expected the key \"op\", which is missing"},
	{C "{\"index\": 6, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:5: index: expected a whole number from 0 to 5, got 6"},
	{C "{\"index\": -1,\n\"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:5: index: expected a whole number from 0 to 5, got -1"},
	{C "{\"index\": 0,\n\"value\": -18446744073709551616, \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:6: value: expected a whole number from 0 to 18446744073709551615, got "
	 "-18446744073709551616"},
	{C "{\"index\": 0, \"value\": 1e3, \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:5: value: expected a whole number from 0 to 18446744073709551615, got 1e3"},
	{C "{\"index\": 0, \"value\": 18446744073709551616, \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:5: value: expected a whole number from 0 to 18446744073709551615, got "
	 "18446744073709551616"},
	{C "{\"index\": 0, \"value\": 1, \"valueTwo\": \"2\", \"op\": \"SCMP_CMP_EQ\"}]}]}",
	 "f:5: valueTwo: expected a whole number from 0 to 18446744073709551615, got \"2\""},
	{C "{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQUAL\"}]}]}",
	 "f:5: op: expected a comparison, got \"SCMP_CMP_EQUAL\"; known: SCMP_CMP_NE, "
	 "SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ"},
	{C "{\"index\": 1, \"op\": \"SCMP_CMP_MASKED_QE\"}]}]}",
	 "f:5: op: expected a comparison, got \"SCMP_CMP_MASKED_QE\", did you mean "
	 "\"SCMP_CMP_MASKED_EQ\"?"},
	{"{\"ociVersion\": \"1.0.2\"}",
	 "f:1: a runtime configuration without the key \"linux\", so without a seccomp profile"},
	{"{\"ociVersion\": \"1.0.2\",\n\"linux\": {}}",
	 "f:2: a runtime configuration without \"linux.seccomp\", so without a seccomp profile"},
	{"{\"linux\": 1}", "f:1: linux: expected an object, got 1"},
	{"{\"linux\":\n{\"seccomp\": null}}",
	 "f:2: a runtime configuration without \"linux.seccomp\", so without a seccomp profile"},
	{"defaultAction: SCMP_ACT_ERRNO\nsyscalls:\n- names:\n  - read\n  - no\n  - 0x1\n",
	 "f:3: expected the key \"action\", which is missing"},
	{"defaultAction: SCMP_ACT_ERRNO\nsyscalls:\n- action: SCMP_ACT_ALLOW\n  names:\n  - a\n  - "
	 "1\n",
	 "f:6: names: expected a string, got 1"},
};

static void test_bad_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad_documents); i++)
		expect_refused(bad_documents[i].text, strlen(bad_documents[i].text),
			       bad_documents[i].message);
}

static void test_nul_bytes(void **state)
{
	static const char json[] = "{\n\"defaultAction\0\": \"SCMP_ACT_ALLOW\"}";
	static const char yaml[] = "defaultAction: SCMP_ACT_ALLOW\n\0";

	(void)state;
	expect_refused(json, sizeof(json) - 1, "f:2: expected text, got a NUL byte");
	expect_refused(yaml, sizeof(yaml) - 1, "f:2: expected text, got a NUL byte");
}

static void test_too_large(void **state)
{
	cleanup_free char *text = xmalloc(FORMAT_TEXT_MAX + 2);

	(void)state;
	memset(text, ' ', FORMAT_TEXT_MAX + 1);
	text[FORMAT_TEXT_MAX + 1] = '\0';
	expect_refused(text, FORMAT_TEXT_MAX + 1, "f: expected at most 16 MiB of text, got more");
}

/* A thousand names by a thousand alternatives would be a million rules. */
static void test_too_many_rules(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_adds(&text, S "{\"action\": \"SCMP_ACT_ALLOW\", \"names\": [\"a\"");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&text, ", \"n%d\"", i);
	strbuf_adds(&text, "], \"args\": [{\"index\": 0, \"value\": 0, \"op\": \"SCMP_CMP_EQ\"}");
	for (int i = 1; i <= 1000; i++)
		strbuf_addf(&text, ", {\"index\": 0, \"value\": %d, \"op\": \"SCMP_CMP_EQ\"}", i);
	strbuf_adds(&text, "]}]}");
	expect_refused(text.s, text.len, "f:3: expected at most 100000 rules, got more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_documents),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_too_many_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

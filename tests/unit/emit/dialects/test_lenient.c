/*
 * What consumers load although it is not as the specification wants it: it is read as they read it,
 * and said. What is expected here was seen in runc 1.1.5, crun 1.8.1, Podman 4.3.1 and kubectl 1.32.
 *
 * Longer than others: documents and what is said of them stand beside each other.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define NATIVE "\"architectures\": [\"SCMP_ARCH_X86_64\"]"
#define ROOT(members) "{\"defaultAction\": \"SCMP_ACT_ALLOW\", " NATIVE members "}"
#define LIST(entries) ROOT(", \"syscalls\": [\n" entries "]")
/* Line 2. */
#define ENTRY(members) "{\"names\": [\"uname\"], \"action\": \"SCMP_ACT_ERRNO\"" members "}"
#define ONE(members) LIST(ENTRY(members))
#define CONDITION(members) ONE(", \"args\": [{\"op\": \"SCMP_CMP_EQ\"" members "}]")
#define PLAIN ONE("")

#define HEAD(name)                                                                        \
	"apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\n" \
	"metadata: {name: " name "}\n"
/* Six lines. */
#define RESOURCE \
	HEAD("a") "spec:\n  defaultAction: SCMP_ACT_ALLOW\n  architectures: [SCMP_ARCH_X86_64]\n"
#define SYSCALLS "  syscalls:\n  - names: [uname]\n    action: SCMP_ACT_ERRNO\n"

struct lenient {
	const char *text;
	const char *same; /* a document without the oddity that means the same */
	const char *warnings;
};

static void check(const struct lenient *lenient, size_t n)
{
	const struct context here = {.abi = abi_by_name("x86_64")};

	for (size_t i = 0; i < n; i++) {
		cleanup_strbuf struct strbuf got = STRBUF_INIT, expected = STRBUF_INIT;
		struct profile *profile = read_text_as(lenient[i].text, &here, NULL);
		struct profile *same = read_text_as(lenient[i].same, &here, NULL);

		write_text(profile, SYNTAX_JSON, &got);
		write_text(same, SYNTAX_JSON, &expected);
		if (strcmp(got.s, expected.s) != 0)
			fail_msg("%s\nis read as:\n%s", lenient[i].text, got.s);
		profile_free(profile);
		profile_free(same);
		expect_warnings(lenient[i].text, &here, lenient[i].warnings);
	}
}

static void test_null(void **state)
{
	static const struct lenient lenient[] = {
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\",\n\"architectures\": null}",
		 "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}",
		 "1: without \"architectures\" the profile is for the machine's own ABI alone: "
		 "calls "
		 "of its other ones kill\n"
		 "2: \"architectures\" is null, which is the same as if it were absent\n"},
		{ROOT(",\n\"syscalls\": null, \"flags\": null, \"listenerPath\":\nnull,"
		      "\"listenerMetadata\": null, \"defaultErrnoRet\": null"),
		 ROOT(""),
		 "2: \"syscalls\" is null, which is the same as if it were absent\n"
		 "2: \"flags\" is null, which is the same as if it were absent\n"
		 "2: \"listenerPath\" is null, which is the same as if it were absent\n"
		 "3: \"listenerMetadata\" is null, which is the same as if it were absent\n"
		 "3: \"defaultErrnoRet\" is null, which is the same as if it were absent\n"},
		{ONE(", \"args\": null, \"errnoRet\": null"), PLAIN,
		 "2: \"args\" is null, which is the same as if it were absent\n"
		 "2: \"errnoRet\" is null, which is the same as if it were absent\n"},
		{CONDITION(", \"index\": 1, \"value\": 2, \"valueTwo\": null"),
		 CONDITION(", \"index\": 1, \"value\": 2"),
		 "2: \"valueTwo\" is null, which is the same as if it were absent\n"},
		{ONE(", \"includes\": null, \"excludes\": {\"caps\": null, \"minKernel\": null}, "
		     "\"comment\": null, \"errno\": null"),
		 PLAIN,
		 "2: \"includes\" is null, which is the same as if it were absent\n"
		 "2: \"comment\" is null, which is the same as if it were absent\n"
		 "2: \"errno\" is null, which is the same as if it were absent\n"
		 "2: \"caps\" is null, which is the same as if it were absent\n"
		 "2: \"minKernel\" is null, which is the same as if it were absent\n"},
		/* As the engines' own tools write lists of nothing. */
		{ONE(", \"comment\": \"\", \"args\": null"), PLAIN, ""},
		{HEAD("a") "spec:\n  defaultAction: SCMP_ACT_ALLOW\n  architectures:\n",
		 HEAD("a") "spec:\n  defaultAction: SCMP_ACT_ALLOW\n",
		 "5: without \"architectures\" the profile is for the machine's own ABI alone: "
		 "calls of its other ones kill\n"
		 "6: \"architectures\" is null, which is the same as if it were absent\n"},
		{RESOURCE "  flags:\n  disabled: ~\n" SYSCALLS "    args:\n    errnoRet:\n",
		 RESOURCE SYSCALLS,
		 "7: \"flags\" is null, which is the same as if it were absent\n"
		 "8: \"disabled\" is null, which is the same as if it were absent\n"
		 "12: \"args\" is null, which is the same as if it were absent\n"
		 "13: \"errnoRet\" is null, which is the same as if it were absent\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_null_items(void **state)
{
	static const struct lenient lenient[] = {
		{LIST("{\"names\": [\nnull, \"uname\"], \"action\": \"SCMP_ACT_ERRNO\"}"), PLAIN,
		 "3: null in \"names\" counts as \"\"\n"
		 "3: \"\" is no name of a system call: crun and Podman skip it, runc refuses the "
		 "profile\n"},
		{LIST("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"includes\": "
		      "{\"caps\":\n[null]}},\n" ENTRY(", \"excludes\":\n{\"arches\": [null]}")),
		 PLAIN,
		 "2: containerd ignores \"includes\": to it the entry holds always\n"
		 "3: null in \"caps\" counts as \"\"\n"
		 "3: unknown capability \"\", which no process has\n"
		 "4: containerd ignores \"excludes\": to it the entry holds always\n"
		 "5: null in \"arches\" counts as \"\"\n"
		 "5: unknown architecture \"\", which no machine has; libseccomp's names are "
		 "meant, such as amd64 and arm64\n"},
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": "
		 "[\nnull,\n{\"architecture\": \"SCMP_ARCH_X86_64\"}, {\"architecture\": "
		 "\"SCMP_ARCH_ARM\", \"subArchitectures\": [null]}]}",
		 ROOT(""),
		 "1: containerd ignores \"archMap\": to it the profile is for the machine's own "
		 "ABI alone\n"
		 "2: null in \"archMap\" counts as an entry for no machine\n"
		 "3: null in \"subArchitectures\" counts as \"\"\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

#define BLANK                                                                                     \
	": the entry has neither names nor an action: Podman skips it, runc and crun refuse the " \
	"profile\n"

static void test_blank_entries(void **state)
{
	static const struct lenient lenient[] = {
		{LIST("{},\n" ENTRY("")), PLAIN, "2" BLANK},
		{LIST("{\"names\": [], \"action\": \"\", \"args\": [], \"errnoRet\": "
		      "null},\n" ENTRY("")),
		 PLAIN, "2: \"errnoRet\" is null, which is the same as if it were absent\n2" BLANK},
		{LIST("{\"comment\": \"files\"},\n{\"comment\": \"\", \"name\": \"\"},\n" ENTRY(
			 "")),
		 PLAIN, "2" BLANK "3" BLANK},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_unknown_keys(void **state)
{
	static const struct lenient lenient[] = {
		{ROOT(",\n\"$comment\": {\"a\": [null]}, \"syscall\": [], \"defaultaktion\": 1"),
		 ROOT(""),
		 "2: unknown key \"$comment\", which runtimes skip\n"
		 "2: unknown key \"syscall\", which runtimes skip; did you mean \"syscalls\"?\n"
		 "2: unknown key \"defaultaktion\", which runtimes skip; did you mean "
		 "\"defaultAction\"?\n"},
		{ONE(",\n\"arg\": [{}], \"\\u001b[31m\": \"\""), PLAIN,
		 "3: unknown key \"arg\", which runtimes skip; did you mean \"args\"?\n"
		 "3: unknown key \"\\x1b[31m\", which runtimes skip\n"},
		{CONDITION(", \"index\": 1, \"value\": 2, \"mask\": 4"),
		 CONDITION(", \"index\": 1, \"value\": 2"),
		 "2: unknown key \"mask\", which runtimes skip\n"},
		{ONE(", \"includes\": {\"comment\": \"a\", \"cap\": [\"CAP_BPF\"]}"), PLAIN,
		 "2: unknown key \"comment\", which runtimes skip\n"
		 "2: unknown key \"cap\", which runtimes skip; did you mean \"caps\"?\n"},
		/* Of another format's keys. */
		{"{\"kind\": \"x\", \"linux\": {}, \"defaultAction\": \"SCMP_ACT_ALLOW\", " NATIVE
		 "}",
		 ROOT(""),
		 "1: unknown key \"kind\", which runtimes skip\n"
		 "1: unknown key \"linux\", which runtimes skip\n"},
		{RESOURCE "  defaultErrnoRet: 38\n  Flags: []\n" SYSCALLS, RESOURCE SYSCALLS,
		 "7: unknown key \"defaultErrnoRet\", which Kubernetes drops, and kubectl refuses "
		 "unless it has --validate=ignore\n"
		 "8: unknown key \"Flags\", which Kubernetes drops, and kubectl refuses unless it "
		 "has --validate=ignore; did you mean \"flags\"?\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

#define IN_GO " by programs in Go, as runc, Docker and Podman are; crun skips it\n"
#define FIRST_OR_LAST "already: runc, Docker and Podman take the last, crun the first\n"
#define TWICE(line, key, other)                                                           \
	line ": \"" key "\" is in line " other                                            \
	     " as well, in another letter case: to programs in Go both are one key, and " \
	     "the later value is read over the earlier one\n"

static void test_letter_case(void **state)
{
	static const struct lenient lenient[] = {
		{"{\"DefaultAction\": \"SCMP_ACT_ALLOW\",\n\"ARCHITECTURES\": "
		 "[\"SCMP_ARCH_X86_64\"],"
		 "\"\xc5\xbfy\xc5\xbf"
		 "calls\": [{\"Names\": [\"uname\"], \"action\": "
		 "\"SCMP_ACT_ERRNO\", \"errnoret\": 5}]}",
		 ONE(", \"errnoRet\": 5"),
		 "1: \"DefaultAction\" is taken for \"defaultAction\"" IN_GO
		 "2: \"ARCHITECTURES\" is taken for \"architectures\"" IN_GO
		 "2: \"\xc5\xbfy\xc5\xbf"
		 "calls\" is taken for \"syscalls\"" IN_GO
		 "2: \"Names\" is taken for \"names\"" IN_GO
		 "2: \"errnoret\" is taken for \"errnoRet\"" IN_GO},
		{ROOT(", \"syscalls\": [" ENTRY(", \"errnoRet\": 3") "],\n\"Syscalls\": [" ENTRY(
			 "") "]"),
		 /* Seen in runc: the list's items are read over the earlier ones. */
		 ONE(", \"errnoRet\": 3"),
		 "2: \"Syscalls\" is taken for \"syscalls\"" IN_GO TWICE(
			 "2", "syscalls", "1") "2: \"names\" is in line 1 " FIRST_OR_LAST
					       "2: \"action\" is in line 1 " FIRST_OR_LAST},
		/* The one that counts may be the usual spelling. */
		{"{\"DEFAULTACTION\": \"SCMP_ACT_LOG\",\n\"defaultAction\": "
		 "\"SCMP_ACT_ALLOW\", " NATIVE "}",
		 ROOT(""),
		 "1: \"DEFAULTACTION\" is taken for \"defaultAction\"" IN_GO TWICE(
			 "1", "defaultAction", "2")},
		{"{\"linux\": {\"seccomp\": " ROOT(
			 ", \"syscalls\": [" ENTRY("") "]") "},\n\"Linux\": {}}",
		 PLAIN, "2: \"Linux\" is taken for \"linux\"" IN_GO TWICE("2", "linux", "1")},
		{"{\"linux\": {\"Seccomp\":\n" ROOT("") "}}", ROOT(""),
		 "1: \"Seccomp\" is taken for \"seccomp\"" IN_GO},
		{ONE(", \"includes\": {\"caps\": [\"CAP_BPF\"]}, \"Includes\": {\"arches\": "
		     "[\"amd64\"]}"),
		 ROOT(", \"archMap\": []"),
		 "2: \"Includes\" is taken for \"includes\"" IN_GO TWICE(
			 "2", "includes",
			 "2") "2: containerd ignores \"includes\": to it the entry holds always\n"},
		/* To Kubernetes they are two keys. */
		{"{\"apiVersion\": \"security-profiles-operator.x-k8s.io/v1beta1\", \"kind\": "
		 "\"SeccompProfile\", \"metadata\": {\"name\": \"a\"}, \"spec\": " ONE(
			 "") ",\n\"Spec\": {\"Syscalls\": []}}",
		 PLAIN,
		 "3: unknown key \"Spec\", which Kubernetes drops, and kubectl refuses unless it "
		 "has --validate=ignore; did you mean \"spec\"?\n"},
		{ONE(", \"Includes\": {\"CAPS\": []}"), PLAIN,
		 "2: \"Includes\" is taken for \"includes\"" IN_GO
		 "2: \"CAPS\" is taken for \"caps\"" IN_GO},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_missing(void **state)
{
	static const struct lenient lenient[] = {
		{CONDITION(", \"value\": 1"), CONDITION(", \"index\": 0, \"value\": 1"),
		 "2: \"index\" is missing, for which runtimes take 0\n"},
		{CONDITION(", \"index\": 2, \"value\": null"),
		 CONDITION(", \"index\": 2, \"value\": 0"),
		 "2: \"value\" is null, which is the same as if it were absent\n"
		 "2: \"value\" is missing, for which runtimes take 0\n"},
		{LIST("{\"action\": \"SCMP_ACT_ERRNO\"},\n{\"action\": \"SCMP_ACT_ERRNO\", "
		      "\"names\": []},\n" ENTRY("")),
		 PLAIN,
		 "2: the entry names no call, so it has no effect\n"
		 "3: the entry names no call, so it has no effect\n"},
		{LIST("{\"action\": \"SCMP_ACT_ERRNO\", \"comment\": \"\"},\n" ENTRY("")), PLAIN,
		 "2: the entry names no call, so it has no effect\n"},
		{ROOT(",\n\"listenerMetadata\": \"x\""), ROOT(""),
		 "2: \"listenerMetadata\" means nothing without \"listenerPath\"\n"},
		{RESOURCE SYSCALLS "    args: [{index: 1, op: SCMP_CMP_EQ}]\n",
		 RESOURCE SYSCALLS "    args: [{index: 1, value: 0, op: SCMP_CMP_EQ}]\n", ""},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_documents(void **state)
{
	static const struct lenient lenient[] = {
		{RESOURCE SYSCALLS "---\n", RESOURCE SYSCALLS,
		 "11: 1 of the documents here is empty, and skipped\n"},
		{"---\n---\n" RESOURCE SYSCALLS "---\n# only a comment\n---\nnull\n",
		 RESOURCE SYSCALLS, "2: 3 of the documents here are empty, and skipped\n"},
		{RESOURCE SYSCALLS "...\n", RESOURCE SYSCALLS, ""},
		{"kind: ConfigMap\nmetadata: {name: a}\n---\nhello\n---\n" RESOURCE SYSCALLS
		 "---\nkind: Pod\n",
		 RESOURCE SYSCALLS,
		 "1: 3 of the documents here are no profile, and not looked at\n"},
		{"defaultAction: SCMP_ACT_ALLOW\narchitectures: [SCMP_ARCH_X86_64]\n---\n---\n",
		 ROOT(""), "4: 2 of the documents here are empty, and skipped\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_duplicate_keys(void **state)
{
	static const struct lenient lenient[] = {
		{LIST("{\"names\": [\"read\"],\n\"names\": [\"uname\"], \"action\": "
		      "\"SCMP_ACT_LOG\", "
		      "\"action\": \"SCMP_ACT_ERRNO\"}"),
		 PLAIN,
		 "3: \"names\" is in line 2 " FIRST_OR_LAST
		 "3: \"action\" is in line 3 " FIRST_OR_LAST},
		{ROOT(", \"syscalls\": [" ENTRY("") "],\n\"syscalls\": null"), ROOT(""),
		 "2: \"syscalls\" is in line 1 " FIRST_OR_LAST
		 "2: \"syscalls\" is null, which is the same as if it were absent\n"},
		/* In Go the second list is read into the first. */
		{ROOT(", \"syscalls\": [" ENTRY(
			 ", \"errnoRet\": 5") "],\n\"syscalls\": [{\"names\": "
					      "[\"getppid\"]}]"),
		 LIST("{\"names\": [\"getppid\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": "
		      "5}"),
		 "2: \"syscalls\" is in line 1 " FIRST_OR_LAST
		 "2: \"names\" is in line 1 " FIRST_OR_LAST},
		/* Nobody looks at it. */
		{ONE(", \"x\": 1, \"x\": 2"), PLAIN, "2: unknown key \"x\", which runtimes skip\n"},
		{RESOURCE
		 "  architectures: [SCMP_ARCH_X86]\n  architectures: [SCMP_ARCH_X86_64]\n" SYSCALLS,
		 RESOURCE SYSCALLS,
		 "8: \"architectures\" is in line 7 already: Kubernetes takes the last, and "
		 "kubectl "
		 "refuses it unless it has --validate=ignore\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_names(void **state)
{
	static const struct lenient lenient[] = {
		{LIST("{\"names\": [\"\",\n\"uname\",\n\"get-ppid \",\n\"*\", \"\\u001b\"], "
		      "\"action\": \"SCMP_ACT_ERRNO\"}"),
		 PLAIN,
		 "2: \"\" is no name of a system call: crun and Podman skip it, runc refuses the "
		 "profile\n"
		 "4: \"get-ppid \" is no name of a system call: runtimes skip it silently\n"
		 "5: \"*\" is no name of a system call: runtimes skip it silently\n"
		 "5: \"\\x1b\" is no name of a system call: runtimes skip it silently\n"},
		/* They are C's texts in the end. */
		{LIST("{\"names\": [\"uname\\u0000x\"], \"action\": \"SCMP_ACT_ERRNO\"}"), PLAIN,
		 "2: a NUL byte ends the name \"uname\", and what is behind it counts for "
		 "nothing\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_negative(void **state)
{
	static const struct lenient lenient[] = {
		{CONDITION(", \"index\": 0, \"value\": -1, \"valueTwo\": -18446744073709551614"),
		 CONDITION(", \"index\": 0, \"value\": 18446744073709551615, \"valueTwo\": 2"),
		 "2: -1 is 18446744073709551615 to crun; runc, Docker and Podman refuse it\n"
		 "2: -18446744073709551614 is 2 to crun; runc, Docker and Podman refuse it\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_errnos(void **state)
{
	static const struct lenient lenient[] = {
		{LIST("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"errnoRet\": 5}"),
		 LIST("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}"),
		 "2: SCMP_ACT_LOG takes no errno: runc ignores \"errnoRet\", crun refuses the "
		 "profile\n"},
		{ROOT(",\n\"defaultErrnoRet\": 38"), ROOT(""),
		 "2: SCMP_ACT_ALLOW takes no errno: runc ignores \"defaultErrnoRet\", crun refuses "
		 "the "
		 "profile\n"},
		{LIST("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"errno\": "
		      "\"EBADF\"}"),
		 LIST("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}"),
		 "2: SCMP_ACT_LOG takes no errno: runc ignores \"errno\", crun refuses the "
		 "profile\n"},
		{ONE(", \"errnoRet\": 65538"), ONE(", \"errnoRet\": 2"),
		 "2: \"errnoRet\" has 16 bits: 65538 counts as 2\n"},
		{ONE(", \"errnoRet\": 4294967298"), ONE(", \"errnoRet\": 2"),
		 "2: \"errnoRet\" has 16 bits: 4294967298 counts as 2 to runc; crun refuses the "
		 "profile\n"},
		{ROOT(",\n\"defaultErrnoRet\": 18446744073709551615"), ROOT(""),
		 "2: SCMP_ACT_ALLOW takes no errno: runc ignores \"defaultErrnoRet\", crun refuses "
		 "the profile\n"},
		{ONE(", \"errnoRet\": -0"), ONE(", \"errnoRet\": 0"),
		 "2: -0 is 0 to crun; runc, Docker and Podman refuse it\n"
		 "2: with \"errnoRet\" 0, refused calls do nothing and report success\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_machines(void **state)
{
	static const struct lenient lenient[] = {
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\":\n[\"x86_64\"]}",
		 ROOT(""),
		 "2: crun takes \"x86_64\" for SCMP_ARCH_X86_64; runc refuses the profile\n"},
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [{\"architecture\": "
		 "\"SCMP_ARCH_S390X\"}]}",
		 ROOT(""),
		 "1: \"archMap\" has no entry for this machine, SCMP_ARCH_X86_64: the profile is "
		 "for "
		 "that ABI alone, calls of its other ones kill\n"
		 "1: containerd ignores \"archMap\": to it the profile is for the machine's own "
		 "ABI "
		 "alone\n"},
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [{\"architecture\": "
		 "\"SCMP_ARCH_X86_64\"},\n{\"architecture\": \"SCMP_ARCH_X86_64\", "
		 "\"subArchitectures\": [\"SCMP_ARCH_X86\"]}]}",
		 ROOT(""),
		 "1: containerd ignores \"archMap\": to it the profile is for the machine's own "
		 "ABI "
		 "alone\n"
		 "2: an earlier entry is for SCMP_ARCH_X86_64, too: this one counts for nothing\n"},
		{"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [\n{\"architecture\": "
		 "\"SCMP_ARCH_X\"}, {\"subArchitectures\": "
		 "[\"SCMP_ARCH_X86\"]},\n{\"architecture\": "
		 "\"SCMP_ARCH_ARM\", \"subArchitectures\": [\"y\"]}, {\"architecture\": "
		 "\"SCMP_ARCH_X86_64\"}]}",
		 ROOT(""),
		 "1: containerd ignores \"archMap\": to it the profile is for the machine's own "
		 "ABI "
		 "alone\n"
		 "2: \"SCMP_ARCH_X\" is no architecture: the entry is for no machine\n"
		 "2: without \"architecture\" the entry is for no machine\n"
		 "3: \"y\" is no architecture: it does not matter in an entry that is not this "
		 "machine's\n"},
		{ONE(", \"includes\": {\"minKernel\": \"4\"}"), PLAIN,
		 "2: Docker refuses a \"minKernel\" that is not \"MAJOR.MINOR\", each at most 255, "
		 "not "
		 "0.0; Podman and CRI-O ignore it\n"},
		{ONE(", \"excludes\": {\"minKernel\": 5}"), PLAIN,
		 "2: Docker refuses a \"minKernel\" that is not \"MAJOR.MINOR\", each at most 255, "
		 "not "
		 "0.0; Podman and CRI-O ignore it\n"},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

static void test_off(void **state)
{
	static const char *const off[] = {
		"{\"syscalls\": null, " NATIVE "}",
		"{\"defaultAction\": null, " NATIVE "}",
		"{\"defaultAction\": \"\", \"syscalls\": [], " NATIVE "}",
		"{\"archMap\": [], \"syscalls\": [], " NATIVE "}",
	};
	const struct context here = {.abi = abi_by_name("x86_64")};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		struct warnings warnings = {0};
		struct profile *profile = read_text_as(off[i], &here, &warnings);

		assert_int_equal(profile->fallback.action, ACTION_ALLOW);
		assert_int_equal(warnings.of_kind[WARNING_OFF], 1);
		profile_free(profile);
		warnings_release(&warnings);
	}
}

static void test_syntax(void **state)
{
	static const struct lenient lenient[] = {
		{"/* a */ {\n// b\n\"defaultAction\": \"SCMP_ACT_ALLOW\", " NATIVE "}", ROOT(""),
		 "1: comments: crun skips them, runc, Docker and Podman refuse to load JSON with "
		 "any\n"},
		{ROOT(",\n\"x\": \"\xff\\ud800\""), ROOT(""),
		 "2: text that is no Unicode: runc, Docker and Podman replace it, crun refuses "
		 "what "
		 "is no UTF-8\n"
		 "2: unknown key \"x\", which runtimes skip\n"},
		{"{'defaultAction': SCMP_ACT_ALLOW, architectures: [SCMP_ARCH_X86_64]}", ROOT(""),
		 "1: is YAML and no JSON, with which runc, crun, Docker and Podman refuse to load "
		 "it\n"},
		{"defaultAction: SCMP_ACT_ALLOW\narchitectures: [SCMP_ARCH_X86_64]\n", ROOT(""),
		 ""},
		{RESOURCE SYSCALLS "    errnoRet: 010\n", RESOURCE SYSCALLS "    errnoRet: 8\n",
		 "10: a number that readers of YAML 1.1 and 1.2 read differently; here it is what "
		 "it is to kubectl\n"},
		{RESOURCE "  disabled: no\n" SYSCALLS
			  "    args: [&a {index: 1, op: SCMP_CMP_EQ, value: 2}]\n"
			  "  - {names: [read], action: SCMP_ACT_LOG, args: [{<<: *a, index: 2}]}\n",
		 RESOURCE SYSCALLS
		 "    args: [{index: 1, op: SCMP_CMP_EQ, value: 2}]\n"
		 "  - {names: [read], action: SCMP_ACT_LOG, args: [{op: SCMP_CMP_EQ, value: 2, "
		 "index: 2}]}\n",
		 ""},
	};

	(void)state;
	check(lenient, ARRAY_SIZE(lenient));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_unknown_keys),
		cmocka_unit_test(test_null_items),
		cmocka_unit_test(test_blank_entries),
		cmocka_unit_test(test_letter_case),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_negative),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_duplicate_keys),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_errnos),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_syntax),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is said of OCI profiles and their kin that runtimes skip or refuse. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "documents.h"

#define X86_64 "\"architectures\": [\"SCMP_ARCH_X86_64\"], "
#define BOTH "\"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\"], "
#define ERRNO "{\"defaultAction\": \"SCMP_ACT_ERRNO\", "
#define ALLOW "\"action\": \"SCMP_ACT_ALLOW\""
#define ARG(index, op, value) \
	"{\"index\": " #index ", \"op\": \"SCMP_CMP_" #op "\", \"value\": " #value "}"

static const struct context *here(void)
{
	static struct context context;

	context.abi = abi_by_name("x86_64");
	return &context;
}

/* An entry in line 2 whose conditions begin in line 3. */
static void expect_args(const char *head, const char *name, const char *args, const char *expected)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s\"syscalls\": [\n{\"names\": [\"%s\"], " ALLOW ",\n\"args\": [%s]}]}",
		    head, name, args);
	expect_warnings(text.s, here(), expected);
}

static void test_conditions(void **state)
{
#define SIX           \
	ARG(0, EQ, 1) \
	"," ARG(0, EQ, 2) "," ARG(0, EQ, 3) "," ARG(0, EQ, 4) "," ARG(0, EQ, 5) "," ARG(0, EQ, 6)
	(void)state;
	expect_args(ERRNO X86_64, "socket", SIX, "");
	expect_args(
		ERRNO X86_64, "socket", SIX "," ARG(0, EQ, 7),
		"3: 7 conditions in one entry: crun 1.8.1 silently ignores all but the first 6; "
		"make several entries\n");
	expect_args(ERRNO X86_64, "socket",
		    ARG(0, EQ, 1) ",\n{\"index\": 1, \"op\": \"SCMP_CMP_LE\", \"value\": 1, "
				  "\"valueTwo\": 9}",
		    "4: \"valueTwo\" is ignored, except with SCMP_CMP_MASKED_EQ\n");
	expect_args(ERRNO X86_64, "socket",
		    "{\"index\": 1, \"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": 9, \"valueTwo\": 1},"
		    "{\"index\": 0, \"op\": \"SCMP_CMP_EQ\", \"value\": 9, \"valueTwo\": 0}",
		    "");
}

static void test_alternatives(void **state)
{
	static const char said[] =
		"3: the entry has several conditions on one argument, so each of all its "
		"conditions is a rule of its own: one that holds is enough\n";

	(void)state;
#define MASKED(mask, value)                                                \
	"{\"index\": 0, \"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": " #mask \
	", \"valueTwo\": " #value "}"
	/* One of them at the most can hold, or both say the same: nobody takes them for "and". */
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," ARG(0, EQ, 2), "");
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," MASKED(3, 2), "");
	expect_args(ERRNO X86_64, "socket", MASKED(6, 2) "," MASKED(10, 0), "");
	expect_args(ERRNO X86_64, "socket", MASKED(6, 2) "," MASKED(6, 2), "");
	expect_args(ERRNO X86_64, "socket", MASKED(6, 2) "," MASKED(8, 0), said);
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," MASKED(2, 0), said);
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," ARG(0, EQ, 2) "," MASKED(4, 0), "");
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," ARG(1, EQ, 2), "");
	expect_args(ERRNO X86_64, "socket", ARG(0, GT, 7) "," ARG(0, EQ, 3), said);
	expect_args(ERRNO X86_64, "socket", ARG(0, EQ, 1) "," ARG(1, EQ, 2) "," ARG(0, EQ, 3),
		    said);
}

static void test_multiplexed(void **state)
{
	(void)state;
	expect_args(ERRNO BOTH, "socket", ARG(0, EQ, 1),
		    "2: on x86 programs can make \"socket\" through socketcall, where its "
		    "conditions see other values, and none of argument 0 counts\n");
	expect_args(ERRNO BOTH, "shmget", ARG(1, EQ, 1),
		    "2: on x86 programs can make \"shmget\" through ipc, where its conditions see "
		    "other values, and none of argument 0 counts\n");
	expect_args(ERRNO BOTH, "read", ARG(0, EQ, 1), "");
	expect_args(ERRNO BOTH, "socket", "", "");
	/* A rule that repeats the default is skipped; another one closes that way. */
#define SOCKET "{\"names\": [\"socket\"], " ALLOW ", \"args\": [" ARG(0, EQ, 1) "]}"
#define SOCKETCALL(more) "{\"names\": [\"socketcall\"], \"action\": \"SCMP_ACT_ERRNO\"" more "}"
	expect_warnings(ERRNO BOTH "\"syscalls\": [\n" SOCKET ",\n" SOCKETCALL("") "]}", here(),
			"2: on x86 programs can make \"socket\" through socketcall, where its "
			"conditions see other values, and none of argument 0 counts\n");
	expect_warnings(ERRNO BOTH "\"syscalls\": [\n" SOCKET
				   ",\n" SOCKETCALL(", \"errnoRet\": 38") "]}",
			here(), "");
}

static void test_overruled(void **state)
{
#define RULE(action) "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_" action "\"}"
	(void)state;
	expect_warnings(ERRNO X86_64 "\"syscalls\": [\n" RULE("ALLOW") ",\n" RULE("KILL") "]}",
			here(),
			"3: \"read\" is SCMP_ACT_KILL_THREAD here, but SCMP_ACT_ALLOW in line 2, "
			"which is what counts\n");
	/* What the default says is left out. */
	expect_warnings(ERRNO X86_64 "\"syscalls\": [\n" RULE("ERRNO") ",\n" RULE("ALLOW") "]}",
			here(),
			"2: \"read\" is SCMP_ACT_ERRNO here, but SCMP_ACT_ALLOW in line 3, which "
			"is what counts\n");
	expect_warnings(ERRNO X86_64 "\"syscalls\": [\n" RULE("ALLOW") ",\n" RULE("ERRNO") "]}",
			here(),
			"3: \"read\" is SCMP_ACT_ERRNO here, but SCMP_ACT_ALLOW in line 2, which "
			"is what counts\n");
	expect_warnings(
		"{\"defaultAction\": \"SCMP_ACT_ALLOW\", " X86_64
		"\"syscalls\": [\n" RULE("ERRNO\", \"errnoRet\": 1, \"comment\": \"") ",\n" RULE(
			"ERRNO") ",\n" RULE("ERRNO\", \"errnoRet\": 2, \"comment\": \"") "],"
											 "\"archMap"
											 "\": []}",
		here(),
		"4: \"read\" is SCMP_ACT_ERRNO here, but has another errno in line 2, "
		"which is what counts\n");
	expect_warnings(ERRNO X86_64 "\"syscalls\": [\n" RULE("ALLOW") ",\n" RULE("ALLOW") "]}",
			here(), "");
}

/* Two entries for one call, in lines 2 and 3. */
static void expect_two(const char *one, const char *other, const char *expected)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text,
		    ERRNO X86_64 "\"syscalls\": [\n{\"names\": [\"read\"], " ALLOW
				 ", \"args\": [%s]},"
				 "\n{\"names\": [\"read\"], " ALLOW ", \"args\": [%s]}]}",
		    one, other);
	expect_warnings(text.s, here(), expected);
}

static void test_miscompiled(void **state)
{
	static const char said[] =
		"3: libseccomp before 2.6.1 may make another filter of the several rules for "
		"\"read\", one of which compares by order (GHSA-4q85-33p6-j5g6)\n";

	(void)state;
	expect_two(ARG(0, LT, 5), ARG(0, GT, 21474836481), said);
	expect_two(ARG(0, LT, 5), ARG(0, EQ, 6) "," ARG(1, EQ, 1), said);
	expect_two(ARG(0, EQ, 5) "," ARG(1, GE, 1), ARG(0, EQ, 1), said);
	expect_two(ARG(0, LT, 5), ARG(0, GT, 4294967295), "");
	expect_two(ARG(0, EQ, 5), ARG(0, NE, 21474836481) "," ARG(1, EQ, 1), "");
	expect_args(ERRNO X86_64, "read", ARG(0, LT, 5) "," ARG(1, LE, 21474836481), "");
}

static void test_notify(void **state)
{
	static const char path[] = "1: runc ignores \"listenerPath\" where no call gets "
				   "SCMP_ACT_NOTIFY\n";

	(void)state;
	expect_warnings("{" X86_64 "\"listenerPath\": \"/a\",\n"
			"\"defaultAction\": \"SCMP_ACT_NOTIFY\"}",
			here(), "2: runc refuses SCMP_ACT_NOTIFY as the default action\n");
	expect_warnings(ERRNO X86_64 "\"listenerPath\": \"/a\", \"syscalls\": [\n{\"names\": "
				     "[\"read\",\n\"write\"], \"action\": \"SCMP_ACT_NOTIFY\"}]}",
			here(), "3: runc refuses SCMP_ACT_NOTIFY for \"write\"\n");
	expect_warnings(ERRNO X86_64 "\"syscalls\": [\n{\"names\": [\"read\"], "
				     "\"action\": \"SCMP_ACT_NOTIFY\"}]}",
			here(),
			"2: runc refuses SCMP_ACT_NOTIFY without \"listenerPath\", and crun lets "
			"such calls fail with ENOSYS\n");
	expect_warnings(ERRNO X86_64 "\"listenerPath\": \"/a\"}", here(), path);
}

static void test_settings(void **state)
{
	(void)state;
	expect_warnings("{\"linux\": {\"seccomp\":\n{\"defaultAction\": \"SCMP_ACT_ERRNO\"}}}",
			here(),
			"2: without \"architectures\" the profile is for the machine's own ABI "
			"alone: calls of its other ones kill\n");
	expect_warnings(ERRNO "\"architectures\": []}", here(),
			"1: without \"architectures\" the profile is for the machine's own ABI "
			"alone: calls of its other ones kill\n");
	expect_warnings(ERRNO "\n\"architectures\": [\"SCMP_ARCH_SH\", \"SCMP_ARCH_RISCV64\"]}",
			here(),
			"2: runc does not know SCMP_ARCH_SH, and refuses the profile\n"
			"2: libseccomp here has no calls of SCMP_ARCH_SH: what the profile means "
			"there is not looked at\n"
			"2: runc 1.1.5 does not know SCMP_ARCH_RISCV64, and refuses the profile\n");
	/* Of what is not known nothing is said; of what is no call's name it is. */
	expect_warnings(ERRNO "\n\"architectures\": [\"SCMP_ARCH_M68K\"],\n\"syscalls\": "
			      "[{\"names\": [\"read\", \"raed\"], \"action\": "
			      "\"SCMP_ACT_ALLOW\"}]}",
			here(),
			"2: runc does not know SCMP_ARCH_M68K, and refuses the profile\n"
			"2: libseccomp here has no calls of SCMP_ARCH_M68K: what the profile means "
			"there is not looked at\n"
			"3: unknown system call \"raed\", which runtimes skip silently\n");
	expect_warnings(ERRNO "\n\"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", "
			      "\"SCMP_ARCH_S390X\", \"SCMP_ARCH_S390\"]}",
			here(),
			"2: SCMP_ARCH_X86_64 and SCMP_ARCH_S390X differ in their byte order: runc "
			"and crun refuse the profile\n");
	expect_warnings(ERRNO X86_64 "\n\"flags\": [\"SECCOMP_FILTER_FLAG_LOG\"]}", here(),
			"2: runc 1.1.5 refuses a profile that has flags\n");
	expect_warnings(ERRNO X86_64 "\n\"flags\": []}", here(), "");
}

/* Of an errno that is there and is 0, where the action has one. */
static void test_no_error(void **state)
{
	(void)state;
	expect_warnings("{" X86_64
			"\"defaultAction\": \"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\": 0}",
			here(),
			"2: with \"defaultErrnoRet\" 0, refused calls do nothing and report "
			"success\n");
	expect_warnings(
		"{" X86_64 "\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [\n{\"names\": "
		"[\"mkdir\", \"rmdir\"], \"action\": \"SCMP_ACT_ERRNO\",\n\"errnoRet\": 0}]}",
		here(), "3: with \"errnoRet\" 0, refused calls do nothing and report success\n");
	expect_warnings("{" X86_64
			"\"defaultAction\": \"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\": 1}",
			here(), "");
	expect_warnings("{" X86_64 "\"defaultAction\": \"SCMP_ACT_TRACE\", \"defaultErrnoRet\": 0}",
			here(), "");
	expect_warnings(ERRNO X86_64 "\"syscalls\": []}", here(), "");
}

#define RANGE ": libseccomp takes no errno above 4094: runc, crun and Podman refuse the profile\n"

/* The kernel's largest is one more than libseccomp's; a tracer's number is no errno. */
static void test_errno_range(void **state)
{
	(void)state;
	expect_warnings("{" X86_64
			"\"defaultAction\": \"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\": 4095}",
			here(), "2" RANGE);
	expect_warnings("{" X86_64 "\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [\n"
			"{\"names\": [\"mkdir\"], \"action\": \"SCMP_ACT_ERRNO\",\n"
			"\"errnoRet\": 4095}]}",
			here(), "3" RANGE);
	/* Podman's text, which wins. */
	expect_warnings("{" X86_64 "\"defaultAction\": \"SCMP_ACT_ERRNO\", "
			"\"defaultErrnoRet\": 38,\n\"defaultErrno\":\n\"4095\"}",
			here(),
			"2: Docker and containerd ignore \"defaultErrno\", and "
			"\"defaultErrnoRet\" does not say the same\n"
			"3" RANGE);
	expect_warnings("{" X86_64
			"\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 4094}",
			here(), "");
	expect_warnings("{" X86_64
			"\"defaultAction\": \"SCMP_ACT_TRACE\", \"defaultErrnoRet\": 4095}",
			here(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),  cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_multiplexed), cmocka_unit_test(test_overruled),
		cmocka_unit_test(test_miscompiled), cmocka_unit_test(test_notify),
		cmocka_unit_test(test_settings),    cmocka_unit_test(test_no_error),
		cmocka_unit_test(test_errno_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What rules do to each other in libseccomp, told by reading them; decided by libseccomp.
 *
 * Longer than others: the cases of one finding are also cases in which another must not be made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "cleanup.h"
#include "documents.h"
#include "filters.h"
#include "rule_checks.h"

#define HEAD                                                            \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n"                      \
	"\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\n" \
	"\"syscalls\":[\n"
#define RULE(name, action, args) \
	"{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_" action "\",\"args\":[" args "]}"
#define CMP(index, op, value) \
	"{\"index\":" #index ",\"value\":" #value ",\"op\":\"SCMP_CMP_" #op "\"}"
#define MASKED(index, mask, value)                                                  \
	"{\"index\":" #index ",\"value\":" #mask ",\"valueTwo\":" #value ",\"op\":" \
	"\"SCMP_CMP_MASKED_EQ\"}"
#define PROFILE(...) HEAD __VA_ARGS__ "]}"

static const struct context here;

static void the_same_conditions(void **state)
{
	(void)state;
	expect_warnings(PROFILE(RULE("ioctl", "ALLOW", CMP(0, EQ, 3)) ",\n" RULE("ioctl", "LOG",
										 CMP(0, EQ, 3))),
			&here,
			"5: \"ioctl\" has another action in line 4, with the same conditions: runc "
			"and crun refuse the profile (\"file exists\")\n");
	/* Whatever their order; the same ones on 32 bits alone; the same action. */
	expect_warnings(
		PROFILE(RULE("ioctl", "ALLOW", CMP(1, EQ, 4) "," CMP(0, NE, 3)) ",\n" RULE(
			"ioctl", "LOG", CMP(0, NE, 3) "," CMP(1, EQ, 4))),
		&here,
		"5: \"ioctl\" has another action in line 4, with the same conditions: runc and "
		"crun refuse the profile (\"file exists\")\n");
	expect_warnings(
		PROFILE(RULE("ioctl", "ALLOW", CMP(0, EQ, 3)) ",\n" RULE("ioctl", "LOG",
									 CMP(0, EQ, 4294967299))),
		&here,
		"5: \"ioctl\" has another action in line 4, with the same conditions: runc and "
		"crun refuse the profile (\"file exists\")\n"
		"5: a condition of \"ioctl\", on argument 0, which has 32 bits on x86, is about "
		"the lower 32 bits of its values there\n");
	expect_warnings(PROFILE(RULE("ioctl", "LOG", CMP(0, EQ, 3)) ",\n" RULE("ioctl", "LOG",
									       CMP(0, EQ, 3))),
			&here, "");
	/* A condition less than an earlier one, which it therefore is about as well. */
	expect_warnings(
		PROFILE(RULE("ioctl", "ALLOW", CMP(0, EQ, 3) "," CMP(1, EQ, 4)) ",\n" RULE(
			"ioctl", "LOG", CMP(0, EQ, 3))),
		&here,
		"5: \"ioctl\" has another action in line 4, with these and more conditions: runc "
		"and crun refuse the profile (\"file exists\")\n");
	expect_warnings(
		PROFILE(RULE("ioctl", "LOG", CMP(0, EQ, 3)) ",\n" RULE(
			"ioctl", "ALLOW", CMP(0, EQ, 3) "," CMP(1, EQ, 4))),
		&here,
		"5: \"ioctl\" gets SCMP_ACT_ALLOW here and SCMP_ACT_LOG in line 4, and both "
		"hold for ioctl(0x3, 0x4): which counts is up to libseccomp\n");
	/* What repeats the default is not given to libseccomp. */
	expect_warnings(
		PROFILE(RULE("ioctl", "ERRNO", CMP(0, EQ, 3)) ",\n" RULE("ioctl", "LOG",
									 CMP(0, EQ, 3))),
		&here,
		"4: the conditions of \"ioctl\" have no effect: runtimes leave out a rule "
		"that says what the default says, and SCMP_ACT_LOG in line 5 is what counts "
		"for ioctl(0x3)\n");
	/* Nor does it look further where there is a rule without conditions. */
	expect_warnings(
		PROFILE(RULE("ioctl", "TRAP", "") ",\n" RULE(
			"ioctl", "ALLOW", CMP(0, EQ, 3)) ",\n" RULE("ioctl", "LOG", CMP(0, EQ, 3))),
		&here,
		"5: the conditions of \"ioctl\" have no effect: line 4 has a rule for it without "
		"any, "
		"and so SCMP_ACT_TRAP is what counts, in whatever order\n"
		"6: the conditions of \"ioctl\" have no effect: line 4 has a rule for it without "
		"any, "
		"and so SCMP_ACT_TRAP is what counts, in whatever order\n");
}

/* What Podman has for socket; which of the two counts no document says. */
static void contradictions_and_masks(void **state)
{
	(void)state;
	expect_warnings(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n"
		"\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[\n" RULE(
			"socket", "LOG", CMP(0, EQ, 40)) ",\n" RULE("socket", "ALLOW",
								    CMP(0, NE, 16)) "]}",
		&here,
		"4: \"socket\" gets SCMP_ACT_ALLOW here and SCMP_ACT_LOG in line 3, and both "
		"hold for socket(0x28): which counts is up to libseccomp\n");
	expect_warnings(
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n"
		"\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[\n"
		"{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":"
		"[{\"index\":0,\"value\":1,\"valueTwo\":2,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}",
		&here,
		"3: \"personality\" compares argument 0 under mask 0x1 with 0x2, which has "
		"bits outside of it: libseccomp drops them, so that it matches 0\n");
}

#define ONE_RULE(args)                                                                   \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n"                                       \
	"\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[" RULE("close", "ERRNO", \
								       args) "]}"
#define ALWAYS(index) "2: a condition of \"close\", on argument " #index ", always holds\n"
#define NEVER(index)                                                  \
	"2: a condition of \"close\", on argument " #index ", never " \
	"holds, so that the rule has no effect\n"

/* runc and crun take each for what it is said to be. */
static void constants(void **state)
{
	(void)state;
	expect_warnings(ONE_RULE(CMP(0, GE, 0) "," CMP(1, LE, 18446744073709551615)), &here,
			ALWAYS(0) ALWAYS(1));
	expect_warnings(ONE_RULE(CMP(0, LT, 0) "," CMP(1, GT, 18446744073709551615)), &here,
			NEVER(0) NEVER(1));
	expect_warnings(ONE_RULE(CMP(2, MASKED_EQ, 0)), &here, ALWAYS(2));
	expect_warnings(ONE_RULE(CMP(0, GE, 1) "," CMP(1, EQ, 4294967296) "," CMP(2, LE, 0)), &here,
			"");
}

#define ON_X86(op, value)                                                                 \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n"                                        \
	"\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\"syscalls\":[" RULE( \
		"close", "ERRNO", CMP(1, op, value)) "]}"
#define NARROW(how) \
	"2: a condition of \"close\", on argument 1, which has 32 bits on x86, " how "\n"

/* As the filters show that libseccomp makes of them. */
static void on_32_bits(void **state)
{
	(void)state;
	expect_warnings(ON_X86(LT, 4294967296), &here,
			NARROW("never holds, so that the rule has no effect there"));
	expect_warnings(ON_X86(GE, 4294967296), &here, NARROW("always holds there"));
	expect_warnings(ON_X86(LE, 4294967295), &here, NARROW("always holds there"));
	expect_warnings(ON_X86(EQ, 4294967301), &here,
			NARROW("is about the lower 32 bits of its values there"));
	expect_warnings(ON_X86(EQ, 4294967295), &here, "");
	expect_warnings(ON_X86(LT, 4294967295), &here, "");
	/* What holds everywhere is said once. */
	expect_warnings(ON_X86(GE, 0), &here, ALWAYS(1));
}

/* Runtimes leave them out, and then another rule's verdict is what counts, in any order. */
static void left_out(void **state)
{
	(void)state;
	expect_warnings(
		PROFILE(RULE("uname", "ALLOW", "") ",\n" RULE("uname", "ERRNO", CMP(0, NE, 0))),
		&here,
		"5: the conditions of \"uname\" have no effect: runtimes leave out a rule that "
		"says "
		"what the default says, and SCMP_ACT_ALLOW in line 4 is what counts\n");
	expect_warnings(
		PROFILE(RULE("uname", "ERRNO", CMP(0, NE, 0)) ",\n" RULE("uname", "ALLOW", "")),
		&here,
		"4: the conditions of \"uname\" have no effect: runtimes leave out a rule that "
		"says "
		"what the default says, and SCMP_ACT_ALLOW in line 5 is what counts\n");
	expect_warnings(
		PROFILE(RULE("read", "ALLOW", CMP(0, GE, 5)) ",\n" RULE("read", "ERRNO",
									CMP(0, EQ, 6))),
		&here,
		"5: the conditions of \"read\" have no effect: runtimes leave out a rule that says "
		"what the default says, and SCMP_ACT_ALLOW in line 4 is what counts for "
		"read(0x6)\n");
	/* Nothing else holds for what it is about: it says no more than the default. */
	expect_warnings(PROFILE(RULE("read", "ALLOW", CMP(0, GE, 5)) ",\n" RULE("read", "ERRNO",
										CMP(0, EQ, 4))),
			&here, "");
	expect_warnings(
		PROFILE(RULE("read", "ALLOW", "") ",\n" RULE("write", "ERRNO", CMP(0, EQ, 4))),
		&here, "");
}

#define TOGETHER                                                                                 \
	"5: one of the 2 rules for \"read\" holds for any arguments, so that their conditions "  \
	"have no effect: each rule is enough by itself, and conditions that must hold together " \
	"belong into one\n"
#define TWO_OF_READ(first, second) \
	PROFILE(RULE("read", "ALLOW", first) ",\n" RULE("read", "ALLOW", second))

static void together(void **state)
{
	(void)state;
	expect_warnings(TWO_OF_READ(CMP(0, NE, 5), CMP(0, NE, 6)), &here, TOGETHER);
	expect_warnings(TWO_OF_READ(CMP(0, GE, 5), CMP(0, LE, 4)), &here, TOGETHER);
	expect_warnings(TWO_OF_READ(CMP(0, EQ, 5), CMP(0, NE, 5)), &here, TOGETHER);
	expect_warnings(TWO_OF_READ(CMP(0, GE, 5), CMP(0, LE, 3)), &here, "");
	expect_warnings(TWO_OF_READ(CMP(0, NE, 5), CMP(1, NE, 6)), &here, "");
	expect_warnings(TWO_OF_READ(CMP(0, EQ, 5), CMP(0, EQ, 6)), &here, "");
	/* Of different verdicts one is left over for something. */
	expect_warnings(PROFILE(RULE("read", "ALLOW", CMP(0, EQ, 5)) ",\n" RULE("read", "LOG",
										CMP(0, NE, 5))),
			&here, "");
}

static void through_a_multiplexer(void **state)
{
	(void)state;
	expect_warnings(
		PROFILE(RULE("socket", "ALLOW", CMP(0, EQ, 1)) ",\n" RULE("socket", "LOG",
									  CMP(0, EQ, 2))),
		&here,
		"4: on x86 programs can make \"socket\" through socketcall, where its conditions "
		"see "
		"other values, and none of argument 0 counts\n"
		"5: on x86 programs can make \"socket\" through socketcall, where its conditions "
		"see "
		"other values, and none of argument 0 counts\n"
		"5: \"socket\" has another action in line 4, with the same conditions where "
		"x86 makes the call through socketcall: runc and crun refuse the profile "
		"(\"file exists\")\n");
}

/* What reading the conditions does not show, libseccomp is asked. */
static void as_libseccomp_has_it(void **state)
{
	(void)state;
	/* socketcall is no call of x86_64, alone here; but rules for it are refused all the same. */
	expect_warnings(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"],\n"
		"\"syscalls\":[\n" RULE("socketcall", "ALLOW", CMP(0, EQ, 3)) ",\n" RULE(
			"socketcall", "LOG", CMP(0, EQ, 3)) "]}",
		&here,
		"3: \"socketcall\" is no system call of x86_64, so it has no effect\n"
		"4: \"socketcall\" is no system call of x86_64, so it has no effect\n"
		"4: \"socketcall\" has another action in line 3, with the same conditions: runc "
		"and "
		"crun refuse the profile (\"file exists\")\n");
	/* LE 1 and LT 2 compare the upper half with the same. */
	expect_warnings(
		PROFILE(RULE("dup3", "ALLOW", CMP(0, LE, 1) "," CMP(1, EQ, 1)) ",\n" RULE(
			"dup3", "LOG", CMP(0, LT, 2) "," CMP(1, EQ, 1))),
		&here,
		"5: libseccomp before 2.6.1 may make another filter of the several rules for "
		"\"dup3\", one of which compares by order (GHSA-4q85-33p6-j5g6)\n"
		"5: \"dup3\" has another action in line 4, with conditions that are the same on "
		"x86_64, or a part of the same, half by half as libseccomp compares them: runc and "
		"crun refuse the profile (\"file exists\")\n");
}

static void without_conditions(void **state)
{
	(void)state;
	expect_warnings(PROFILE(RULE("bpf", "LOG", "") ",\n" RULE("bpf", "ALLOW", "")), &here,
			"5: \"bpf\" is SCMP_ACT_ALLOW here, but SCMP_ACT_LOG in line 4, which is "
			"what counts\n");
	/* Two rules of one entry are told of once. */
	expect_warnings(PROFILE(RULE("bpf", "ALLOW",
				     "") ",\n" RULE("bpf", "LOG", CMP(0, EQ, 1) "," CMP(0, EQ, 2))),
			&here,
			"5: the conditions of \"bpf\" have no effect: line 4 has a rule for it "
			"without any, and "
			"so SCMP_ACT_ALLOW is what counts, in whatever order\n");
	struct profile *profile =
		read_text(PROFILE(RULE("bpf", "LOG", "") ",\n" RULE("bpf", "ALLOW", "")));
	assert_int_equal(profile->n_rules, 1);
	assert_int_equal(profile->rules[0].verdict.action, ACTION_LOG);
	(void)profile_free(profile);
}

/* What runc answers to calls that the profile does not name depends on those that it does. */
static void enosys(void **state)
{
#define START(more)                                                                               \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\"," more "\"architectures\":[\"SCMP_ARCH_X86_64\"]," \
	"\n"
#define NAMES(list) "\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\n" list "]}]}"
	static const char lost[] =
		"4: \"clone3\" has the highest number on x86_64, and runc answers ENOSYS only "
		"above "
		"it: rseq, pidfd_send_signal, io_uring_setup, open_tree, move_mount, fsopen and 4 "
		"more get the default, which ends programs that could do without; name them with "
		"ENOSYS, or make it the default\n";

	(void)state;
	expect_warnings(START("") NAMES("\"read\",\n\"clone3\""), &here, lost);
	expect_warnings(START("\"defaultErrnoRet\":1,") NAMES("\"read\",\n\"clone3\""), &here,
			lost);
	expect_warnings(START("\"defaultErrnoRet\":38,") NAMES("\"read\",\n\"clone3\""), &here, "");
	expect_warnings(START("") NAMES("\"read\",\n\"statx\""), &here, "");
	expect_warnings(START("") NAMES("\"read\",\n\"rseq\""), &here, "");
	expect_warnings(
		START("") NAMES("\"read\",\n\"pidfd_send_signal\""), &here,
		"4: \"pidfd_send_signal\" has the highest number on x86_64, and runc answers "
		"ENOSYS only above it: rseq gets the default, which ends programs that could do "
		"without; name them with ENOSYS, or make it the default\n");
	expect_warnings("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86_"
			"64\"]," NAMES("\"clone3\""),
			&here, "");
}

/* ---- libseccomp's word ---------------------------------------------------------------------- */

/* A rule that does nothing beside a wider one. */
static void a_wider_rule(void **state)
{
#define TWO(one, other) PROFILE(RULE("ioctl", "ALLOW", one) ",\n" RULE("ioctl", "ALLOW", other))
#define COVERED(narrow, wide)                                                                     \
	narrow ": the rule for \"ioctl\" has no effect: the one in line " wide ", with the same " \
	       "action, holds whenever it does\n"
	(void)state;
	expect_warnings(TWO(CMP(1, EQ, 7), CMP(1, NE, 5)), &here, COVERED("4", "5"));
	expect_warnings(TWO(CMP(1, NE, 5), CMP(1, EQ, 7)), &here, COVERED("5", "4"));
	expect_warnings(TWO(CMP(1, NE, 5), CMP(1, EQ, 7) "," CMP(2, EQ, 1)), &here,
			COVERED("5", "4"));
	expect_warnings(TWO(CMP(1, GE, 7), CMP(1, GE, 5)), &here, COVERED("4", "5"));
	/* Two ways to say the same: the later is too much. */
	expect_warnings(TWO(CMP(1, GE, 6), CMP(1, GT, 5)), &here, COVERED("5", "4"));
	/* Each has something of its own; another argument; another action. */
	expect_warnings(TWO(CMP(1, EQ, 7), CMP(1, EQ, 5)), &here, "");
	expect_warnings(TWO(CMP(1, EQ, 7), CMP(2, NE, 5)), &here, "");
	expect_warnings(TWO(CMP(1, EQ, 7) "," CMP(2, EQ, 1), CMP(1, NE, 5) "," CMP(2, EQ, 2)),
			&here, "");
	expect_warnings(PROFILE(RULE("ioctl", "ALLOW", CMP(1, EQ, 7) "," CMP(1, EQ, 9)) ",\n" RULE(
				"ioctl", "ALLOW", CMP(1, GE, 8))),
			&here, "");
	/* On 32 bits both say the same, on 64 only the second is superfluous: it is the one. */
	expect_warnings(TWO(MASKED(1, 4294967295, 21523), CMP(1, EQ, 21523)), &here,
			COVERED("5", "4"));
	expect_warnings(TWO(CMP(1, EQ, 21523), MASKED(1, 4294967295, 21523)), &here,
			COVERED("4", "5"));
	/* On 64 bits alone: on 32 it is the rule for 5, and both together are everything. */
	expect_warnings(
		TWO(CMP(1, EQ, 5), CMP(1, NE, 4294967301)), &here,
		"5: one of the 2 rules for \"ioctl\" holds for any arguments on x86, so that "
		"their conditions have no effect there: each rule is enough by itself, and "
		"conditions that must hold together belong into one\n"
		"5: a condition of \"ioctl\", on argument 1, which has 32 bits on x86, is "
		"about the lower 32 bits of its values there\n");
	/* libseccomp lets it decide which of the others counts for 0. */
	expect_warnings(
		PROFILE(RULE("ioctl", "ALLOW", CMP(1, EQ, 1)) ",\n" RULE(
			"ioctl", "LOG", MASKED(1, 1, 0)) ",\n" RULE("ioctl", "ALLOW",
								    CMP(1, NE, 3))),
		&here,
		"6: \"ioctl\" gets SCMP_ACT_ALLOW here and SCMP_ACT_LOG in line 5, and both "
		"hold for ioctl(0, 0x2): which counts is up to libseccomp\n");
#undef TWO
}

/* What can only happen on 32 bits is said with what programs can pass there. */
static void narrow_arguments(void **state)
{
	(void)state;
	expect_warnings(
		PROFILE(RULE("ioctl", "ALLOW", CMP(1, EQ, 4294967301) "," CMP(2, EQ, 1)) ",\n" RULE(
			"ioctl", "LOG", CMP(1, EQ, 5) "," CMP(2, NE, 0))),
		&here,
		"4: a condition of \"ioctl\", on argument 1, which has 32 bits on x86, is about "
		"the "
		"lower 32 bits of its values there\n"
		"5: \"ioctl\" gets SCMP_ACT_LOG here and SCMP_ACT_ALLOW in line 4, and both hold "
		"for "
		"ioctl(0, 0x5, 0x1) on x86: which counts is up to libseccomp\n");
	expect_warnings(PROFILE(RULE("ioctl", "ALLOW", CMP(1, EQ, 4294967301)) ",\n" RULE(
				"ioctl", "ERRNO", CMP(1, EQ, 5))),
			&here,
			"4: a condition of \"ioctl\", on argument 1, which has 32 bits on x86, is "
			"about the "
			"lower 32 bits of its values there\n"
			"5: the conditions of \"ioctl\" have no effect: runtimes leave out a rule "
			"that says "
			"what the default says, and SCMP_ACT_ALLOW in line 4 is what counts for "
			"ioctl(0, 0x5) on x86\n");
}

/* More values than are probed: that none is an exception is not known. */
static void too_many_values(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct warnings warnings = {0};

	(void)state;
	strbuf_adds(&text, HEAD);
	for (unsigned int i = 0; i < 62; i++)
		strbuf_addf(&text,
			    RULE("ioctl", "ALLOW",
				 "{\"index\":1,\"value\":%" PRIu64
				 ",\"op\":\"SCMP_CMP_EQ\"}") ",\n",
			    (UINT64_C(1) << 61) + UINT64_C(0x123456789abcd) * i * i);
	strbuf_adds(&text, RULE("ioctl", "ALLOW", CMP(1, GT, 9223372036854775808)) ",\n" RULE(
				   "ioctl", "ALLOW", MASKED(1, 9223372036854775808, 0)) "]}");
	profile_free(read_text_as(text.s, &here, &warnings));
	for (size_t i = 0; i < warnings.n; i++)
		if (strstr(warnings.of[i].text, "holds for any arguments") != NULL &&
		    strstr(warnings.of[i].text, "on x86") == NULL)
			fail_msg("%s", warnings.of[i].text);
	warnings_release(&warnings);
}

static uint64_t state_of_random;

static size_t below(size_t n)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (size_t)(state_of_random % n);
}

/* Few calls, few values: many of the rules have the same conditions. */
static struct profile *random_profile(void)
{
	static const char *const names[] = {"ioctl", "socket", "socketcall", "bind"};
	static const uint64_t values[] = {1, 2, UINT64_C(1) << 32 | 1, UINT32_MAX,
					  UINT64_C(1) << 32};
	static const enum action actions[] = {ACTION_ALLOW, ACTION_LOG, ACTION_ERRNO};
	struct profile *profile = profile_new();

	profile_add_abi(profile, abi_by_name("x86_64"));
	if (below(2) == 0)
		profile_add_abi(profile, abi_by_name("x86"));
	for (size_t n = 1 + below(4); n > 0; n--) {
		struct condition c[2];
		struct verdict verdict = {.action = actions[below(3)]};
		size_t n_conditions = below(3);

		for (uint32_t i = 0; i < 2; i++)
			c[i] = (struct condition){i, below(3) == 0 ? COMPARE_MASKED_EQ : COMPARE_EQ,
						  values[below(5)], values[below(5)]};
		if (verdict.action == ACTION_ERRNO)
			verdict = (struct verdict){ACTION_ERRNO, true, 1};
		profile_add_rule(profile, names[below(4)], verdict, c, n_conditions);
	}
	return profile;
}

static void libseccomp_agrees(void **state)
{
	size_t refused = 0, told = 0;

	(void)state;
	state_of_random = 0x9e3779b97f4a7c15U;
	for (int i = 0; i < 4000; i++) {
		struct profile *profile = random_profile();
		struct warnings warnings = {0};
		struct filter filter = {0};
		bool conflict = false;

		rule_checks_conflicts(profile, &warnings);
		for (size_t j = 0; j < warnings.n; j++)
			conflict |= warnings.of[j].kind == WARNING_CONFLICT;
		bool compiled = filter_compile(profile, &filter);
		assert_int_equal(compiled, !conflict);
		refused += !compiled;
		told += conflict;
		filter_release(&filter);
		warnings_release(&warnings);
		(void)profile_free(profile);
	}
	print_message("libseccomp refused %zu, %zu were told of\n", refused, told);
	assert_true(refused > 200);
	assert_int_equal(told, refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wider_rule),
		cmocka_unit_test(narrow_arguments),
		cmocka_unit_test(too_many_values),
		cmocka_unit_test(the_same_conditions),
		cmocka_unit_test(contradictions_and_masks),
		cmocka_unit_test(constants),
		cmocka_unit_test(on_32_bits),
		cmocka_unit_test(left_out),
		cmocka_unit_test(together),
		cmocka_unit_test(through_a_multiplexer),
		cmocka_unit_test(as_libseccomp_has_it),
		cmocka_unit_test(without_conditions),
		cmocka_unit_test(enosys),
		cmocka_unit_test(libseccomp_agrees),
	};

	return cmocka_run_group_tests_name("rule checks", tests, NULL, NULL);
}

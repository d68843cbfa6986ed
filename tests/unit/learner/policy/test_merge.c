/*
 * Profiles united and intersected.
 *
 * Longer than others: the documents that are merged, and what comes of them, stand beside each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "documents.h"
#include "filters.h"
#include "merge.h"

#define HEAD "\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,"
#define X86_64 "\"architectures\":[\"SCMP_ARCH_X86_64\"],"
#define BOTH "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
#define ALLOW(names) "{\"names\":[" names "],\"action\":\"SCMP_ACT_ALLOW\"}"
#define ALLOW_IF(name, args) \
	"{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[" args "]}"
#define EPERM_FOR(name) "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1}"
#define EQ(index, value) "{\"index\":" #index ",\"value\":" #value ",\"op\":\"SCMP_CMP_EQ\"}"
#define CMP(index, op, value) \
	"{\"index\":" #index ",\"value\":" #value ",\"op\":\"SCMP_CMP_" #op "\"}"
#define PROFILE(head, syscalls) "{" head "\"syscalls\":[" syscalls "]}"

#define INPUTS_MAX 3

/* Merges documents; the caller frees the profile. NULL: it failed with an error about `problem`. */
static struct profile *merge(enum merge_how how, const char *const *texts, const char *warning,
			     const char *problem)
{
	static const char *const names[INPUTS_MAX] = {"a.json", "b.json", "c.json"};
	struct profile *inputs[INPUTS_MAX] = {0}, *merged = NULL;
	struct merge_warnings warnings = {0};
	struct err err = {0};
	size_t n = 0;

	for (; n < INPUTS_MAX && texts[n] != NULL; n++)
		inputs[n] = read_text(texts[n]);
	int r = merge_profiles((const struct profile *const *)inputs, names, n, how, &merged,
			       &warnings, &err);
	if (problem != NULL) {
		assert_true(r < 0);
		assert_non_null(strstr(err_text(&err), problem));
	} else if (r < 0) {
		fail_msg("%s", err_text(&err));
	}
	for (size_t i = warning != NULL; i < warnings.n; i++)
		print_message("warning: %s\n", warnings.text[i]);
	assert_int_equal(warnings.n, warning != NULL);
	if (warning != NULL && strstr(warnings.text[0], warning) == NULL)
		fail_msg("warning: %s", warnings.text[0]);
	merge_warnings_release(&warnings);
	err_done(&err);
	for (size_t i = 0; i < n; i++)
		(void)profile_free(inputs[i]);
	return merged;
}

/* The result is this document, to the letter. */
static void expect_merged(enum merge_how how, const char *const *texts, const char *warning,
			  const char *expected_text)
{
	struct profile *merged = merge(how, texts, warning, NULL);
	struct profile *expected = read_text(expected_text);

	if (!profile_equal(merged, expected)) {
		struct strbuf text = STRBUF_INIT;
		write_text(merged, SYNTAX_JSON, &text);
		fail_msg("merged: %s", text.s);
	}
	(void)profile_free(expected);
	(void)profile_free(merged);
}

#define UNION(expected, warning, ...) \
	expect_merged(MERGE_UNION, (const char *const[]){__VA_ARGS__, NULL}, warning, expected)
#define INTERSECTION(expected, warning, ...)                                                 \
	expect_merged(MERGE_INTERSECTION, (const char *const[]){__VA_ARGS__, NULL}, warning, \
		      expected)

static void names_are_united_and_intersected(void **state)
{
	static const char a[] = PROFILE(HEAD X86_64, ALLOW("\"read\",\"write\""));
	static const char b[] = PROFILE(HEAD X86_64, ALLOW("\"read\",\"close\""));

	(void)state;
	UNION(PROFILE(HEAD X86_64, ALLOW("\"read\",\"write\",\"close\"")), NULL, a, b);
	INTERSECTION(PROFILE(HEAD X86_64, ALLOW("\"read\"")), NULL, a, b);
	UNION(a, NULL, a);
	INTERSECTION(a, NULL, a, a, a);
	/* A name that no ABI has stays what it is. */
	UNION(PROFILE(HEAD X86_64, ALLOW("\"pwrite\",\"read\"")), NULL,
	      PROFILE(HEAD X86_64, ALLOW("\"pwrite\"")), PROFILE(HEAD X86_64, ALLOW("\"read\"")));
}

/* What Podman has for socket where a container may not audit: two rules hold for 40. */
#define SOCKET                                                                                  \
	"{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1,\"args\":[" EQ(   \
		0, 40) "]},"                                                                    \
		       "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22," \
		       "\"args\":[" EQ(0, 16) "," EQ(2, 9) "]}," ALLOW_IF(                      \
			       "socket", EQ(0, 16) "," CMP(2, NE, 9)) "," ALLOW_IF("socket",    \
										   CMP(0, NE, 16))

static void one_alone(void **state)
{
	static const char socket[] = PROFILE(HEAD X86_64, SOCKET);
	struct profile *merged =
		merge(MERGE_UNION, (const char *const[]){socket, NULL}, NULL, NULL);
	struct strbuf text = STRBUF_INIT;

	(void)state;
	UNION(socket, NULL, socket);
	INTERSECTION(socket, NULL, socket);
	/* In the order in which they were written. */
	write_text(merged, SYNTAX_JSON, &text);
	struct profile *again = read_text(text.s);
	assert_int_equal(again->n_rules, 4);
	for (size_t i = 0; i < again->n_rules; i++)
		for (size_t k = 0; k < merged->n_rules; k++)
			if (verdict_equal(again->rules[i].verdict, merged->rules[k].verdict) &&
			    rule_compare_conditions(&again->rules[i], &merged->rules[k]) == 0)
				assert_int_equal(again->rules[i].order, merged->rules[k].order);
	strbuf_release(&text);
	(void)profile_free(again);
	(void)profile_free(merged);
}

#define X32_TOO "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X32\"],"
#define KILLING_X32 "\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"," X32_TOO
#define KILLING_X86                                    \
	"\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"," \
	"\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
#define CONDITION(index, op, value, two)                                                           \
	"{\"index\":" #index ",\"op\":\"SCMP_CMP_" op "\",\"value\":" #value ",\"valueTwo\":" #two \
	"}"
#define RULE_IF(name, action, conditions) \
	"{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_" action "\",\"args\":[" conditions "]}"

/* As a runtime reads it, which gives libseccomp the rules in the order of the document. */
static void expect_taken(enum merge_how how, const char *a, const char *b, const char *warning)
{
	struct profile *merged = merge(how, (const char *const[]){a, b, NULL}, warning, NULL);
	struct strbuf text = STRBUF_INIT;

	write_text(merged, SYNTAX_JSON, &text);
	(void)profile_free(merged);
	merged = read_text(text.s);
	assert_true(filter_compiles(merged));
	(void)profile_free(merged);
	strbuf_release(&text);
}

#define THREAD_KILLED(name) PROFILE(KILLING_X32, RULE_IF(name, "KILL_THREAD", ""))
#define ALLOWED_IF(name)               \
	PROFILE(KILLING_X32,           \
		RULE_IF(name, "ALLOW", \
			CONDITION(2, "EQ", 2147483648, 0) "," CONDITION(4, "GT", 4294967295, 0)))

/*
 * Where arguments have 32 bits, conditions on the upper half are none: rules that exclude each other
 * elsewhere are there the same one, with two actions.
 */
static void upper_halves(void **state)
{
	(void)state;
	/* Which of them libseccomp is given first is not for the order of the files to decide. */
	expect_taken(MERGE_UNION, THREAD_KILLED("getpid"), ALLOWED_IF("getpid"), NULL);
	expect_taken(MERGE_UNION, ALLOWED_IF("getpid"), THREAD_KILLED("getpid"), NULL);
}

/*
 * The first rule is without conditions where arguments have 32 bits, but where x86 makes the call
 * through socketcall; and there it is as the second, before the rule for socketcall settles it.
 */
static void what_no_rules_can_say(void **state)
{
	static const char refused[] =
		PROFILE(KILLING_X86, RULE_IF("socket", "LOG",
					     CONDITION(1, "MASKED_EQ", 9223372036854775808,
						       0)) "," RULE_IF("socket", "ALLOW",
								       CONDITION(0, "EQ", 5, 0)));
	static const char other[] = PROFILE(KILLING_X86, RULE_IF("socketcall", "ALLOW", ""));

	(void)state;
	expect_taken(MERGE_UNION, refused, other, "socket: libseccomp does not take");
	expect_taken(MERGE_UNION, other, refused, "socket: libseccomp does not take");
}

/* Rules for a call that no ABI of the profile has are refused beside each other like any others. */
static void calls_that_no_abi_has(void **state)
{
	static const char longer_later[] = PROFILE(
		KILLING_X32, RULE_IF("socketcall", "LOG", CONDITION(1, "EQ", 3, 0)) "," RULE_IF(
				     "socketcall", "ALLOW",
				     CONDITION(1, "EQ", 3, 0) "," CONDITION(2, "EQ", 4, 0)));

	(void)state;
	expect_taken(MERGE_UNION, ALLOWED_IF("socketcall"), THREAD_KILLED("socketcall"), NULL);
	/* So they keep their order, too: one alone and what is the same in all come out as they are. */
	expect_taken(MERGE_UNION, longer_later, NULL, NULL);
	expect_taken(MERGE_INTERSECTION, longer_later, longer_later, NULL);
}

static void defaults_and_refusals(void **state)
{
	static const char list[] =
		PROFILE(HEAD X86_64, ALLOW("\"read\",\"mount\"") "," EPERM_FOR("bpf"));
	static const char deny[] =
		PROFILE("\"defaultAction\":\"SCMP_ACT_ALLOW\"," X86_64, EPERM_FOR("mount"));

	(void)state;
	/* Only what both refuse is refused: nothing that has a name. */
	UNION(PROFILE("\"defaultAction\":\"SCMP_ACT_ALLOW\"," X86_64, ""), NULL, list, deny);
	INTERSECTION(PROFILE(HEAD X86_64,
			     ALLOW("\"read\"") "," EPERM_FOR("mount") "," EPERM_FOR("bpf")),
		     NULL, list, deny);
	/* Equally strict: the first one's errno. */
	static const char eperm[] =
		PROFILE("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1," X86_64,
			ALLOW("\"close\""));
	UNION(PROFILE(HEAD X86_64, ALLOW("\"read\",\"mount\",\"close\"") "," EPERM_FOR("bpf")),
	      "default errno", list, eperm);
	UNION(PROFILE("\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1," X86_64,
		      ALLOW("\"read\",\"mount\",\"close\"")),
	      "default errno", eperm, list);
}

static void conditions(void **state)
{
	static const char a[] =
		PROFILE(HEAD X86_64,
			ALLOW_IF("personality", EQ(0, 0)) "," ALLOW_IF("personality", EQ(0, 8)));
	static const char b[] =
		PROFILE(HEAD X86_64,
			ALLOW_IF("personality", EQ(0, 8)) "," ALLOW_IF("personality", EQ(0, 16)));
	static const char all[] = PROFILE(HEAD X86_64, ALLOW("\"personality\""));

	(void)state;
	UNION(PROFILE(HEAD X86_64,
		      ALLOW_IF("personality", EQ(0, 0)) "," ALLOW_IF(
			      "personality", EQ(0, 8)) "," ALLOW_IF("personality", EQ(0, 16))),
	      NULL, a, b);
	INTERSECTION(PROFILE(HEAD X86_64, ALLOW_IF("personality", EQ(0, 8))), NULL, a, b);
	UNION(all, NULL, a, all);
	INTERSECTION(a, NULL, all, a);
	/* Conditions on different arguments are ANDed, and on the same one, if they can be. */
	INTERSECTION(PROFILE(HEAD X86_64, ALLOW_IF("socket", EQ(0, 1) "," EQ(1, 2))), NULL,
		     PROFILE(HEAD X86_64, ALLOW_IF("socket", EQ(0, 1))),
		     PROFILE(HEAD X86_64, ALLOW_IF("socket", EQ(1, 2))));
	INTERSECTION(PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, LT, 5))), NULL,
		     PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, LT, 5))),
		     PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, LT, 9))));
	/* 4 to 7, a range that OCI cannot say: as bits. */
	INTERSECTION(PROFILE(HEAD X86_64,
			     ALLOW_IF("socket",
				      "{\"index\":0,\"value\":18446744073709551612,\"valueTwo\":4,"
				      "\"op\":\"SCMP_CMP_MASKED_EQ\"}")),
		     NULL, PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, LT, 8))),
		     PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, GE, 4))));
}

/* Conditions of two profiles in one rule, wherever one can hold them. */
static void conditions_together(void **state)
{
#define ALLOW_ALL "\"defaultAction\":\"SCMP_ACT_ALLOW\"," BOTH
#define REFUSE_IF(name, args)                                                                     \
	"{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38,\"args\":[" args \
	"]}"
	static const char from_3[] = PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, GE, 3)));

	(void)state;
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, GE, 3) "," EQ(1, 2))), NULL,
		     from_3, PROFILE(HEAD BOTH, ALLOW_IF("ioctl", EQ(1, 2))));
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, GE, 5) "," CMP(1, NE, 2))), NULL,
		     from_3, PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, GT, 4))),
		     PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(1, NE, 2))));
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW_IF("ioctl", EQ(0, 4))), NULL, from_3,
		     PROFILE(HEAD BOTH,
			     ALLOW_IF("ioctl", EQ(0, 4)) "," ALLOW_IF("ioctl", EQ(0, 1))));
	/* What is not refused, under a default that refuses. */
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, NE, 5))), NULL,
		     PROFILE(HEAD BOTH, ALLOW("\"ioctl\"")),
		     PROFILE(ALLOW_ALL, REFUSE_IF("ioctl", EQ(0, 5))));
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW_IF("ioctl", CMP(0, GE, 3) "," CMP(1, LE, 7))), NULL,
		     from_3, PROFILE(ALLOW_ALL, REFUSE_IF("ioctl", CMP(1, GT, 7))));
	/* Refused by both. */
	UNION(PROFILE(ALLOW_ALL, REFUSE_IF("ioctl", CMP(0, GE, 3) "," EQ(1, 2))), NULL,
	      PROFILE(ALLOW_ALL, REFUSE_IF("ioctl", CMP(0, GE, 3))),
	      PROFILE(ALLOW_ALL, REFUSE_IF("ioctl", EQ(1, 2))));
}

/* Lists of values. */
static void long_lists(void **state)
{
	static const struct verdict allow = {.action = ACTION_ALLOW};
	struct merge_warnings warnings = {0};
	struct profile *lists[2], *merged;
	struct err err = {0};

	(void)state;
	for (int how = MERGE_UNION; how <= MERGE_INTERSECTION; how++) {
		for (uint64_t i = 0; i < 2; i++) {
			lists[i] = profile_new();
			profile_add_abi(lists[i], abi_by_name("x86_64"));
			for (uint64_t j = 0; j < 200; j++) {
				struct condition c = {1, COMPARE_EQ, 0x5400 + 100 * i + j, 0};
				profile_add_rule(lists[i], "ioctl", allow, &c, 1);
			}
			profile_sort(lists[i]);
		}
		assert_int_equal(merge_profiles((const struct profile *const *)lists,
						(const char *const[]){"a", "b"}, 2,
						(enum merge_how)how, &merged, &warnings, &err),
				 0);
		assert_int_equal(warnings.n, 0);
		assert_int_equal(merged->n_rules, how == MERGE_UNION ? 300 : 100);
		assert_int_equal(merged->rules[0].conditions[0].value,
				 how == MERGE_UNION ? 0x5400 : 0x5400 + 100);
		(void)profile_free(merged);
		(void)profile_free(lists[0]);
		(void)profile_free(lists[1]);
	}
	merge_warnings_release(&warnings);
}

/* Several order comparisons of one argument, which libseccomp compiles wrongly: as bits. */
static void no_orders_side_by_side(void **state)
{
	(void)state;
	UNION(PROFILE(HEAD X86_64,
		      ALLOW_IF("socket",
			       "{\"index\":0,\"value\":18446744073709551612,\"valueTwo\":0,"
			       "\"op\":\"SCMP_CMP_MASKED_EQ\"}") "," ALLOW_IF("socket",
									      "{\"index\":0,"
									      "\"value\":"
									      "9223372036854775808,"
									      "\"valueTwo\":"
									      "9223372036854775808,"
									      "\"op\":\"SCMP_CMP_"
									      "MASKED_EQ\"}")),
	      NULL, PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, LT, 4))),
	      PROFILE(HEAD X86_64, ALLOW_IF("socket", CMP(0, GE, 9223372036854775808))));
}

/* What libseccomp compiles wrongly in an input must not let pass what another input refuses. */
static void mistakes_stay_where_they_are(void **state)
{
#define ALLOWING "\"defaultAction\":\"SCMP_ACT_ALLOW\"," X86_64
#define KILLING "\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"," X86_64
#define RULE(action, args) \
	"{\"names\":[\"getpid\"],\"action\":\"SCMP_ACT_" action "\",\"args\":[" args "]}"
#define HALF CMP(0, LE, 9223372036854775808)
#define REST                                                                           \
	"{\"index\":0,\"value\":9223372036854775808,\"valueTwo\":0,\"op\":\"SCMP_CMP_" \
	"MASKED_EQ\"}"
	static const char once[] = PROFILE(ALLOWING, RULE("ERRNO", HALF));
	static const char twice[] = PROFILE(ALLOWING, RULE("ERRNO", HALF "," CMP(0, LE, 3)));

	(void)state;
	UNION(PROFILE(ALLOWING, RULE("TRACE", REST) "," RULE("TRACE", EQ(0, 9223372036854775808))),
	      NULL, once, PROFILE(KILLING, RULE("TRACE", HALF "," CMP(0, LE, 3))));
	INTERSECTION(once, NULL, once, twice);
	INTERSECTION(once, NULL, twice, once);
	/* Alone, or with its like, it is no worse than it was. */
	INTERSECTION(twice, NULL, twice, twice);
	UNION(twice, NULL, twice);
}

/* x86 makes socket also through socketcall, which nobody may have allowed. */
static void multiplexers(void **state)
{
#define ALLOWING_BOTH "\"defaultAction\":\"SCMP_ACT_ALLOW\"," BOTH
#define KILLING_BOTH "\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\"," BOTH
	static const char list[] = PROFILE(HEAD BOTH, ALLOW("\"read\",\"socket\""));
	static const char no_socketcall[] = PROFILE(ALLOWING_BOTH, EPERM_FOR("socketcall"));

	(void)state;
	/* The default cannot refuse it beside socket, a rule unlike the default can. */
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW("\"read\",\"socket\"") "," EPERM_FOR("socketcall")),
		     NULL, no_socketcall, list);
	/* Killing cannot be said otherwise, nor more strictly. */
	INTERSECTION(PROFILE(KILLING_BOTH, ALLOW("\"read\"")), "socketcall must be refused",
		     PROFILE(ALLOWING_BOTH,
			     "{\"names\":[\"socketcall\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"}"),
		     PROFILE(KILLING_BOTH, ALLOW("\"read\",\"socket\"")));
	/* Refused for socket alone, it is refused for bind as well. */
	INTERSECTION(PROFILE(HEAD BOTH, ALLOW("\"bind\",\"socket\"") "," EPERM_FOR("socketcall")),
		     "socketcall: rules for the calls",
		     PROFILE(ALLOWING_BOTH,
			     "{\"names\":[\"socketcall\"],\"action\":\"SCMP_ACT_ERRNO\","
			     "\"errnoRet\":38,\"args\":[" EQ(0, 1) "]}"),
		     PROFILE(HEAD BOTH, ALLOW("\"bind\",\"socket\"")));
	/* Nothing new where x86 is not there, and none where both have it. */
	UNION(list, NULL, list, PROFILE(HEAD BOTH, ALLOW("\"read\"")));
	INTERSECTION(PROFILE(HEAD X86_64, ALLOW("\"read\",\"socket\"")), NULL, list,
		     PROFILE(HEAD X86_64, ALLOW("\"read\",\"socket\"")));
}

/* Beyond the rules that there is room for, the result is stricter, and says so. */
static void conditions_beyond_words(void **state)
{
	(void)state;
	UNION(PROFILE(HEAD X86_64, ""), "ioctl",
	      PROFILE(HEAD X86_64, ALLOW_IF("ioctl", CMP(0, NE, 5) "," CMP(1, NE, 6))),
	      PROFILE(HEAD X86_64, ALLOW_IF("ioctl", CMP(2, NE, 7) "," CMP(3, NE, 8))));
}

static void abis(void **state)
{
	static const char wide[] = PROFILE(HEAD BOTH, ALLOW("\"read\",\"write\""));
	static const char native[] = PROFILE(HEAD X86_64, ALLOW("\"read\""));
	static const char more[] = PROFILE(HEAD X86_64, ALLOW("\"read\",\"close\""));
	static const char x86[] =
		PROFILE(HEAD "\"architectures\":[\"SCMP_ARCH_X86\"],", ALLOW("\"read\""));
	static const char arm64[] =
		PROFILE(HEAD "\"architectures\":[\"SCMP_ARCH_AARCH64\"],", ALLOW("\"read\""));

	(void)state;
	/* What the others add is there on x86 anyway. */
	UNION(wide, NULL, wide, native);
	/* close on x86 is what none of them has: x86 goes. */
	UNION(PROFILE(HEAD X86_64, ALLOW("\"read\",\"write\",\"close\"")), "x86 is left out", wide,
	      more);
	INTERSECTION(native, NULL, wide, more);
	struct profile *none = merge(MERGE_UNION, (const char *const[]){arm64, native, NULL}, NULL,
				     "no ABI in common");
	assert_null(none);
	/* The filter of what lists x86 alone has x86_64 as well. */
	UNION(PROFILE(HEAD BOTH, ALLOW("\"read\"")), NULL, x86, native);
	UNION(x86, NULL, x86, x86);
	INTERSECTION(native, NULL, x86, native);
	INTERSECTION(x86, NULL, x86,
		     PROFILE(HEAD "\"architectures\":[\"SCMP_ARCH_X86\"],",
			     ALLOW("\"read\",\"write\"")));
	/* Without a list it is this machine's; where nobody has one, nobody needs one. */
	UNION(PROFILE(HEAD, ALLOW("\"read\",\"write\"")), NULL, PROFILE(HEAD, ALLOW("\"read\"")),
	      PROFILE(HEAD, ALLOW("\"write\"")));
}

static void flags_and_listeners(void **state)
{
#define LOG "\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],"
#define LOG_SPEC "\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"],"
	static const char log[] = PROFILE(HEAD LOG X86_64, "");
	static const char plain[] = PROFILE(HEAD X86_64, "");

	(void)state;
	/* No list means SPEC_ALLOW to the runtimes. */
	UNION(PROFILE(HEAD LOG_SPEC X86_64, ""), NULL, log, plain);
	INTERSECTION(PROFILE(HEAD "\"flags\":[]," X86_64, ""), NULL, log, plain);
	UNION(log, NULL, log, log);
	UNION(plain, NULL, plain, plain);
#define LISTENER(path) "\"listenerPath\":\"" path "\"," X86_64
	UNION(PROFILE(HEAD LISTENER("/run/a"), ""), NULL, plain,
	      PROFILE(HEAD LISTENER("/run/a"), ""), PROFILE(HEAD LISTENER("/run/a"), ""));
	struct profile *none =
		merge(MERGE_INTERSECTION,
		      (const char *const[]){PROFILE(HEAD LISTENER("/run/a"), ""),
					    PROFILE(HEAD LISTENER("/run/b"), ""), NULL},
		      NULL, "a.json and b.json name different listeners");
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_united_and_intersected),
		cmocka_unit_test(one_alone),
		cmocka_unit_test(upper_halves),
		cmocka_unit_test(what_no_rules_can_say),
		cmocka_unit_test(calls_that_no_abi_has),
		cmocka_unit_test(defaults_and_refusals),
		cmocka_unit_test(conditions),
		cmocka_unit_test(conditions_together),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(no_orders_side_by_side),
		cmocka_unit_test(mistakes_stay_where_they_are),
		cmocka_unit_test(multiplexers),
		cmocka_unit_test(conditions_beyond_words),
		cmocka_unit_test(abis),
		cmocka_unit_test(flags_and_listeners),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}

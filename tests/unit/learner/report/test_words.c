/* The words for what happens to a call, which "show" and "diff" have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "show.h"
#include "words.h"

static void verdicts(void **state)
{
	static const struct {
		struct verdict verdict;
		const char *words;
	} cases[] = {
		{{ACTION_ALLOW, false, 0}, "ALLOW"},
		{{ACTION_KILL_PROCESS, false, 0}, "KILL_PROCESS"},
		{{ACTION_ERRNO, true, 38}, "ERRNO ENOSYS"},
		{{ACTION_ERRNO, true, 0}, "ERRNO 0"},
		{{ACTION_ERRNO, true, 4000}, "ERRNO 4000"},
		{{ACTION_ERRNO, true, UINT32_MAX}, "ERRNO 4294967295"},
		{{ACTION_ERRNO, false, 0}, "ERRNO"},
		/* Not an errno but a tracer's message. */
		{{ACTION_TRACE, true, 1}, "TRACE 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		words_add_verdict(cases[i].verdict, &out);
		assert_string_equal(out.s, cases[i].words);
	}
}

static void results(void **state)
{
	static const struct {
		int64_t result;
		const char *words;
	} cases[] = {
		{0, "0"},
		{-2, "-ENOENT"},
		{-4095, "-4095"},
		{-4096, "-4096"},
		{INT32_MAX, "2147483647"},
		/* What mmap gives a process of 32 bits. */
		{0xf7d00000, "0xf7d00000"},
		{INT64_MIN, "0x8000000000000000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		words_add_result(cases[i].result, &out);
		assert_string_equal(out.s, cases[i].words);
	}
}

/* "show" has the words of "diff": see also tests/golden/diff-profiles.txt. */
static void show_uses_them(void **state)
{
	const struct condition conditions[] = {
		{0, COMPARE_EQ, UINT32_MAX, 0},
		{1, COMPARE_MASKED_EQ, 0x7e020000, 0},
	};
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct profile *profile = profile_new();

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "clone", (struct verdict){ACTION_ERRNO, true, 1}, conditions, 2);
	profile_sort(profile);
	show_profile(profile, &out);
	assert_string_equal(out.s, "profile\n"
				   "  default  ERRNO ENOSYS\n"
				   "  ABIs     x86_64\n"
				   "\n"
				   "ERRNO EPERM: 1 rule\n"
				   "  clone if arg0 == 0xffffffff and (arg1 & 0x7e020000) == 0\n");
	profile_free(profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(results),
		cmocka_unit_test(show_uses_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

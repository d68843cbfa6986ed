#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "nearest.h"

static void distances(void **state)
{
	(void)state;

	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("", "abc"), 3);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("record", "record"), 0);
	assert_int_equal(nearest_distance("record", "recrd"), 1);
	assert_int_equal(nearest_distance("recrd", "record"), 1);
	assert_int_equal(nearest_distance("record", "rexord"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
}

/* Two neighbours swapped are one error, not two. */
static void swapped_letters(void **state)
{
	(void)state;

	assert_int_equal(nearest_distance("record", "reocrd"), 1);
	assert_int_equal(nearest_distance("ab", "ba"), 1);
	/* The optimal string alignment: a swapped pair is not edited again. */
	assert_int_equal(nearest_distance("ca", "abc"), 3);
}

static void near_words(void **state)
{
	static const char *const words[] = {"names", NULL, "action", "errnoRet", "args"};

	(void)state;
	assert_string_equal(nearest("name", words, 5), "names");
	assert_string_equal(nearest("errnoret", words, 5), "errnoRet");
	assert_string_equal(nearest("acton", words, 5), "action");
	assert_null(nearest("comment", words, 5));
	assert_null(nearest("", words, 5));
	cleanup_free char *longest = xmalloc(1000001);
	memset(longest, 'a', 1000000);
	longest[1000000] = '\0';
	assert_null(nearest(longest, words, 5));
}

/* What all begin with makes nothing alike, and need not be there. */
static void common_beginnings(void **state)
{
	static const char *const abis[] = {"SCMP_ARCH_X86", "SCMP_ARCH_PPC64", "SCMP_ARCH_ARM"};
	static const char *const actions[] = {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", NULL};
	static const char *const one[] = {"SCMP_ACT_ALLOW"};

	(void)state;
	assert_null(nearest("SCMP_ARCH_AMD64", abis, 3));
	assert_null(nearest("SCMP_ARCH_", abis, 3));
	assert_string_equal(nearest("SCMP_ARCH_PCC64", abis, 3), "SCMP_ARCH_PPC64");
	assert_string_equal(nearest("scmp_arch_arn", abis, 3), "SCMP_ARCH_ARM");
	assert_null(nearest("SCMP_ACT_DENY", actions, 3));
	assert_string_equal(nearest("allow", actions, 3), "SCMP_ACT_ALLOW");
	assert_string_equal(nearest("SCMP_ACT_ALOW", one, 1), "SCMP_ACT_ALLOW");
}

static void swapped_letters_are_near(void **state)
{
	static const char *const names[] = {"read", "write", "openat"};

	(void)state;
	assert_string_equal(nearest("raed", names, 3), "read");
	assert_string_equal(nearest("wirte", names, 3), "write");
	assert_string_equal(nearest("wriet", names, 3), "write");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(swapped_letters),
		cmocka_unit_test(near_words),
		cmocka_unit_test(common_beginnings),
		cmocka_unit_test(swapped_letters_are_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

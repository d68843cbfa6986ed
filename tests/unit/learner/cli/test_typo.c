#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "typo.h"

static const char *best(const char *word)
{
	static const char *const words[] = {"record", "generate", "diff", "show", "json", "yaml"};
	struct typo typo = {0};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		typo_offer(&typo, word, words[i]);
	return typo.best != NULL ? typo.best : "(none)";
}

static void near_words_are_found(void **state)
{
	(void)state;

	assert_string_equal(best("recrod"), "record");
	assert_string_equal(best("genrate"), "generate");
	assert_string_equal(best("dif"), "diff");
	assert_string_equal(best("jsno"), "json");
	assert_string_equal(best("record"), "record");
}

static void other_words_are_not(void **state)
{
	char endless[5000];

	(void)state;
	memset(endless, 'r', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_string_equal(best("verify"), "(none)");
	assert_string_equal(best("x"), "(none)");
	assert_string_equal(best(""), "(none)");
	assert_string_equal(best(endless), "(none)");
}

/* Of equally near ones the first counts, so that the answer does not depend on luck. */
static void first_of_equals(void **state)
{
	struct typo typo = {0};

	(void)state;
	typo_offer(&typo, "core", "cord");
	typo_offer(&typo, "core", "corn");
	assert_string_equal(typo.best, "cord");
	typo_offer(&typo, "core", "core");
	assert_string_equal(typo.best, "core");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_words_are_found),
		cmocka_unit_test(other_words_are_not),
		cmocka_unit_test(first_of_equals),
	};

	return cmocka_run_group_tests_name("typo", tests, NULL, NULL);
}

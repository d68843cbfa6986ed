/* What "show" says of a profile's rules that have no effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "show.h"

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict trap = {ACTION_TRAP, false, 0};
static const struct verdict enosys = {ACTION_ERRNO, true, 38};
static const struct condition is_one = {0, COMPARE_EQ, 1, 0};

/* What is shown of the rules, behind the head. Frees the profile. */
static void expect_rules(struct profile *profile, const char *expected)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	profile_sort(profile);
	show_profile(profile, &out);
	const char *rules = strstr(out.s, "\n\n");
	assert_non_null(rules);
	assert_string_equal(rules + 2, expected);
	(void)profile_free(profile);
}

static struct profile *profile_for(const char *abi)
{
	struct profile *profile = profile_new();

	profile_add_abi(profile, abi_by_name(abi));
	return profile;
}

/* The one without conditions counts wherever it stands. */
static void overruled(void **state)
{
	(void)state;
	for (int last = 0; last < 2; last++) {
		struct profile *profile = profile_for("x86_64");

		for (int i = 0; i < 2; i++)
			if (i == last)
				profile_add_rule(profile, "ioctl", trap, NULL, 0);
			else
				profile_add_rule(profile, "ioctl", allow, &is_one, 1);
		profile_add_rule(profile, "dup", allow, &is_one, 1);
		expect_rules(profile, "ALLOW: 2 rules\n"
				      "  dup if arg0 == 1\n"
				      "  ioctl if arg0 == 1  (no effect: a rule without conditions "
				      "overrules it)\n"
				      "\n"
				      "TRAP: 1 rule\n"
				      "  ioctl\n");
	}
}

/* Runtimes leave out what repeats the default, so it overrules nothing. */
static void the_default(void **state)
{
	struct profile *profile = profile_for("x86_64");

	(void)state;
	profile_add_rule(profile, "ioctl", enosys, NULL, 0);
	profile_add_rule(profile, "ioctl", allow, &is_one, 1);
	expect_rules(profile, "ALLOW: 1 rule\n"
			      "  ioctl if arg0 == 1\n"
			      "\n"
			      "ERRNO ENOSYS: 1 rule (the same as the default)\n"
			      "  ioctl\n");
}

/* On x86 the call can still be made by its own number. */
static void through_a_multiplexer(void **state)
{
	struct profile *profile = profile_for("x86");

	(void)state;
	profile_add_rule(profile, "socketcall", trap, NULL, 0);
	profile_add_rule(profile, "socket", allow, &is_one, 1);
	expect_rules(profile, "ALLOW: 1 rule\n"
			      "  socket if arg0 == 1\n"
			      "\n"
			      "TRAP: 1 rule\n"
			      "  socketcall\n");
}

static void masks(void **state)
{
	const struct condition outside = {0, COMPARE_MASKED_EQ, 1, 3};
	const struct condition inside = {0, COMPARE_MASKED_EQ, 3, 1};
	const struct condition nothing = {0, COMPARE_MASKED_EQ, 0, 0};
	struct profile *profile = profile_for("x86_64");

	(void)state;
	profile_add_rule(profile, "dup", allow, &outside, 1);
	profile_add_rule(profile, "dup3", allow, &inside, 1);
	/* A mask of nothing is no condition, and so overrules. */
	profile_add_rule(profile, "ioctl", allow, &is_one, 1);
	profile_add_rule(profile, "ioctl", trap, &nothing, 1);
	expect_rules(profile,
		     "ALLOW: 3 rules\n"
		     "  dup if (arg0 & 0x1) == 3  (bits outside of the mask have no effect)\n"
		     "  dup3 if (arg0 & 0x3) == 1\n"
		     "  ioctl if arg0 == 1  (no effect: a rule without conditions "
		     "overrules it)\n"
		     "\n"
		     "TRAP: 1 rule\n"
		     "  ioctl if (arg0 & 0x0) == 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overruled),
		cmocka_unit_test(the_default),
		cmocka_unit_test(through_a_multiplexer),
		cmocka_unit_test(masks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

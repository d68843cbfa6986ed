/* The profile as a value: its tables, its one sorted form, its equality. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "profile.h"

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict enosys = {ACTION_ERRNO, true, ENOSYS};

static void test_action_names(void **state)
{
	(void)state;
	for (int i = 0; i < ACTION_MAX; i++)
		assert_int_equal(action_by_oci_name(action_oci_name((enum action)i)), i);
	assert_int_equal(action_by_oci_name("SCMP_ACT_KILL"), ACTION_KILL_THREAD);
	assert_string_equal(action_oci_name(ACTION_KILL_THREAD), "SCMP_ACT_KILL_THREAD");
	assert_int_equal(action_by_oci_name("scmp_act_allow"), ACTION_INVALID);
	assert_int_equal(action_by_oci_name(""), ACTION_INVALID);
	for (int i = 0; i < ACTION_MAX; i++)
		assert_int_equal(action_takes_errno((enum action)i),
				 i == ACTION_ERRNO || i == ACTION_TRACE);
}

static void test_compare_names(void **state)
{
	(void)state;
	for (int i = 0; i < COMPARE_MAX; i++)
		assert_int_equal(compare_by_oci_name(compare_oci_name((enum compare)i)), i);
	assert_int_equal(compare_by_oci_name("SCMP_CMP_"), COMPARE_INVALID);
}

static void test_new_refuses_with_enosys(void **state)
{
	struct profile *profile = profile_new();

	(void)state;
	assert_true(verdict_equal(profile->fallback, enosys));
	assert_int_equal(profile->n_rules, 0);
	assert_false(profile->has_flags);
	assert_null(profile_free(profile));
	assert_null(profile_free(NULL));
}

static void test_sort_orders_and_drops_doubles(void **state)
{
	struct profile *profile = profile_new();

	(void)state;
	profile_add_abi(profile, abi_by_name("x86"));
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_abi(profile, abi_by_name("x86"));
	profile_add_flag(profile, "b");
	profile_add_flag(profile, "a");
	profile_add_flag(profile, "b");
	profile_add_rule(profile, "write", allow, NULL, 0);
	profile_add_rule(profile, "read", enosys, NULL, 0);
	profile_add_rule(profile, "write", allow, NULL, 0);
	profile_add_rule(profile, "read", allow, NULL, 0);
	profile_sort(profile);

	assert_int_equal(profile->n_abis, 2);
	assert_string_equal(profile->abis[0]->name, "x86_64");
	assert_int_equal(profile->n_flags, 2);
	assert_string_equal(profile->flags[0], "a");
	assert_true(profile->has_flags);
	assert_int_equal(profile->n_rules, 3);
	assert_string_equal(profile->rules[0].name, "read");
	assert_int_equal(profile->rules[0].verdict.action, ACTION_ALLOW);
	assert_int_equal(profile->rules[1].verdict.action, ACTION_ERRNO);
	assert_string_equal(profile->rules[2].name, "write");
	profile_free(profile);
}

static void test_sort_orders_conditions(void **state)
{
	const struct condition conditions[] = {
		{3, COMPARE_EQ, 5, 0},          {0, COMPARE_EQ, 2, 9},        {3, COMPARE_EQ, 5, 7},
		{0, COMPARE_EQ, UINT64_MAX, 0}, {1, COMPARE_MASKED_EQ, 1, 1},
	};
	struct profile *profile = profile_new();

	(void)state;
	profile_add_rule(profile, "socket", allow, conditions, 5);
	profile_add_rule(profile, "socket", allow, NULL, 0);
	profile_sort(profile);
	assert_int_equal(profile->rules[0].n_conditions, 0);

	const struct rule *rule = &profile->rules[1];
	assert_int_equal(rule->n_conditions, 4);
	assert_int_equal(rule->conditions[0].value, 2);
	assert_int_equal(rule->conditions[0].value_two, 0);
	assert_true(rule->conditions[1].value == UINT64_MAX);
	assert_int_equal(rule->conditions[2].index, 1);
	assert_int_equal(rule->conditions[2].value_two, 1);
	assert_int_equal(rule->conditions[3].index, 3);
	profile_free(profile);
}

static void test_sort_makes_errno_explicit(void **state)
{
	struct profile *profile = profile_new();

	(void)state;
	profile->fallback = (struct verdict){ACTION_ERRNO, false, 0};
	profile_add_rule(profile, "a", (struct verdict){ACTION_TRACE, false, 0}, NULL, 0);
	profile_add_rule(profile, "b", (struct verdict){ACTION_ALLOW, true, 5}, NULL, 0);
	profile_add_rule(profile, "c", (struct verdict){ACTION_ERRNO, true, 0}, NULL, 0);
	profile_sort(profile);
	assert_true(verdict_equal(profile->fallback, (struct verdict){ACTION_ERRNO, true, EPERM}));
	assert_true(verdict_equal(profile->rules[0].verdict,
				  (struct verdict){ACTION_TRACE, true, EPERM}));
	assert_true(verdict_equal(profile->rules[1].verdict, allow));
	assert_true(
		verdict_equal(profile->rules[2].verdict, (struct verdict){ACTION_ERRNO, true, 0}));
	profile_free(profile);
}

/* A profile in which every field is set, but for the n-th, which differs. */
static struct profile *variant(int n)
{
	struct profile *profile = profile_new();
	struct condition condition = {0, COMPARE_MASKED_EQ, 1, 2};

	if (n == 1)
		profile->fallback = allow;
	profile_add_abi(profile, abi_by_name(n == 2 ? "x86" : "x86_64"));
	if (n != 3)
		profile_add_flag(profile, n == 4 ? "g" : "f");
	profile->has_flags = n != 5;
	profile->listener_path = n == 6 ? NULL : strdup("p");
	profile->listener_metadata = strdup(n == 7 ? "n" : "m");
	condition.index = n == 8;
	condition.op = n == 9 ? COMPARE_EQ : COMPARE_MASKED_EQ;
	condition.value += n == 10;
	condition.value_two += n == 11;
	profile_add_rule(profile, n == 12 ? "x" : "y", n == 13 ? enosys : allow, &condition,
			 n != 14);
	if (n == 15)
		profile_add_rule(profile, "z", allow, NULL, 0);
	if (n == 16)
		profile_add_abi(profile, abi_by_name("arm"));
	profile_sort(profile);
	return profile;
}

static void test_equal_sees_every_field(void **state)
{
	struct profile *first = variant(0);

	(void)state;
	for (int n = 0; n <= 16; n++) {
		struct profile *other = variant(n);
		if (profile_equal(first, other) != (n == 0))
			fail_msg("variant %d", n);
		assert_int_equal(profile_equal(other, first), n == 0);
		profile_free(other);
	}
	profile_free(first);
}

static void test_equal_does_not_depend_on_order(void **state)
{
	struct profile *a = profile_new();
	struct profile *b = profile_new();

	(void)state;
	profile_add_rule(a, "read", allow, NULL, 0);
	profile_add_rule(a, "write", allow, NULL, 0);
	profile_add_rule(b, "write", allow, NULL, 0);
	profile_add_rule(b, "read", allow, NULL, 0);
	profile_add_rule(b, "read", allow, NULL, 0);
	profile_sort(a);
	profile_sort(b);
	assert_true(profile_equal(a, b));
	profile_free(a);
	profile_free(b);
}

/* As libseccomp does, to which runtimes do not give what repeats the default. */
static void of_contradictions_the_first_counts(void **state)
{
	static const struct verdict not_permitted = {ACTION_ERRNO, true, 1};
	static const struct verdict as_default = {ACTION_ERRNO, true, 38};
	static const struct condition condition = {0, COMPARE_EQ, 1, 0};

	(void)state;
	struct profile *a = profile_new(), *b = profile_new();
	profile_add_rule(a, "setns", as_default, NULL, 0);
	profile_add_rule(a, "setns", not_permitted, NULL, 0);
	profile_add_rule(a, "setns", not_permitted, &condition, 1);
	profile_add_rule(a, "bpf", allow, NULL, 0);
	profile_add_rule(a, "setns", allow, NULL, 0);
	profile_add_rule(a, "bpf", not_permitted, NULL, 0);
	profile_add_rule(b, "bpf", allow, NULL, 0);
	profile_add_rule(b, "setns", not_permitted, &condition, 1);
	profile_add_rule(b, "setns", as_default, NULL, 0);
	profile_add_rule(b, "setns", not_permitted, NULL, 0);
	profile_sort(a);
	profile_sort(b);
	assert_true(profile_equal(a, b));
	profile_sort(a);
	assert_true(profile_equal(a, b));
	(void)profile_free(a);
	(void)profile_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_action_names),
		cmocka_unit_test(test_compare_names),
		cmocka_unit_test(test_new_refuses_with_enosys),
		cmocka_unit_test(test_sort_orders_and_drops_doubles),
		cmocka_unit_test(test_sort_orders_conditions),
		cmocka_unit_test(test_sort_makes_errno_explicit),
		cmocka_unit_test(test_equal_sees_every_field),
		cmocka_unit_test(test_equal_does_not_depend_on_order),
		cmocka_unit_test(of_contradictions_the_first_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

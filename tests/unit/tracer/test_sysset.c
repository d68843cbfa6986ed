#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "sysset.h"

static void each_call_is_new_once(void **state)
{
	(void)state;
	static const int32_t numbers[] = {0, 1, 59, 9999, -1, INT32_MIN, INT32_MAX};
	const struct abi *abi = abi_by_name("x86_64");
	struct sysset set;
	size_t n = sizeof(numbers) / sizeof(numbers[0]);

	sysset_init(&set);
	for (size_t i = 0; i < n; i++) {
		assert_false(sysset_has(&set, abi, numbers[i]));
		assert_true(sysset_add(&set, abi, numbers[i]));
		assert_true(sysset_has(&set, abi, numbers[i]));
		assert_false(sysset_add(&set, abi, numbers[i]));
	}
	assert_int_equal(set.n, n);
	assert_int_equal(sysset_count(&set, abi), n);
	sysset_release(&set);
}

static void abis_are_apart(void **state)
{
	(void)state;
	struct sysset set;

	sysset_init(&set);
	for (size_t i = 0; i < abi_count; i++) {
		assert_int_equal(sysset_count(&set, &abi_table[i]), 0);
		assert_true(sysset_add(&set, &abi_table[i], 7));
		assert_int_equal(sysset_count(&set, &abi_table[i]), 1);
		assert_false(sysset_has(&set, &abi_table[i], 8));
	}
	assert_int_equal(set.n, abi_count);
	sysset_release(&set);
}

static void many_calls(void **state)
{
	(void)state;
	const struct abi *abi = abi_native();
	struct sysset set;

	sysset_init(&set);
	for (int32_t nr = -5000; nr < 5000; nr++)
		assert_true(sysset_add(&set, abi, nr));
	for (int32_t nr = -5000; nr < 5000; nr++)
		assert_false(sysset_add(&set, abi, nr));
	assert_false(sysset_has(&set, abi, 5000));
	assert_int_equal(set.n, 10000);
	sysset_release(&set);
}

static void released_twice(void **state)
{
	(void)state;
	struct sysset set;

	sysset_init(&set);
	sysset_add(&set, abi_native(), 1);
	sysset_release(&set);
	assert_int_equal(set.n, 0);
	sysset_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_is_new_once),
		cmocka_unit_test(abis_are_apart),
		cmocka_unit_test(many_calls),
		cmocka_unit_test(released_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

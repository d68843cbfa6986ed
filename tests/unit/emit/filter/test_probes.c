/* Arguments that show what rules do: compared with those of a search through all that could tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "probes.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define HIGH (UINT64_C(1) << 32)
#define NEAR 12

/* Of few bits, so that few arguments show all that conditions on them can tell. */
static const uint64_t values[] = {0, 1, 2, 3, 6, HIGH, HIGH | 2, UINT32_MAX, UINT64_MAX};

static size_t all_conditions(
	struct condition list[COMPARE_MAX * ARRAY_SIZE(values) * ARRAY_SIZE(values)])
{
	size_t n = 0;

	for (int op = 0; op < COMPARE_MAX; op++)
		for (size_t i = 0; i < ARRAY_SIZE(values); i++)
			for (size_t k = 0; k < (op == COMPARE_MASKED_EQ ? ARRAY_SIZE(values) : 1);
			     k++)
				list[n++] = (struct condition){.index = 1,
							       .op = (enum compare)op,
							       .value = values[i],
							       .value_two = values[k]};
	return n;
}

static struct compiled_rule rule_of(const struct condition *condition)
{
	struct compiled_rule made = {.n_conditions = 1};

	made.conditions[0] = *condition;
	return made;
}

/* Arguments around all of the values, and each bit by itself: the n-th. False past the end. */
static bool argument(size_t n, uint64_t *arg)
{
	static const uint64_t starts[] = {0,
					  HIGH,
					  2 * HIGH,
					  UINT32_MAX - NEAR,
					  UINT64_MAX - NEAR,
					  UINT64_MAX - UINT32_MAX - 1};
	const size_t i = n / (NEAR + 1), k = n % (NEAR + 1);

	if (i < ARRAY_SIZE(starts))
		*arg = starts[i] + k;
	else if (i < ARRAY_SIZE(starts) + 64)
		*arg = (UINT64_C(1) << (i - ARRAY_SIZE(starts))) ^ k;
	return i < ARRAY_SIZE(starts) + 64;
}

static bool covers(const struct compiled_rule *wide, const struct compiled_rule *narrow,
		   unsigned int bits)
{
	uint64_t args[COMPILED_ARGS] = {0};
	bool any = false;

	for (size_t i = 0; argument(i, &args[1]); i++) {
		if (!compiled_rule_holds(narrow, args, bits))
			continue;
		any = true;
		if (!compiled_rule_holds(wide, args, bits))
			return false;
	}
	return any;
}

/* Does none of the rules hold? */
static bool none(const struct compiled_rule made[3], const uint64_t args[COMPILED_ARGS],
		 unsigned int bits)
{
	return !compiled_rule_holds(&made[0], args, bits) &&
	       !compiled_rule_holds(&made[1], args, bits) &&
	       !compiled_rule_holds(&made[2], args, bits);
}

static bool probed_none(const struct compiled_rule made[3], unsigned int bits)
{
	struct probes *probes = probes_new(bits);
	uint64_t args[COMPILED_ARGS];
	bool found = false;

	probes_add(probes, made, 3);
	while (!found && probes_next(probes, 2000, args))
		found = none(made, args, bits);
	(void)probes_free(probes);
	return found;
}

/* Three rules, of which mostly one holds: is an argument found for which none does? */
static void exceptions(void **state)
{
	static struct condition list[COMPARE_MAX * ARRAY_SIZE(values) * ARRAY_SIZE(values)];
	size_t n = all_conditions(list), n_none = 0;
	uint64_t random = 0x9e3779b97f4a7c15U;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		const unsigned int bits = i % 2 == 0 ? 64 : 32;
		uint64_t args[COMPILED_ARGS] = {0};
		struct compiled_rule made[3];
		bool expected = false;

		for (size_t k = 0; k < ARRAY_SIZE(made); k++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			made[k] = rule_of(&list[random % n]);
		}
		for (size_t k = 0; !expected && argument(k, &args[1]); k++)
			expected = none(made, args, bits);
		n_none += expected;
		if (probed_none(made, bits) != expected)
			fail_msg("%zu, on %u bits: %s", i, bits, expected ? "missed" : "found");
	}
	assert_in_range(n_none, 5000, 19000);
}

static void covering(void **state)
{
	static struct condition list[COMPARE_MAX * ARRAY_SIZE(values) * ARRAY_SIZE(values)];
	static const unsigned int widths[] = {64, 32};
	size_t n = all_conditions(list), n_covered = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
				struct compiled_rule wide = rule_of(&list[i]),
						     narrow = rule_of(&list[k]);
				bool expected = covers(&wide, &narrow, widths[w]);

				n_covered += expected;
				if (probes_covers(&wide, &narrow, widths[w]) != expected)
					fail_msg("op %d of %#llx, %#llx and op %d of %#llx, %#llx "
						 "on %u bits",
						 (int)list[i].op, (unsigned long long)list[i].value,
						 (unsigned long long)list[i].value_two,
						 (int)list[k].op, (unsigned long long)list[k].value,
						 (unsigned long long)list[k].value_two, widths[w]);
			}
	assert_true(n_covered > n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(covering),
					   cmocka_unit_test(exceptions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

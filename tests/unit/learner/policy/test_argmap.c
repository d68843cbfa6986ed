#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "argmap.h"

static uint64_t state = 0x853c49e6748fea9bU;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* A number near a power of two, or any. */
static uint64_t random_value(void)
{
	uint64_t power = UINT64_C(1) << next() % 64;

	return next() % 4 == 0 ? next() : power + next() % 5 - 2;
}

static bool holds(const struct condition *c, uint64_t a)
{
	switch (c->op) {
	case COMPARE_NE:
		return a != c->value;
	case COMPARE_LT:
		return a < c->value;
	case COMPARE_LE:
		return a <= c->value;
	case COMPARE_EQ:
		return a == c->value;
	case COMPARE_GE:
		return a >= c->value;
	case COMPARE_GT:
		return a > c->value;
	default:
		return (a & c->value) == (c->value_two & c->value);
	}
}

/* Two conditions on one argument, one on another, against what they say. */
static void conditions_hold_where_they_should(void **unused)
{
	struct argmap *map = argmap_new();

	(void)unused;
	for (int i = 0; i < 3000; i++) {
		struct condition c[3];
		for (size_t j = 0; j < 3; j++) {
			c[j] = (struct condition){j < 2 ? 1 : 5,
						  (enum compare)(next() % COMPARE_MAX),
						  random_value(), random_value()};
			if (c[j].op == COMPARE_MASKED_EQ)
				c[j].value_two &= c[j].value;
		}
		argmap_reset(map);
		size_t n = 1 + next() % 3;
		argmap_ref f = argmap_where(map, c, n, 64, 42);
		for (int k = 0; k < 40; k++) {
			uint64_t args[ARGMAP_ARGS] = {0, random_value(), 0, 0, 0, random_value()};
			const struct condition *near = &c[next() % 3];
			args[near->index] = near->value + next() % 3 - 1;
			bool expected = true;
			for (size_t j = 0; j < n; j++)
				expected &= holds(&c[j], args[c[j].index]);
			assert_int_equal(argmap_value(map, f, args), expected ? 42 : 0);
		}
	}
	(void)argmap_free(map);
}

/* However it is said: the same function is the same reference. */
static void equal_functions_are_equal(void **unused)
{
	struct argmap *map = argmap_new();
	const struct condition below_8 = {0, COMPARE_LT, 8, 0};
	const struct condition no_high_bits = {0, COMPARE_MASKED_EQ, ~UINT64_C(7), 0};
	const struct condition all = {0, COMPARE_GE, 0, 0}, none = {0, COMPARE_LT, 0, 0};
	const struct condition ends[] = {{0, COMPARE_GE, 3, 0}, {0, COMPARE_LE, 3, 0}};
	const struct condition three = {0, COMPARE_EQ, 3, 0};
	const struct condition high = {2, COMPARE_EQ, UINT64_C(1) << 40 | 9, 0};
	const struct condition low = {2, COMPARE_EQ, 9, 0};

	(void)unused;
	assert_int_equal(argmap_where(map, &below_8, 1, 64, 1),
			 argmap_where(map, &no_high_bits, 1, 64, 1));
	assert_int_equal(argmap_where(map, &all, 1, 64, 7), argmap_constant(map, 7));
	assert_int_equal(argmap_where(map, &none, 1, 64, 7), argmap_constant(map, 0));
	assert_int_equal(argmap_where(map, ends, 2, 64, 1), argmap_where(map, &three, 1, 64, 1));
	assert_int_not_equal(argmap_where(map, &high, 1, 64, 1), argmap_where(map, &low, 1, 64, 1));
	assert_int_equal(argmap_where(map, &high, 1, 32, 1), argmap_where(map, &low, 1, 32, 1));
	assert_int_equal(argmap_where(map, NULL, 0, 64, 5), argmap_constant(map, 5));
	/* Eight single values are the eight below 8. */
	argmap_ref f = argmap_constant(map, 0);
	for (uint64_t i = 0; i < 8; i++) {
		const struct condition one = {0, COMPARE_EQ, i, 0};
		f = argmap_or(map, f, argmap_where(map, &one, 1, 64, 1));
	}
	assert_int_equal(f, argmap_where(map, &below_8, 1, 64, 1));
	(void)argmap_free(map);
}

static uint64_t note_pair(void *ctx, uint64_t a, uint64_t b)
{
	bool(*seen)[3] = ctx;

	seen[a][b] = true;
	return a * 3 + b;
}

/* Only pairs that some arguments give. */
static void combining_meets_what_there_is(void **unused)
{
	struct argmap *map = argmap_new();
	const struct condition small = {0, COMPARE_LT, 10, 0}, smaller = {0, COMPARE_LT, 5, 0};
	bool seen[3][3] = {0};

	(void)unused;
	argmap_ref f = argmap_combine(map, argmap_where(map, &small, 1, 64, 1),
				      argmap_where(map, &smaller, 1, 64, 2), note_pair, seen);
	assert_true(seen[0][0] && seen[1][0] && seen[1][2]);
	assert_false(seen[0][2]);
	for (uint64_t i = 0; i < 12; i++) {
		const uint64_t args[ARGMAP_ARGS] = {i};
		assert_int_equal(argmap_value(map, f, args), i < 5 ? 5 : (i < 10 ? 3 : 0));
	}
	(void)argmap_free(map);
}

static bool in_cube(const struct argmap_cube *cube, const uint64_t *args)
{
	for (size_t i = 0; i < ARGMAP_ARGS; i++)
		if ((args[i] & cube->mask[i]) != cube->value[i])
			return false;
	return true;
}

static void cubes_cover_exactly(void **unused)
{
	struct argmap *map = argmap_new();
	struct argmap_cube cubes[200];

	(void)unused;
	for (int i = 0; i < 300; i++) {
		const struct condition c[] = {
			{0, (enum compare)(next() % COMPARE_MAX), random_value(), 3},
			{3, COMPARE_MASKED_EQ, next(), next()},
		};
		argmap_reset(map);
		argmap_ref f = argmap_where(map, c, 2, 64, 9);
		size_t n = argmap_cubes(map, f, 9, cubes, 200);
		assert_true(n <= 200);
		for (int k = 0; k < 50; k++) {
			uint64_t args[ARGMAP_ARGS] = {c[0].value + next() % 5 - 2};
			args[3] = (next() & ~c[1].value) | (c[1].value_two & c[1].value);
			size_t in = 0;
			for (size_t j = 0; j < n; j++)
				in += in_cube(&cubes[j], args);
			assert_int_equal(in, argmap_value(map, f, args) == 9);
		}
	}
	const struct condition other = {1, COMPARE_NE, 0, 0};
	argmap_reset(map);
	argmap_ref f = argmap_where(map, &other, 1, 64, 1);
	assert_int_equal(argmap_cubes(map, f, 1, cubes, 200), 64);
	assert_int_equal(argmap_cubes(map, f, 1, cubes, 10), 11);
	assert_int_equal(argmap_cubes(map, f, 5, cubes, 10), 0);
	(void)argmap_free(map);
}

/* Products of many random masks grow beyond every bound: it is said, and not for ever. */
static void too_much_is_said(void **unused)
{
	struct argmap *map = argmap_new();
	argmap_ref f = argmap_constant(map, 0);

	(void)unused;
	for (int i = 0; i < 4000 && !argmap_overflowed(map); i++) {
		struct condition c[ARGMAP_ARGS];
		for (uint32_t j = 0; j < ARGMAP_ARGS; j++)
			c[j] = (struct condition){j, COMPARE_MASKED_EQ, next() & next() >> 7,
						  next()};
		f = argmap_or(map, f, argmap_where(map, c, ARGMAP_ARGS, 64, 1));
	}
	assert_true(argmap_overflowed(map));
	argmap_reset(map);
	assert_false(argmap_overflowed(map));
	assert_int_equal(argmap_value(map, argmap_constant(map, 3), (uint64_t[ARGMAP_ARGS]){0}), 3);
	(void)argmap_free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_hold_where_they_should),
		cmocka_unit_test(equal_functions_are_equal),
		cmocka_unit_test(combining_meets_what_there_is),
		cmocka_unit_test(cubes_cover_exactly),
		cmocka_unit_test(too_much_is_said),
	};

	return cmocka_run_group_tests_name("argmap", tests, NULL, NULL);
}

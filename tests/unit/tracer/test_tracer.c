/* What a tracer is told before anything runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "tracer.h"

/* They are not counted as learnt, however often they are known, on any ABI. */
static void known_calls_are_not_counted(void **state)
{
	const struct observer nobody = {0};
	const struct tracer_options options = {.tuning = tuning_default};
	struct tracer *tracer = tracer_new(NULL, &nobody, NULL, &options);

	(void)state;
	for (int i = 0; i < 2; i++) {
		tracer_know(tracer, abi_by_name("x86_64"), 0);
		tracer_know(tracer, abi_by_name("x86_64"), -1);
		tracer_know(tracer, abi_by_name("x86_64"), INT32_MAX);
		tracer_know(tracer, abi_by_name("x86"), 0);
	}
	const struct tracer_figures figures = tracer_figures(tracer);
	assert_int_equal(figures.calls, 0);
	for (size_t i = 0; i < abi_count; i++)
		assert_int_equal(figures.calls_of[i], 0);
	tracer_free(tracer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_calls_are_not_counted),
	};

	return cmocka_run_group_tests_name("tracer", tests, NULL, NULL);
}

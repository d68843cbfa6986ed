#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "err.h"

static void set_returns_negative_errno_and_keeps_the_text(void **state)
{
	(void)state;
	struct err err = {0};

	assert_int_equal(err_set(&err, EINVAL, "no %s in %d", "cat", 3), -EINVAL);
	assert_string_equal(err_text(&err), "no cat in 3");
	err_done(&err);
}

static void sys_adds_the_systems_text(void **state)
{
	(void)state;
	struct err err = {0};

	assert_int_equal(err_sys(&err, ENOENT, "cannot open '%s'", "x"), -ENOENT);
	assert_string_equal(err_text(&err), "cannot open 'x': No such file or directory");
	err_done(&err);
}

static void wrap_puts_context_before(void **state)
{
	(void)state;
	struct err err = {0};
	int r = err_set(&err, ERANGE, "too large");

	assert_int_equal(err_wrap(&err, r, "line %d", 7), -ERANGE);
	assert_int_equal(err_wrap(&err, r, "app.rec"), -ERANGE);
	assert_string_equal(err_text(&err), "app.rec: line 7: too large");
	err_done(&err);
}

static void a_later_message_replaces_the_earlier(void **state)
{
	(void)state;
	struct err err = {0};

	(void)err_set(&err, EINVAL, "first");
	(void)err_set(&err, EIO, "second after %s", err_text(&err));
	assert_string_equal(err_text(&err), "second after first");
	(void)err_sys(&err, EIO, "third");
	assert_string_equal(err_text(&err), "third: Input/output error");
	err_done(&err);
}

static void no_struct_is_fine(void **state)
{
	(void)state;

	assert_int_equal(err_set(NULL, EINVAL, "x"), -EINVAL);
	assert_int_equal(err_sys(NULL, EIO, "x"), -EIO);
	assert_int_equal(err_wrap(NULL, -3, "x"), -3);
	assert_non_null(err_text(NULL));
}

static void text_is_never_null(void **state)
{
	(void)state;
	struct err err = {0};

	assert_string_equal(err_text(&err), "unknown error");
	(void)err_wrap(&err, -1, "reading");
	assert_string_equal(err_text(&err), "reading: unknown error");
	err_done(&err);
	assert_null(err.msg);
	err_done(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_returns_negative_errno_and_keeps_the_text),
		cmocka_unit_test(sys_adds_the_systems_text),
		cmocka_unit_test(wrap_puts_context_before),
		cmocka_unit_test(a_later_message_replaces_the_earlier),
		cmocka_unit_test(no_struct_is_fine),
		cmocka_unit_test(text_is_never_null),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}

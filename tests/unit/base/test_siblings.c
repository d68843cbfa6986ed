#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "siblings.h"
#include "syscalls.h"

static void siblings(void **unused)
{
	static const char *const pairs[][2] = {
		{"clone", "clone3"},       {"open", "openat"},  {"openat", "openat2"},
		{"stat", "newfstatat"},    {"lstat", "statx"},  {"futex", "futex_time64"},
		{"socketcall", "connect"}, {"mount", "fsopen"}, {"getuid", "getuid32"},
		{"poll", "ppoll_time64"},  {"fork", "vfork"},
	};
	static const char *const others[][2] = {
		{"open", "open"},     {"bind", "connect"}, {"read", "write"},
		{"shmget", "semget"}, {"stat", "lstat"},   {"", ""},
		{"pen", "openat"},    {"unlink", "rmdir"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!siblings_are(pairs[i][0], pairs[i][1]) ||
		    !siblings_are(pairs[i][1], pairs[i][0]))
			fail_msg("%s and %s are siblings", pairs[i][0], pairs[i][1]);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (siblings_are(others[i][0], others[i][1]))
			fail_msg("%s and %s are no siblings", others[i][0], others[i][1]);
}

/* Two calls at least, none twice, each of some ABI; a reason says something. */
static void families_are_sound(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < family_count; i++) {
		const struct family *family = &family_table[i];
		cleanup_free char *calls = xstrdup(family->calls);
		char *rest = calls + strspn(calls, "*"), *name, *first = NULL;
		size_t n = 0;
		while ((name = strsep(&rest, " ")) != NULL) {
			if (!syscalls_known(name))
				fail_msg("%s: unknown '%s'", family->calls, name);
			if (first != NULL && strcmp(first, name) == 0)
				fail_msg("%s: '%s' twice", family->calls, name);
			/* The first is a sibling of each, whatever the family is like. */
			if (first != NULL && !family_joins(family, first, name))
				fail_msg("%s: '%s' does not join", family->calls, name);
			first = first != NULL ? first : name;
			n++;
		}
		assert_true(n >= 2);
		assert_true(family->why == NULL || strlen(family->why) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siblings),
		cmocka_unit_test(families_are_sound),
	};

	return cmocka_run_group_tests_name("siblings", tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <seccomp.h>
#include <string.h>

#include "abi.h"
#include "syscalls.h"

static void is(const char *abi_name, int32_t nr, const char *expected)
{
	const struct abi *abi = abi_by_name(abi_name);
	char name[SYSCALL_NAME_MAX];
	int32_t back = -1;

	assert_non_null(abi);
	if (!syscalls_name(abi, nr, name))
		fail_msg("%s %d has no name", abi_name, nr);
	assert_string_equal(name, expected);
	if (!syscalls_number(abi, expected, &back))
		fail_msg("%s %s has no number", abi_name, expected);
	assert_int_equal(back, nr);
}

static void well_known(void **state)
{
	(void)state;

	is("x86_64", 0, "read");
	is("x86_64", 257, "openat");
	is("x86_64", 435, "clone3");
	is("x86", 1, "exit");
	is("x86", 403, "clock_gettime64");
	is("x32", 0, "read");
	is("x32", 512, "rt_sigaction");
	is("aarch64", 64, "write");
	is("arm", 4, "write");
	is("mips", 4004, "write");
	is("s390x", 4, "write");
}

/* libseccomp answers these with its negative stand-ins. */
static void direct_numbers_of_multiplexed_calls(void **state)
{
	(void)state;

	is("x86", 359, "socket");
	is("x86", 102, "socketcall");
	is("x86", 362, "connect");
	is("x86", 117, "ipc");
	is("x86", 395, "shmget");
}

static void multiplexed_calls(void **state)
{
	static const struct {
		const char *abi, *name;
		int32_t nr;
		uint32_t subcall;
	} cases[] = {
		{"x86", "socket", 102, 1},     {"x86", "accept", 102, 5},
		{"x86", "sendmmsg", 102, 20},  {"x86", "semop", 117, 1},
		{"x86", "semtimedop", 117, 4}, {"x86", "shmctl", 117, 24},
		{"s390x", "bind", 102, 2},     {"ppc64le", "send", 102, 9},
		{"mips", "socket", 4102, 1},   {"mipsel", "ipc", -1, 0},
		{"x86", "socketcall", -1, 0},  {"x86", "read", -1, 0},
		{"x86_64", "socket", -1, 0},   {"x86_64", "send", -1, 0},
		{"arm", "socket", -1, 0},      {"x32", "send", -1, 0},
		{"x86", "no_such", -1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t subcall = 0;
		int32_t nr = -1;
		bool found = syscalls_multiplexed(abi_by_name(cases[i].abi), cases[i].name, &nr,
						  &subcall);

		assert_int_equal(found, cases[i].nr != -1);
		if (!found)
			continue;
		assert_int_equal(nr, cases[i].nr);
		assert_int_equal(subcall, cases[i].subcall);
	}
}

static void newer_than_libseccomp_2_5_4(void **state)
{
	(void)state;

	is("x86_64", 451, "cachestat");
	is("x86_64", 452, "fchmodat2");
	is("x86_64", 462, "mseal");
	is("x86_64", 469, "file_setattr");
	is("x86_64", 335, "uretprobe");
	is("x86", 452, "fchmodat2");
	is("x32", 452, "fchmodat2");
	is("aarch64", 462, "mseal");
	is("mips", 4452, "fchmodat2");
	is("mips64", 5452, "fchmodat2");
}

static void what_has_no_name(void **state)
{
	(void)state;
	const struct abi *abi = abi_by_name("x86_64");
	static const int32_t numbers[] = {-1,   INT32_MIN, -101, -10001,   400,
					  1023, 9999,      4452, INT32_MAX};
	char name[SYSCALL_NAME_MAX];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		(void)strcpy(name, "before");
		if (syscalls_name(abi, numbers[i], name))
			fail_msg("%d was named %s", numbers[i], name);
		assert_string_equal(name, "");
	}
	/* libseccomp's stand-in for socket. */
	assert_false(syscalls_name(abi_by_name("x86"), -101, name));
	/* The x86_64-only ones are not on the ABIs that have other calls there, or none. */
	assert_false(syscalls_name(abi_by_name("aarch64"), 336, name));
}

static void what_has_no_number(void **state)
{
	(void)state;
	int32_t nr = 77;

	assert_false(syscalls_number(abi_by_name("x86_64"), "no_such_call", &nr));
	assert_false(syscalls_number(abi_by_name("x86_64"), "", &nr));
	assert_false(syscalls_number(abi_by_name("x86_64"), "socketcall", &nr));
	assert_false(syscalls_number(abi_by_name("aarch64"), "open", &nr));
	assert_false(syscalls_number(abi_by_name("aarch64"), "uretprobe", &nr));
	assert_int_equal(nr, 77);
}

/* Every name that is given out is found again, on every ABI. */
static void round_trip(void **state)
{
	(void)state;
	char name[SYSCALL_NAME_MAX];

	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		int32_t base = strcmp(abi->name, "x32") == 0 ? 0 : abi->nr_base;
		int named = 0;

		for (int32_t nr = base; nr < base + 600; nr++) {
			int32_t back = -1;
			if (!syscalls_name(abi, nr, name))
				continue;
			named++;
			assert_true(syscalls_known(name));
			if (!syscalls_number(abi, name, &back))
				fail_msg("%s: %s is not found", abi->name, name);
			if (back != nr)
				fail_msg("%s: %s is %d and %d", abi->name, name, nr, back);
		}
		/* The newest ones alone are 19. */
		assert_true(named >= 19);
	}
}

static void known_anywhere(void **state)
{
	(void)state;

	assert_true(syscalls_known("read"));
	assert_true(syscalls_known("clock_gettime64"));
	assert_true(syscalls_known("arm_fadvise64_64"));
	assert_true(syscalls_known("mseal"));
	assert_true(syscalls_known("uretprobe"));
	assert_false(syscalls_known("no_such_call"));
	assert_false(syscalls_known(""));
}

/* It holds whatever the installed library knows. */
static void newer_means_unknown_to_the_library(void **state)
{
	(void)state;
	const struct abi *abi = abi_by_name("x86_64");
	bool library_knows =
		seccomp_syscall_resolve_name_arch(abi->scmp, "mseal") != __NR_SCMP_ERROR;

	assert_int_equal(syscalls_newer_than_library(abi, "mseal"), !library_knows);
	assert_false(syscalls_newer_than_library(abi, "read"));
	assert_false(syscalls_newer_than_library(abi, "no_such_call"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_known),
		cmocka_unit_test(direct_numbers_of_multiplexed_calls),
		cmocka_unit_test(multiplexed_calls),
		cmocka_unit_test(newer_than_libseccomp_2_5_4),
		cmocka_unit_test(what_has_no_name),
		cmocka_unit_test(what_has_no_number),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(known_anywhere),
		cmocka_unit_test(newer_means_unknown_to_the_library),
	};

	return cmocka_run_group_tests_name("syscalls", tests, NULL, NULL);
}

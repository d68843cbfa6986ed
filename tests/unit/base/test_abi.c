#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <ctype.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"
#include "alloc.h"
#include "cleanup.h"

static const char *called(uint32_t audit, uint64_t raw_nr, int32_t expected_nr)
{
	int32_t nr = 12345;
	const struct abi *abi = abi_of_call(audit, raw_nr, &nr);

	assert_int_equal(nr, expected_nr);
	return abi != NULL ? abi->name : "(unknown)";
}

static void calls_of_x86(void **state)
{
	(void)state;

	assert_string_equal(called(AUDIT_ARCH_X86_64, 39, 39), "x86_64");
	assert_string_equal(called(AUDIT_ARCH_I386, 20, 20), "x86");
	assert_string_equal(called(AUDIT_ARCH_X86_64, 0x40000027, 39), "x32");
	assert_string_equal(called(AUDIT_ARCH_X86_64, 0x40000000, 0), "x32");
	/* The bit means nothing to the 32-bit ABI. */
	assert_string_equal(called(AUDIT_ARCH_I386, 0x40000027, 0x40000027), "x86");
}

/* Legal inputs to a kernel: -1 has bit 30 set and is no x32 call. */
static void strange_numbers(void **state)
{
	(void)state;

	assert_string_equal(called(AUDIT_ARCH_X86_64, UINT64_MAX, -1), "x86_64");
	assert_string_equal(called(AUDIT_ARCH_X86_64, 0xffffffff, -1), "x86_64");
	assert_string_equal(called(AUDIT_ARCH_X86_64, 0x80000000, INT32_MIN), "x86_64");
	assert_string_equal(called(AUDIT_ARCH_X86_64, 9999, 9999), "x86_64");
	/* The kernel looks at 32 bits only. */
	assert_string_equal(called(AUDIT_ARCH_X86_64, 0x100000001, 1), "x86_64");
}

static void other_machines(void **state)
{
	(void)state;

	assert_string_equal(called(AUDIT_ARCH_AARCH64, 64, 64), "aarch64");
	assert_string_equal(called(AUDIT_ARCH_ARM, 4, 4), "arm");
	assert_string_equal(called(AUDIT_ARCH_RISCV64, 64, 64), "riscv64");
	assert_string_equal(called(AUDIT_ARCH_MIPS, 4004, 4004), "mips");
	assert_string_equal(called(0x1234, 1, 1), "(unknown)");
}

static void every_abi_is_found_by_its_names(void **state)
{
	(void)state;

	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		int32_t nr;

		assert_ptr_equal(abi_by_name(abi->name), abi);
		assert_ptr_equal(abi_by_oci(abi->oci), abi);
		assert_int_equal(abi_index(abi), i);
		if (strcmp(abi->name, "x32") != 0)
			assert_ptr_equal(abi_of_call(abi->audit, 1, &nr), abi);
	}
	assert_null(abi_by_name("x86-64"));
	assert_null(abi_by_name(""));
	assert_null(abi_by_oci("x86_64"));
	assert_null(abi_by_oci("SCMP_ARCH_"));
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void no_name_stands_twice(void **state)
{
	(void)state;

	for (size_t i = 0; i < abi_count; i++) {
		for (size_t j = i + 1; j < abi_count; j++) {
			const struct abi *a = &abi_table[i], *b = &abi_table[j];
			if (a->scmp == b->scmp || same(a->docker, b->docker) ||
			    same(a->systemd, b->systemd))
				fail_msg("%s and %s share a name or token", a->name, b->name);
		}
	}
}

/* A runtime cuts "SCMP_ARCH_", makes it lower case and asks libseccomp. */
static void libseccomp_agrees_on_oci_names(void **state)
{
	(void)state;
	size_t known = 0;

	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		assert_memory_equal(abi->oci, "SCMP_ARCH_", strlen("SCMP_ARCH_"));
		cleanup_free char *name = xstrdup(abi->oci + strlen("SCMP_ARCH_"));
		for (char *c = name; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		uint32_t token = seccomp_arch_resolve_name(name);
		/* An older library does not know the newest ones. */
		if (token == 0)
			continue;
		known++;
		if (token != abi->scmp)
			fail_msg("%s: 0x%x instead of 0x%x", abi->oci, abi->scmp, token);
	}
	assert_true(known >= 15);
}

static void the_native_one(void **state)
{
	(void)state;
#ifdef __x86_64__
	assert_string_equal(abi_native()->name, "x86_64");
#elif defined(__aarch64__)
	assert_string_equal(abi_native()->name, "aarch64");
#else
	assert_int_equal(abi_native()->scmp, seccomp_arch_native());
#endif
}

/* libseccomp looks at both halves of an argument, or at one: its filter shows how often it loads. */
static void argument_bits(void **state)
{
	const struct scmp_arg_cmp condition = {0, SCMP_CMP_EQ, 7, 0};

	(void)state;
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
		struct sock_filter code[64];
		unsigned int loads = 0;

		if (abi != abi_native() && (seccomp_arch_add(ctx, abi->scmp) != 0 ||
					    seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE) != 0)) {
			/* This libseccomp does not know it. */
			seccomp_release(ctx);
			continue;
		}
		assert_int_equal(seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW,
							seccomp_syscall_resolve_name("personality"),
							1, &condition),
				 0);
		int fd = memfd_create("filter", MFD_CLOEXEC);
		assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
		ssize_t size = pread(fd, code, sizeof(code), 0);
		(void)close(fd);
		seccomp_release(ctx);
		for (ssize_t k = 0; k < size / (ssize_t)sizeof(code[0]); k++)
			loads += code[k].code == (BPF_LD | BPF_W | BPF_ABS) &&
				 code[k].k >= offsetof(struct seccomp_data, args);
		if (abi_argument_bits(abi) != 32 * loads)
			fail_msg("%s: %u loads", abi->name, loads);
	}
}

/* Each table's names are known, and no name is of two machines. */
static void every_name_is_known(void **state)
{
	const struct abi *abi, *other;
	const char *name;

	(void)state;
	for (size_t i = 0; i < abi_count; i++) {
		abi = &abi_table[i];
		assert_ptr_equal(abi_by_any_name(abi->name), abi);
		assert_ptr_equal(abi_by_any_name(abi->oci), abi);
		if (abi->docker != NULL)
			assert_ptr_equal(abi_by_any_name(abi->docker), abi);
		if (abi->systemd != NULL)
			assert_ptr_equal(abi_by_any_name(abi->systemd), abi);
	}
	for (size_t n = 0; (name = abi_synonym(n, &abi)) != NULL; n++) {
		assert_non_null(abi);
		assert_ptr_equal(abi_by_any_name(name), abi);
		assert_null(abi_by_name(name));
		for (size_t k = 0; k < n; k++)
			assert_string_not_equal(name, abi_synonym(k, &other));
	}
	assert_ptr_equal(abi_by_any_name("ARMHF"), abi_by_name("arm"));
	assert_null(abi_by_any_name(""));
	assert_null(abi_by_any_name("armv9"));
	assert_null(abi_by_any_name("native"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_x86),
		cmocka_unit_test(strange_numbers),
		cmocka_unit_test(other_machines),
		cmocka_unit_test(every_abi_is_found_by_its_names),
		cmocka_unit_test(no_name_stands_twice),
		cmocka_unit_test(libseccomp_agrees_on_oci_names),
		cmocka_unit_test(the_native_one),
		cmocka_unit_test(argument_bits),
		cmocka_unit_test(every_name_is_known),
	};

	return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}

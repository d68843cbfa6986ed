/* Dialect bpf: the program decides as the profile does, and is shown in words. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>

#include "alloc.h"
#include "bpf_show.h"
#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"
#include "syscalls.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct verdict allow = {ACTION_ALLOW, false, 0};

/* What the kernel would do, for the instructions that libseccomp writes. */
static uint32_t run(const struct strbuf *program, const struct seccomp_data *data)
{
	const struct sock_filter *at = (const struct sock_filter *)(const void *)program->s;
	uint32_t a = 0;

	for (;; at++) {
		bool jumps = false;
		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + at->k, sizeof(a));
			continue;
		case BPF_RET | BPF_K:
			return at->k;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= at->k;
			continue;
		case BPF_JMP | BPF_JA:
			at += at->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			jumps = a == at->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			jumps = a > at->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			jumps = a >= at->k;
			break;
		default:
			fail_msg("instruction %#x", at->code);
		}
		at += jumps ? at->jt : at->jf;
	}
}

static uint32_t decide(const struct strbuf *program, const char *abi_name, const char *name,
		       uint64_t arg0)
{
	const struct abi *abi = abi_by_name(abi_name);
	struct seccomp_data data = {.arch = abi->audit, .args = {arg0}};
	int32_t nr;

	assert_true(syscalls_number(abi, name, &nr));
	data.nr = (int)abi_raw_number(abi, nr);
	return run(program, &data);
}

static void need_x86_64(void)
{
	if (strcmp(abi_native()->name, "x86_64") != 0) {
		print_message("needs x86_64\n");
		skip();
	}
}

static void test_decides(void **state)
{
	const struct condition equal = {0, COMPARE_EQ, UINT64_MAX - 1, 0};
	const struct condition mask = {0, COMPARE_MASKED_EQ, 0xf00000000, 0x300000000};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	need_x86_64();
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_abi(profile, abi_by_name("x86"));
	profile_add_rule(profile, "read", allow, NULL, 0);
	profile_add_rule(profile, "waitpid", allow, NULL, 0);
	profile_add_rule(profile, "clone3", profile->fallback, NULL, 0);
	profile_add_rule(profile, "ptrace", (struct verdict){ACTION_KILL_PROCESS, false, 0}, NULL,
			 0);
	profile_add_rule(profile, "bpf", (struct verdict){ACTION_ERRNO, true, EACCES}, NULL, 0);
	profile_add_rule(profile, "getcpu", (struct verdict){ACTION_LOG, false, 0}, NULL, 0);
	profile_add_rule(profile, "personality", allow, &equal, 1);
	profile_add_rule(profile, "personality", allow, &mask, 1);
	profile_add_rule(profile, "no_such_call", allow, NULL, 0);
	write_text_as(profile, "bpf", NULL, &out);
	assert_true(bpf_is_program(out.s, out.len));
	assert_int_equal(decide(&out, "x86_64", "read", 0), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86", "read", 0), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86", "waitpid", 0), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86_64", "write", 0), SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(decide(&out, "x86_64", "clone3", 0), SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(decide(&out, "x86_64", "bpf", 0), SECCOMP_RET_ERRNO | EACCES);
	assert_true(decide(&out, "x86_64", "ptrace", 0) == SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(decide(&out, "x86_64", "getcpu", 0), SECCOMP_RET_LOG);
	assert_int_equal(decide(&out, "x86_64", "personality", UINT64_MAX - 1), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86_64", "personality", UINT64_MAX),
			 SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(decide(&out, "x86_64", "personality", 0x3ffffffff), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86_64", "personality", 0xfffffffe),
			 SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(decide(&out, "aarch64", "read", 0), SECCOMP_RET_KILL_THREAD);
	assert_int_equal(decide(&out, "x32", "read", 0), SECCOMP_RET_KILL_THREAD);
	profile_free(profile);
}

/* Not the machine's own, and a call that libseccomp 2.5.4 does not know. */
static void test_other_abi_and_newer(void **state)
{
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	need_x86_64();
	profile_add_abi(profile, abi_by_name("aarch64"));
	profile_add_rule(profile, "read", allow, NULL, 0);
	write_text_as(profile, "bpf", NULL, &out);
	assert_int_equal(decide(&out, "aarch64", "read", 0), SECCOMP_RET_ALLOW);
	assert_int_equal(decide(&out, "x86_64", "read", 0), SECCOMP_RET_KILL_THREAD);
	profile_free(profile);
	profile = profile_new();
	profile_add_rule(profile, "file_setattr", allow, NULL, 0);
	strbuf_cut(&out, 0);
	write_text_as(profile, "bpf", NULL, &out);
	assert_int_equal(decide(&out, "x86_64", "file_setattr", 0), SECCOMP_RET_ALLOW);
	profile_free(profile);
}

/* Calls that libseccomp 2.5.4 does not know, for several ABIs, of which it has no numbers then. */
static void test_newer_on_all(void **state)
{
	static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64", "mips"};
	static const char *const newer[] = {"mseal", "cachestat", "file_setattr"};
	const struct condition equal = {0, COMPARE_EQ, 1, 0};
	const struct context context = {0};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT, again = STRBUF_INIT;

	(void)state;
	need_x86_64();
	for (size_t i = 0; i < ARRAY_SIZE(abis); i++)
		if (strcmp(abis[i], "mips") != 0)
			profile_add_abi(profile, abi_by_name(abis[i]));
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		profile_add_rule(profile, newer[i], allow, NULL, 0);
	profile_add_rule(profile, "read", allow, NULL, 0);
	profile_add_rule(profile, "listmount", (struct verdict){ACTION_ERRNO, true, EACCES}, NULL,
			 0);
	profile_add_rule(profile, "statmount", profile->fallback, NULL, 0);
	expect_write_warnings(profile, "bpf", &context, &out, "");
	assert_true(bpf_is_program(out.s, out.len));
	for (size_t i = 0; i < ARRAY_SIZE(abis); i++) {
		bool there = strcmp(abis[i], "mips") != 0;
		uint32_t allowed = there ? SECCOMP_RET_ALLOW : SECCOMP_RET_KILL_THREAD;
		uint32_t refused = there ? SECCOMP_RET_ERRNO | ENOSYS : SECCOMP_RET_KILL_THREAD;

		for (size_t k = 0; k < ARRAY_SIZE(newer); k++)
			assert_int_equal(decide(&out, abis[i], newer[k], 0), allowed);
		assert_int_equal(decide(&out, abis[i], "read", 0), allowed);
		assert_int_equal(decide(&out, abis[i], "write", 0), refused);
		assert_int_equal(decide(&out, abis[i], "statmount", 0), refused);
		assert_int_equal(decide(&out, abis[i], "lsm_get_self_attr", 0), refused);
		if (there)
			assert_int_equal(decide(&out, abis[i], "listmount", 0),
					 SECCOMP_RET_ERRNO | EACCES);
	}
	/* With conditions there is no way, and a name that is none has no number. */
	profile_add_rule(profile, "setxattrat", allow, &equal, 1);
	profile_add_rule(profile, "wrong", allow, NULL, 0);
	expect_write_warnings(profile, "bpf", &context, &again,
			      "libseccomp here does not know \"setxattrat\": it is left out\n"
			      "libseccomp here does not know \"wrong\": it is left out\n");
	profile_free(profile);
}

/* What older versions of libseccomp make of it lets pass lseek(131073, 0, 65537, ...). */
static void test_miscompiled(void **state)
{
	const struct verdict trace = {ACTION_TRACE, true, 22};
	const struct condition many[] = {
		{0, COMPARE_LE, 131072, 0}, {2, COMPARE_LE, 65536, 0}, {4, COMPARE_NE, 65536, 0}};
	const struct condition one = {0, COMPARE_GT, UINT64_C(0x100000001), 0};
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct warnings warnings = {0};
	const struct context here = {0};
	struct err err = {0};

	(void)state;
	need_x86_64();
	profile_add_rule(profile, "lseek", trace, many, ARRAY_SIZE(many));
	profile_add_rule(profile, "lseek", allow, &one, 1);
	profile_add_rule(profile, "read", allow, NULL, 0);
	assert_int_equal(format_write_as(profile, dialect_by_name("bpf"), SYNTAX_NONE, &here,
					 &warnings, &out, &err),
			 0);
	struct seccomp_data data = {.arch = abi_by_name("x86_64")->audit,
				    .nr = 8,
				    .args = {0x20001, 0, 0x10001, 0, 0xff}};
	assert_int_equal(run(&out, &data), SECCOMP_RET_ERRNO | ENOSYS);
	assert_int_equal(decide(&out, "x86_64", "read", 0), SECCOMP_RET_ALLOW);
	/* A later version may make it right, and then need not say anything. */
	data.args[0] = UINT64_MAX;
	bool right = run(&out, &data) == SECCOMP_RET_ALLOW;
	assert_int_equal(warnings.n, right ? 0 : 1);
	if (!right)
		assert_non_null(strstr(warnings.of[0].text,
				       "makes a filter of the rules with which "
				       "lseek("));
	warnings_release(&warnings);
	profile_free(profile);
}

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define JUMP(op, k, jt, jf) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, jt, jf)

static void test_shown(void **state)
{
	static const struct sock_filter program[] = {
		/* 0 */ LOAD(4),
		/* 1 */ JUMP(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0),
		/* 2 */ BPF_STMT(BPF_JMP | BPF_JA, 9),
		/* 3 */ LOAD(0),
		/* 4 */ JUMP(BPF_JGE, 0x40000000, 7, 0),
		/* 5 */ JUMP(BPF_JEQ, 257, 4, 0),
		/* 6 */ JUMP(BPF_JGT, 16, 0, 5),
		/* 7 */ LOAD(24),
		/* 8 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff),
		/* 9 */ JUMP(BPF_JSET, 0x10, 1, 2),
		/* 10 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		/* 11 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		/* 12 */ LOAD(0),
		/* 13 */ JUMP(BPF_JEQ, 1, 0, 1),
		/* 14 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | 7),
		/* 15 */ BPF_STMT(BPF_RET | BPF_A, 0),
	};
	static const char *const expected[] = {
		"load arch",
		"if arch == x86_64 goto 3",
		"goto 12",
		"load nr",
		"if nr >= 0x40000000 goto 12",
		"if nr == openat goto 10",
		"if nr <= 16 (ioctl) goto 12",
		"load arg1.low",
		"A &= 0xff",
		"if A & 0x10 != 0 goto 11 else goto 12",
		"return ALLOW",
		"return ERRNO 38 (ENOSYS)",
		"load nr",
		/* From several ABIs: nobody knows the name. */
		"if nr != 1 goto 15",
		"return TRACE 7",
		"return A",
	};
	size_t n;

	(void)state;
	assert_true(bpf_is_program((const char *)program, sizeof(program)));
	struct bpf_line *lines = bpf_lines((const char *)program, sizeof(program), &n);
	assert_int_equal(n, ARRAY_SIZE(expected));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(lines[i].text, expected[i]);
	assert_int_equal(lines[4].jt, 7);
	assert_int_equal(lines[4].k, 0x40000000);
	bpf_lines_free(lines, n);
}

/* Two ways lead to the comparison, and only the first to come knows the ABI. */
static void test_shown_without_abi(void **state)
{
	static const struct sock_filter program[] = {
		/* 0 */ LOAD(4),
		/* 1 */ JUMP(BPF_JEQ, AUDIT_ARCH_X86_64, 0, 1),
		/* 2 */ BPF_STMT(BPF_JMP | BPF_JA, 1),
		/* 3 */ LOAD(8),
		/* 4 */ LOAD(0),
		/* 5 */ JUMP(BPF_JEQ, 1, 0, 1),
		/* 6 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		/* 7 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	size_t n;
	struct bpf_line *lines = bpf_lines((const char *)program, sizeof(program), &n);

	(void)state;
	assert_string_equal(lines[3].text, "load ip.low");
	assert_string_equal(lines[5].text, "if nr != 1 goto 7");
	assert_string_equal(lines[7].text, "return KILL_PROCESS");
	bpf_lines_free(lines, n);
}

static void test_is_program(void **state)
{
	const struct sock_filter good[] = {LOAD(0), JUMP(BPF_JEQ, 1, 0, 0),
					   BPF_STMT(BPF_RET | BPF_K, 0)};
	struct sock_filter bad[3];
	static const struct sock_filter wrong[] = {
		LOAD(64),                              /* past the end of the data */
		LOAD(2),                               /* not aligned */
		JUMP(BPF_JEQ, 1, 2, 0),                /* out of the program */
		BPF_STMT(BPF_JMP | BPF_JA, 2),         /* the same */
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), /* not in a filter */
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 2),
		BPF_STMT(BPF_ST, 16),
	};

	(void)state;
	assert_true(bpf_is_program((const char *)good, sizeof(good)));
	assert_false(bpf_is_program((const char *)good, sizeof(good) - 1));
	assert_false(bpf_is_program((const char *)good, sizeof(good[0])));
	assert_false(bpf_is_program("", 0));
	assert_false(bpf_is_program("{\"recording\":1}!", 16));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		memcpy(bad, good, sizeof(good));
		bad[1] = wrong[i];
		if (bpf_is_program((const char *)bad, sizeof(bad)))
			fail_msg("wrong instruction %zu was taken", i);
	}
}

/* Whatever is taken for a program can be shown. */
static void test_random_programs(void **state)
{
	uint64_t seed = 4;
	struct sock_filter program[8];
	size_t taken = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(program); k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			/* Any instruction of the classes LD (0) to MISC (7), few of them jumps. */
			program[k].code = (uint16_t)(seed >> 33 & 0x7f);
			program[k].jt = (uint8_t)(seed >> 41 & 1);
			program[k].jf = (uint8_t)(seed >> 43 & 1);
			program[k].k = (uint32_t)(seed >> 45 & 3) * 4;
		}
		program[ARRAY_SIZE(program) - 1].code = BPF_RET;
		size_t len = sizeof(program[0]) * (1 + (seed >> 40) % ARRAY_SIZE(program));
		const char *start = (const char *)&program[sizeof(program) / 8 - len / 8];
		if (!bpf_is_program(start, len))
			continue;
		size_t n;
		struct bpf_line *lines = bpf_lines(start, len, &n);
		for (size_t k = 0; k < n; k++)
			assert_true(lines[k].text[0] != '\0');
		bpf_lines_free(lines, n);
		taken++;
	}
	assert_true(taken > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decides),      cmocka_unit_test(test_other_abi_and_newer),
		cmocka_unit_test(test_newer_on_all), cmocka_unit_test(test_miscompiled),
		cmocka_unit_test(test_shown),        cmocka_unit_test(test_shown_without_abi),
		cmocka_unit_test(test_is_program),   cmocka_unit_test(test_random_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

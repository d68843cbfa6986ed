/* The sieve's program, played call by call: what is learnt passes, everything else is traced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "sieve.h"
#include "syscalls.h"

#define TRACED (SECCOMP_RET_TRACE | SIEVE_COOKIE)
#define PASSED SECCOMP_RET_ALLOW

/* The few instructions that the kernel's own bitmap builder understands, and JSET. */
static uint32_t play(const struct sieve *sieve, const struct seccomp_data *data,
		     bool *looks_at_args)
{
	uint32_t a = 0;

	*looks_at_args = false;
	for (size_t pc = 0; pc < sieve->n; pc++) {
		const struct sock_filter *i = &sieve->insns[pc];
		bool taken;
		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(i->k + sizeof(a) <= sizeof(*data));
			memcpy(&a, (const char *)data + i->k, sizeof(a));
			*looks_at_args =
				*looks_at_args || i->k >= offsetof(struct seccomp_data, args);
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			taken = a == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			taken = a >= i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			taken = (a & i->k) != 0;
			break;
		default:
			fail_msg("instruction 0x%x at %zu", i->code, pc);
			return 0;
		}
		pc += taken ? i->jt : i->jf;
	}
	fail_msg("the program runs over its end");
	return 0;
}

struct world {
	struct sysset learnt;
	struct watch watch;
	struct sieve sieve;
};

static void build(struct world *w)
{
	sieve_build(&w->sieve, &w->learnt, &w->watch);
	assert_true(w->sieve.n <= SIEVE_MAX);
}

static void setup(struct world *w)
{
	memset(w, 0, sizeof(*w));
	sysset_init(&w->learnt);
}

static void teardown(struct world *w)
{
	sysset_release(&w->learnt);
	watch_release(&w->watch);
}

static uint32_t ask(const struct world *w, uint32_t audit, uint32_t nr, uint64_t arg0)
{
	const struct seccomp_data data = {.nr = (int)nr, .arch = audit, .args = {arg0}};
	bool looks_at_args;

	return play(&w->sieve, &data, &looks_at_args);
}

/* Every number of every ABI of x86 machines, against the set itself. */
static void check_all(struct world *w)
{
	static const uint32_t tokens[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};

	for (size_t i = 0; i < 3; i++) {
		for (uint32_t n = 0; n < 2400; n++) {
			/* The second half is x32's. */
			uint32_t raw = n < 1200 ? n : (n - 1200) | 0x40000000;
			int32_t nr;
			const struct abi *abi = abi_of_call(tokens[i], raw, &nr);
			enum watched watched = watch_kind(&w->watch, abi, nr);
			bool learnt = sysset_has(&w->learnt, abi, nr);
			bool x32_clone = watched == WATCH_CLONE && n >= 1200;
			bool pass = learnt && !x32_clone &&
				    (!watch_opens_gap(watched) || watched == WATCH_CLONE);
			const struct seccomp_data data = {.nr = (int)raw, .arch = tokens[i]};
			bool looks_at_args;
			uint32_t got = play(&w->sieve, &data, &looks_at_args);
			if (got != (pass ? PASSED : TRACED))
				fail_msg("%s %d: 0x%x", abi->name, nr, got);
			/* Else the kernel could not answer for it from its bitmap. */
			assert_true(!looks_at_args || watched == WATCH_CLONE);
		}
	}
}

static void test_empty(void **state)
{
	struct world w;

	(void)state;
	setup(&w);
	build(&w);
	check_all(&w);
	assert_int_equal(ask(&w, 0x12345678, 0, 0), TRACED);
	teardown(&w);
}

static void test_edges(void **state)
{
	static const int32_t numbers[] = {0, 1, 2, 1000, 1001, 5, 1199, -1, 9999};
	struct world w;

	(void)state;
	setup(&w);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), numbers[i]);
	build(&w);
	check_all(&w);
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, 9999, 0), PASSED);
	/* -1 is what a tracer makes of a call to suppress it: it never passes. */
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, UINT32_MAX, 0), TRACED);
	assert_int_equal(ask(&w, AUDIT_ARCH_I386, 0, 0), TRACED);
	assert_int_equal(ask(&w, 0x12345678, 0, 0), TRACED);
	teardown(&w);
}

static void test_clone(void **state)
{
	struct world w;
	int32_t nr;

	(void)state;
	setup(&w);
	assert_true(syscalls_number(abi_by_name("x86_64"), "clone", &nr));
	(void)sysset_add(&w.learnt, abi_by_name("x86_64"), nr);
	(void)sysset_add(&w.learnt, abi_by_name("x86_64"), 0);
	build(&w);
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, 17), PASSED);
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, CLONE_UNTRACED | 17), TRACED);
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, 0, CLONE_UNTRACED), PASSED);
	teardown(&w);
}

/* Calls that can open a gap are looked at each time, learnt or not. */
static void test_watched(void **state)
{
	static const char *const names[] = {"clone3", "ptrace", "seccomp", "prctl",
					    "io_uring_setup"};
	static const char *const abis[] = {"x86_64", "x86"};
	struct world w;
	int32_t nr;

	(void)state;
	for (size_t a = 0; a < 2; a++) {
		const struct abi *abi = abi_by_name(abis[a]);
		setup(&w);
		for (int32_t n = 0; n < 480; n++)
			(void)sysset_add(&w.learnt, abi, n);
		build(&w);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			assert_true(syscalls_number(abi, names[i], &nr));
			assert_int_equal(ask(&w, abi->audit, (uint32_t)nr, 0), TRACED);
		}
		check_all(&w);
		teardown(&w);
	}
}

static void test_random(void **state)
{
	static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64"};

	(void)state;
	srandom(20261123);
	for (int round = 0; round < 40; round++) {
		struct world w;
		setup(&w);
		/* Up to 120 on an audit token: more than any program has needed, and they all fit. */
		for (size_t a = 0; a < 4; a++)
			for (int i = 0; i < round * (a == 2 ? 1 : 2); i++)
				(void)sysset_add(&w.learnt, abi_by_name(abis[a]),
						 (int32_t)(random() % 480));
		build(&w);
		check_all(&w);
		teardown(&w);
	}
}

/* Every second number: the most boundaries there can be. Too many are traced, never let pass. */
static void test_too_many(void **state)
{
	struct world w;

	(void)state;
	setup(&w);
	for (int32_t n = 0; n < 1000; n += 2)
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), n);
	build(&w);
	for (uint32_t n = 0; n < 1200; n++) {
		uint32_t got = ask(&w, AUDIT_ARCH_X86_64, n, 0);
		if (n % 2 == 1 || n >= 1000)
			assert_int_equal(got, TRACED);
		else
			assert_true(got == PASSED || got == TRACED);
	}
	assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, 0, 0), PASSED);
	teardown(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),  cmocka_unit_test(test_edges),
		cmocka_unit_test(test_clone),  cmocka_unit_test(test_watched),
		cmocka_unit_test(test_random), cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

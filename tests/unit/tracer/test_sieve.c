/* The sieve's program, played call by call: what is learnt passes, everything else is looked at. */
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
#include <sys/prctl.h>

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

static void build_kind(struct world *w, enum sieve_kind kind)
{
	sieve_build(&w->sieve, kind, &w->learnt, &w->watch);
	assert_int_equal(w->sieve.kind, kind);
	assert_true(w->sieve.n <= SIEVE_MAX);
}

static void build(struct world *w)
{
	build_kind(w, SIEVE_TRACES);
}

static uint32_t looked_at(const struct world *w)
{
	return w->sieve.kind == SIEVE_TRACES ? TRACED : SECCOMP_RET_USER_NOTIF;
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

/* Where its first argument is 0. On x32 the tested call is looked at each time. */
static bool passes(enum sieve_kind kind, enum watched watched, bool x32)
{
	switch (watched) {
	case WATCH_CLONE:
		return kind != SIEVE_TRACES || !x32;
	case WATCH_CLONE3:
		return kind != SIEVE_TRACES;
	case WATCH_PRCTL:
		return kind != SIEVE_TRACES && !x32;
	case WATCH_PTRACE:
	case WATCH_SECCOMP:
	case WATCH_IO_URING:
		return false;
	case WATCH_EXECUTES:
		return kind != SIEVE_NOTIFIES_EXEC;
	default:
		return true;
	}
}

/* Every number of every ABI of x86 machines, against the set itself. */
static void check_all(struct world *w)
{
	static const uint32_t tokens[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};
	enum watched tested = w->sieve.kind == SIEVE_TRACES ? WATCH_CLONE : WATCH_PRCTL;

	for (size_t i = 0; i < 3; i++) {
		for (uint32_t n = 0; n < 2400; n++) {
			/* The second half is x32's. */
			uint32_t raw = n < 1200 ? n : (n - 1200) | 0x40000000;
			int32_t nr;
			const struct abi *abi = abi_of_call(tokens[i], raw, &nr);
			enum watched watched = watch_kind(&w->watch, abi, nr);
			bool learnt = sysset_has(&w->learnt, abi, nr);
			bool pass = learnt && passes(w->sieve.kind, watched, n >= 1200);
			const struct seccomp_data data = {.nr = (int)raw, .arch = tokens[i]};
			bool looks_at_args;
			uint32_t got = play(&w->sieve, &data, &looks_at_args);
			if (got != (pass ? PASSED : looked_at(w)))
				fail_msg("%s %d: 0x%x", abi->name, nr, got);
			/* Else the kernel could not answer for it from its bitmap. */
			assert_true(!looks_at_args || watched == tested);
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

/* Each kind, with everything learnt and with nothing. */
static void test_kinds(void **state)
{
	static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64"};

	(void)state;
	for (int kind = SIEVE_TRACES; kind <= SIEVE_NOTIFIES_EXEC; kind++) {
		struct world w;
		setup(&w);
		build_kind(&w, (enum sieve_kind)kind);
		check_all(&w);
		for (size_t a = 0; a < 4; a++)
			for (int32_t n = 0; n < 480; n++)
				(void)sysset_add(&w.learnt, abi_by_name(abis[a]), n);
		build_kind(&w, (enum sieve_kind)kind);
		check_all(&w);
		assert_int_equal(ask(&w, 0x12345678, 0, 0), looked_at(&w));
		teardown(&w);
	}
}

/* Births are a tracer's matter: whoever is let go makes them as it likes. */
static void test_births_that_notify(void **state)
{
	static const char *const names[] = {"clone", "clone3", "fork", "vfork"};
	static const uint64_t flags[] = {0, 17, CLONE_UNTRACED, CLONE_UNTRACED | 17, UINT64_MAX};
	struct world w;
	int32_t nr;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setup(&w);
		assert_true(syscalls_number(abi_by_name("x86_64"), names[i], &nr));
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), 0);
		build_kind(&w, SIEVE_NOTIFIES);
		assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, 0), looked_at(&w));
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), nr);
		build_kind(&w, SIEVE_NOTIFIES);
		for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
			assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, flags[f]),
					 PASSED);
		teardown(&w);
	}
}

/* The option is an int: what stands above it in the register is not looked at by the kernel. */
static void test_prctl_that_notifies(void **state)
{
	static const uint64_t others[] = {0, PR_SET_NAME, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP | 64,
					  UINT32_MAX};
	struct world w;
	int32_t nr;

	(void)state;
	for (int kind = SIEVE_NOTIFIES; kind <= SIEVE_NOTIFIES_EXEC; kind++) {
		setup(&w);
		assert_true(syscalls_number(abi_by_name("x86_64"), "prctl", &nr));
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), 0);
		build_kind(&w, (enum sieve_kind)kind);
		/* Not before it is learnt. */
		assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, PR_SET_NAME),
				 SECCOMP_RET_USER_NOTIF);
		(void)sysset_add(&w.learnt, abi_by_name("x86_64"), nr);
		build_kind(&w, (enum sieve_kind)kind);
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, others[i]),
					 PASSED);
		assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr, PR_SET_SECCOMP),
				 SECCOMP_RET_USER_NOTIF);
		assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, (uint32_t)nr,
				     UINT64_C(5) << 32 | PR_SET_SECCOMP),
				 SECCOMP_RET_USER_NOTIF);
		/* The argument of another call is nothing to it. */
		assert_int_equal(ask(&w, AUDIT_ARCH_X86_64, 0, PR_SET_SECCOMP), PASSED);
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
		for (int kind = SIEVE_TRACES; kind <= SIEVE_NOTIFIES_EXEC; kind++) {
			build_kind(&w, (enum sieve_kind)kind);
			check_all(&w);
		}
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
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_watched),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_births_that_notify),
		cmocka_unit_test(test_prctl_that_notifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

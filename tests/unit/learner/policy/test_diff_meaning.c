/* What diff makes of conditions, decided by the arguments that calls can have; and of risks. */
#include "diffs.h"

#include <stdlib.h>
#include <string.h>

/* ---- Decided by what the arguments can be ---------------------------------------------------- */

static void the_same_set_of_arguments(void **state)
{
	(void)state;
	/* 0 to 7, said in three ways. */
	struct profile *ways[3];
	for (size_t i = 0; i < 3; i++)
		ways[i] = make_profile(enosys, "x86_64", "");
	add_if(ways[0], "personality", allow, COMPARE_LT, 8, 0);
	add_if(ways[1], "personality", allow, COMPARE_MASKED_EQ, ~UINT64_C(7), 0);
	for (uint64_t i = 0; i < 8; i++)
		add_if(ways[2], "personality", allow, COMPARE_EQ, i, 0);
	for (size_t i = 0; i < 3; i++)
		profile_sort(ways[i]);
	for (size_t i = 0; i < 3; i++) {
		struct diff *diff =
			diff_new(policy_of_profile(ways[i]), policy_of_profile(ways[(i + 1) % 3]));
		expect(diff, "", "");
		(void)diff_free(diff);
	}
	for (size_t i = 0; i < 3; i++)
		(void)profile_free(ways[i]);

	/* Everything but 5, and 5; a rule within another one. */
	struct profile *old = make_profile(enosys, "x86_64", "");
	add_if(old, "personality", allow, COMPARE_NE, 5, 0);
	add_if(old, "personality", allow, COMPARE_EQ, 5, 0);
	add_if(old, "ioctl", allow, COMPARE_GE, 7, 0);
	add_if(old, "ioctl", allow, COMPARE_EQ, 100, 0);
	struct profile *new = make_profile(enosys, "x86_64", "personality");
	add_if(new, "ioctl", allow, COMPARE_GT, 6, 0);
	expect_profiles(old, new, "", "");
}

static void wider_and_narrower(void **state)
{
	static const struct condition both[] = {{0, COMPARE_EQ, 1, 0}, {1, COMPARE_EQ, 2, 0}};
	struct profile *old = make_profile(enosys, "x86_64", "");
	struct profile *new = make_profile(enosys, "x86_64", "");

	(void)state;
	/* A condition more allows less. */
	profile_add_rule(old, "socket", allow, both, 2);
	profile_add_rule(new, "socket", allow, both, 1);
	profile_add_rule(old, "ioctl", allow, both, 1);
	profile_add_rule(new, "ioctl", allow, both, 2);
	/* A bit less looked at. */
	add_if(old, "clone", allow, COMPARE_MASKED_EQ, 0x7e020000, 0);
	add_if(new, "clone", allow, COMPARE_MASKED_EQ, 0x7e000000, 0);
	/* Ranges that overlap. */
	add_if(old, "dup", allow, COMPARE_LE, 10, 0);
	add_if(new, "dup", allow, COMPARE_GE, 5, 0);
	expect_profiles(old, new, "[x86_64] ~clone:> ~dup:>< ~ioctl:< ~socket:>", "");

	/* Left to another process is more than refused, and less than run. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_rule(new, "mount", (struct verdict){.action = ACTION_NOTIFY});
	add_rule(old, "ptrace", (struct verdict){.action = ACTION_TRACE});
	add_rule(new, "ptrace", kill_it);
	expect_profiles(old, new, "[x86_64] ~mount:> ~ptrace:<", "");

	/* Another errno for some arguments, and more of them. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_if(old, "socket", allow, COMPARE_EQ, 1, 0);
	add_if(new, "socket", allow, COMPARE_LE, 1, 0);
	add_if(new, "socket", eperm, COMPARE_EQ, 40, 0);
	expect_profiles(old, new, "[x86_64] ~socket:a>", "");

	/* A rule that can never hold is none. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	static const struct condition never[] = {{0, COMPARE_EQ, 1, 0}, {0, COMPARE_EQ, 2, 0}};
	profile_add_rule(new, "socket", allow, never, 2);
	expect_profiles(old, new, "", "");
}

/* Where registers have 32 bits, libseccomp looks at no more of a value. */
static void narrow_arguments(void **state)
{
	struct profile *old = make_profile(enosys, "x86_64 x86 x32", "");
	struct profile *new = make_profile(enosys, "x86_64 x86 x32", "");

	(void)state;
	add_if(old, "personality", allow, COMPARE_EQ, UINT64_C(1) << 32 | 5, 0);
	add_if(new, "personality", allow, COMPARE_EQ, 5, 0);
	expect_profiles(old, new, "[x86_64] ~personality:><", "");
}

/* A rule for a call that x86 multiplexes is one for the multiplexer, too, without arg0. */
static void multiplexed(void **state)
{
	static const struct condition type[] = {{0, COMPARE_EQ, 1, 0}, {1, COMPARE_EQ, 2, 0}};
	struct profile *old = make_profile(enosys, "x86_64 x86", "socket");
	struct profile *new = make_profile(enosys, "x86_64 x86", "");

	(void)state;
	add_if(new, "socket", allow, COMPARE_EQ, 1, 0);
	expect_profiles(old, new, "[x86_64] ~socket:< [x86] ~socket:<", "new:multiplexed");
	old = make_profile(enosys, "x86_64 x86", "socket");
	new = make_profile(enosys, "x86_64 x86", "");
	profile_add_rule(new, "socket", allow, type, 2);
	expect_profiles(old, new, "[x86_64] ~socket:< [x86] ~socket:< ~socketcall:<",
			"new:multiplexed");
	/* Refused altogether, it is no way around. */
	new = make_profile(enosys, "x86_64 x86", "");
	add_if(new, "socket", allow, COMPARE_EQ, 1, 0);
	add_rule(new, "socketcall", eperm);
	expect_profiles(make_profile(enosys, "x86_64 x86", "socket"), new,
			"[x86_64] ~socket:< [x86] -socketcall ~socket:<", "");
	/* Some calls there are through it alone. */
	expect_profiles(make_profile(enosys, "x86", ""), make_profile(enosys, "x86", "accept"),
			"[x86_64] +accept [x86] +socketcall", "");
	expect_profiles(make_profile(enosys, "x86", "socketcall"),
			make_profile(enosys, "x86", "socketcall semop"),
			"[x86_64] +semop [x86] +ipc", "");
	/* What a recording does not have, a profile does not add by a rule for another call. */
	struct test_recording *recording = make_recording("x86:socket");
	struct profile *profile = make_profile(enosys, "x86", "socket");
	profile_sort(profile);
	struct diff *diff =
		diff_new(policy_of_recording(&recording->r), policy_of_profile(profile));
	expect(diff, "", "");
	(void)diff_free(diff);
	(void)profile_free(profile);
	free(recording);
}

/* libseccomp puts the machine's own ABI into every filter, with the same rules. */
static void the_own_abi_is_always_there(void **state)
{
	(void)state;
	expect_profiles(make_profile(enosys, "x86", "read newfstatat"),
			make_profile(enosys, "x86 x86_64", "read newfstatat"), "", "");
	expect_profiles(make_profile(allow, "x32", "mount"),
			make_profile(allow, "x86_64 x32", "mount"), "", "");
	expect_profiles(make_profile(enosys, "arm", "read"),
			make_profile(enosys, "aarch64 arm", "read"), "", "");
	/* A call that only it has. */
	expect_profiles(make_profile(enosys, "x86", "read"),
			make_profile(enosys, "x86", "read newfstatat"), "[x86_64] +newfstatat", "");
	/* Another machine's is not. */
	expect_profiles(make_profile(enosys, "x86", "read"),
			make_profile(enosys, "x86 aarch64", "read"), "[+aarch64] +read", "");
	/* A recording of 32-bit programs has nothing to do with it. */
	struct test_recording *recording = make_recording("x86:read");
	struct profile *profile = make_profile(enosys, "x86", "read");
	struct diff *diff =
		diff_new(policy_of_recording(&recording->r), policy_of_profile(profile));
	expect(diff, "", "");
	(void)diff_free(diff);
	(void)profile_free(profile);
	free(recording);
}

/* runc answers ENOSYS only to calls above the highest number that a profile names. */
static void enosys_in_runc(void **state)
{
	(void)state;
	expect_profiles(make_profile(eperm, "x86_64", "read"),
			make_profile(eperm, "x86_64", "read openat2"), "[x86_64] +openat2",
			"new:enosys");
	expect_profiles(make_profile(kill_it, "x86_64", "read"),
			make_profile(kill_it, "x86_64", "read openat2"), "[x86_64] +openat2",
			"new:enosys");
	expect_profiles(make_profile(eperm, "x86_64", "read openat2"),
			make_profile(eperm, "x86_64", "read"), "[x86_64] -openat2", "");
	expect_profiles(make_profile(enosys, "x86_64", "read"),
			make_profile(enosys, "x86_64", "read openat2"), "[x86_64] +openat2", "");
	/* Number 2: nothing that anybody has a fallback for is below it. */
	expect_profiles(make_profile(eperm, "x86_64", "read"),
			make_profile(eperm, "x86_64", "read open"), "[x86_64] +open", "");

	struct profile *old = make_profile(eperm, "x86_64", "read statx");
	struct profile *new = make_profile(eperm, "x86_64", "read statx rseq clone3");
	profile_sort(old);
	profile_sort(new);
	struct diff *diff = diff_new(policy_of_profile(old), policy_of_profile(new));
	assert_int_equal(diff->n_notes, 1);
	assert_string_equal(diff->notes[0].text,
			    "runc no longer answers ENOSYS, which programs can do without, but the "
			    "default, as a call with a higher number is named: io_pgetevents, "
			    "pidfd_send_signal, io_uring_setup, open_tree, move_mount, fsopen, "
			    "fsconfig, fsmount, fspick, pidfd_open (x86_64)");
	(void)diff_free(diff);
	(void)profile_free(old);
	(void)profile_free(new);
}

/* Beyond the bounds of what is decided, only what is written the same counts as the same. */
static void too_intricate(void **state)
{
	struct profile *old = make_profile(enosys, "x86_64", "");
	struct profile *new = make_profile(enosys, "x86_64", "");
	uint64_t bits = 88172645463325252U;

	(void)state;
	for (int i = 0; i < 600; i++) {
		struct condition c[6];
		for (uint32_t j = 0; j < 6; j++) {
			bits ^= bits << 13;
			bits ^= bits >> 7;
			bits ^= bits << 17;
			c[j] = (struct condition){j, COMPARE_MASKED_EQ, bits & bits >> 9,
						  bits >> 5};
		}
		profile_add_rule(old, "ioctl", allow, c, 6);
		profile_add_rule(new, "ioctl", allow, c, 6);
	}
	add_if(new, "ioctl", allow, COMPARE_EQ, 1, 0);
	profile_sort(old);
	struct diff *diff = diff_new(policy_of_profile(old), policy_of_profile(old));
	expect(diff, "", "");
	(void)diff_free(diff);
	profile_sort(new);
	diff = diff_new(policy_of_profile(old), policy_of_profile(new));
	expect(diff, "[x86_64] ~ioctl:?", "");
	assert_true(diff_widens(diff));
	(void)diff_free(diff);
	(void)profile_free(old);
	(void)profile_free(new);
}

/* ---- What to think of it --------------------------------------------------------------------- */

/* Compares, and tells whether NEW is wider, and whether that is risky. */
static void expect_verdict(struct profile *old, struct profile *new, bool widened, bool risky)
{
	profile_sort(old);
	profile_sort(new);
	struct diff *diff = diff_new(policy_of_profile(old), policy_of_profile(new));

	assert_int_equal(diff_widens(diff), widened);
	assert_int_equal(diff_is_risky(diff), risky);
	(void)diff_free(diff);
	(void)profile_free(old);
	(void)profile_free(new);
}

static void widened_and_risky(void **state)
{
	(void)state;
	expect_verdict(make_profile(enosys, "x86_64", "read"),
		       make_profile(enosys, "x86_64", "read"), false, false);
	expect_verdict(make_profile(enosys, "x86_64", "read mount"),
		       make_profile(eperm, "x86_64", ""), false, false);
	expect_verdict(make_profile(enosys, "x86_64", "read"),
		       make_profile(enosys, "x86_64", "read write"), true, false);
	expect_verdict(make_profile(enosys, "x86", "read"),
		       make_profile(enosys, "x86", "read olduname nice"), true, false);
	expect_verdict(make_profile(enosys, "x86_64", "read"),
		       make_profile(enosys, "x86_64", "read mount"), true, true);
	/* A default that lets pass what nobody named. */
	expect_verdict(make_profile(enosys, "x86_64", "read"),
		       make_profile(allow, "x86_64", "read"), true, true);
	expect_verdict(make_profile(allow, "x86_64", ""), make_profile(allow, "x86_64 x86", ""),
		       true, true);
	expect_verdict(make_profile(enosys, "x86_64", ""), make_profile(enosys, "x86_64 x86", ""),
		       false, false);
	/* Narrowed. */
	struct profile *new = make_profile(enosys, "x86_64", "");
	add_if(new, "clone", allow, COMPARE_EQ, 0, 0);
	expect_verdict(make_profile(enosys, "x86_64", "clone"), new, false, false);
	/* Widened, a risky one; widened, with nothing known against it. */
	struct profile *old = make_profile(enosys, "x86_64", "");
	add_if(old, "clone", allow, COMPARE_EQ, 0, 0);
	expect_verdict(old, make_profile(enosys, "x86_64", "clone"), true, true);
	old = make_profile(enosys, "x86_64", "");
	add_if(old, "dup", allow, COMPARE_EQ, 0, 0);
	expect_verdict(old, make_profile(enosys, "x86_64", "dup"), true, false);
}

static void siblings_on_the_same_abi(void **state)
{
	struct profile *old = make_profile(enosys, "x86_64 x86", "fork vfork read");
	struct profile *new = make_profile(enosys, "x86_64 x86", "clone3 write read");

	(void)state;
	profile_sort(old);
	profile_sort(new);
	struct diff *diff = diff_new(policy_of_profile(old), policy_of_profile(new));
	const struct diff_call *clone3 = &diff->abis[0].calls[0], *write = clone3 + 1;

	assert_string_equal(clone3->name, "clone3");
	assert_int_equal(clone3->n_siblings, 2);
	assert_string_equal(clone3->siblings[0], "fork");
	assert_string_equal(clone3->siblings[1], "vfork");
	assert_string_equal(clone3->risk->name, "clone3");
	assert_string_equal(write->name, "write");
	assert_int_equal(write->n_siblings, 0);
	assert_null(write->risk);
	assert_int_equal(diff_count_risky(diff), 2);
	(void)diff_free(diff);
	(void)profile_free(old);
	(void)profile_free(new);
	/* A number without a name is a risk that nobody knows. */
	struct test_recording *was = make_recording("x86_64:read");
	struct test_recording *now = make_recording("x86_64:read x86_64:999");
	diff = diff_new(policy_of_recording(&was->r), policy_of_recording(&now->r));
	assert_true(diff_widens(diff) && diff_is_risky(diff));
	(void)diff_free(diff);
	free(was);
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_set_of_arguments),
		cmocka_unit_test(wider_and_narrower),
		cmocka_unit_test(narrow_arguments),
		cmocka_unit_test(multiplexed),
		cmocka_unit_test(enosys_in_runc),
		cmocka_unit_test(the_own_abi_is_always_there),
		cmocka_unit_test(too_intricate),
		cmocka_unit_test(widened_and_risky),
		cmocka_unit_test(siblings_on_the_same_abi),
	};

	return cmocka_run_group_tests_name("diff, by meaning", tests, NULL, NULL);
}

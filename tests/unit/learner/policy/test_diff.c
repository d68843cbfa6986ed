#include "diffs.h"

#include <stdlib.h>
#include <string.h>

/* ---- Profiles ------------------------------------------------------------------------------- */

static void calls_come_and_go(void **state)
{
	(void)state;
	expect_profiles(make_profile(enosys, "x86_64", "read write"),
			make_profile(enosys, "x86_64", "write read"), "", "");
	expect_profiles(make_profile(enosys, "x86_64", "read fork write"),
			make_profile(enosys, "x86_64", "write openat clone3 read"),
			"[x86_64] +clone3 +openat -fork", "");
	/* waitpid is a call of x86 only: on x86_64 the rule says nothing. */
	expect_profiles(make_profile(enosys, "x86_64 x86", "read"),
			make_profile(enosys, "x86_64 x86", "read waitpid dup"),
			"[x86_64] +dup [x86] +dup +waitpid", "");
	/* TRACE and NOTIFY leave the decision to somebody else, LOG lets the call run. */
	struct profile *old = make_profile(enosys, "x86_64", "read write close");
	struct profile *new = make_profile(enosys, "x86_64", "");
	add_rule(new, "read", (struct verdict){.action = ACTION_LOG});
	add_rule(new, "write", (struct verdict){.action = ACTION_NOTIFY});
	add_rule(new, "close", (struct verdict){.action = ACTION_TRACE});
	expect_profiles(old, new, "[x86_64] -close -write ~read:a", "");
}

static void abis_come_and_go(void **state)
{
	(void)state;
	expect_profiles(make_profile(enosys, "x86_64", "read"),
			make_profile(enosys, "x86_64 x86", "read"), "[+x86] +read", "");
	expect_profiles(make_profile(enosys, "x86 x86_64", "read waitpid"),
			make_profile(enosys, "aarch64 x86_64", "read waitpid"),
			"[-x86] -read -waitpid [+aarch64] +read", "");
	/* What is refused on an ABI that came was refused before. */
	struct profile *new = make_profile(enosys, "x86_64 x86", "read");
	add_rule(new, "write", kill_it);
	struct profile *old = make_profile(enosys, "x86_64", "read");
	add_rule(old, "write", kill_it);
	expect_profiles(old, new, "[+x86] +read", "");
}

static void no_abi_is_the_native_one(void **state)
{
	(void)state;
	expect_profiles(make_profile(enosys, "", "read"),
			make_profile(enosys, abi_native()->name, "read"), "", "old:native");
	expect_profiles(make_profile(enosys, "", "read"), make_profile(enosys, "", "read"), "", "");
}

static void actions(void **state)
{
	(void)state;
	struct profile *old = make_profile(enosys, "x86_64", "read");
	struct profile *new = make_profile(enosys, "x86_64", "read");

	add_rule(old, "mount", eperm);
	add_rule(old, "ptrace", kill_it);
	add_rule(new, "ptrace", eperm);
	/* mount gets the default now, bpf no longer does. */
	add_rule(new, "bpf", eperm);
	expect_profiles(old, new, "[x86_64] ~bpf:a ~mount:a ~ptrace:a", "");

	/* Without a value ERRNO is EPERM, so these say the same. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_rule(old, "mount", eperm);
	add_rule(new, "mount", (struct verdict){.action = ACTION_ERRNO});
	expect_profiles(old, new, "", "");
}

static void defaults(void **state)
{
	(void)state;
	expect_profiles(make_profile(eperm, "x86_64", "read"),
			make_profile(enosys, "x86_64", "read"), "default", "");
	expect_profiles(make_profile(eperm, "x86_64", "read"),
			make_profile((struct verdict){.action = ACTION_ERRNO}, "x86_64", "read"),
			"", "");
	/* A rule that repeats the default is none. */
	struct profile *old = make_profile(eperm, "x86_64", "read");
	add_rule(old, "mount", eperm);
	expect_profiles(old, make_profile(eperm, "x86_64", "read"), "", "");
	/* What the default was is spelt out now: only the rest of the calls changed. */
	struct profile *new = make_profile(enosys, "x86_64", "read");
	add_rule(new, "mount", eperm);
	expect_profiles(make_profile(eperm, "x86_64", "read"), new, "default", "");
	/* An allow-list became a deny-list: what it denies was allowed or not before. */
	new = make_profile(allow, "x86_64", "");
	add_rule(new, "read", eperm);
	add_rule(new, "mount", eperm);
	expect_profiles(make_profile(eperm, "x86_64", "read write"), new, "default [x86_64] -read",
			"");
	/* What a deny-list no longer denies is allowed by its default. */
	old = make_profile(allow, "x86_64", "");
	add_rule(old, "mount", eperm);
	expect_profiles(old, make_profile(allow, "x86_64", ""), "[x86_64] +mount", "");
	/* The default does not reach to an ABI that went. */
	old = make_profile(allow, "x86_64 x86", "");
	new = make_profile(allow, "x86_64", "");
	add_rule(old, "mount", eperm);
	add_rule(new, "mount", eperm);
	expect_profiles(old, new, "[-x86]", "");
}

static void conditions(void **state)
{
	(void)state;
	struct profile *old = make_profile(enosys, "x86_64", "clone");
	struct profile *new = make_profile(enosys, "x86_64", "");

	/* Narrowed, and allowed under conditions only. */
	add_if(new, "clone", allow, COMPARE_MASKED_EQ, 0x7e020000, 0);
	add_if(new, "personality", allow, COMPARE_EQ, 0, 0);
	expect_profiles(old, new, "[x86_64] +personality ~clone:<", "");

	/* Another value; one more alternative; another action with the same condition. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_if(old, "personality", allow, COMPARE_EQ, 0, 0);
	add_if(new, "personality", allow, COMPARE_EQ, 8, 0);
	add_if(old, "socket", allow, COMPARE_EQ, 1, 0);
	add_if(new, "socket", allow, COMPARE_EQ, 1, 0);
	add_if(new, "socket", allow, COMPARE_EQ, 2, 0);
	add_if(old, "ioctl", eperm, COMPARE_EQ, 0x5412, 0);
	add_if(new, "ioctl", kill_it, COMPARE_EQ, 0x5412, 0);
	expect_profiles(old, new, "[x86_64] ~ioctl:a ~personality:>< ~socket:>", "");

	/* An alternative of another kind came; one of two went. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_if(old, "personality", allow, COMPARE_EQ, 0, 0);
	add_if(new, "personality", allow, COMPARE_EQ, 0, 0);
	add_if(new, "personality", kill_it, COMPARE_EQ, 8, 0);
	add_if(old, "socket", allow, COMPARE_EQ, 1, 0);
	add_if(old, "socket", allow, COMPARE_EQ, 2, 0);
	add_if(new, "socket", allow, COMPARE_EQ, 1, 0);
	add_if(old, "ioctl", eperm, COMPARE_EQ, 1, 0);
	add_if(old, "ioctl", eperm, COMPARE_EQ, 2, 0);
	add_if(new, "ioctl", kill_it, COMPARE_EQ, 1, 0);
	expect_profiles(old, new, "[x86_64] ~ioctl:a ~personality:a ~socket:<", "");

	/* The same actions and conditions, but the other way round. */
	old = make_profile(enosys, "x86_64", "");
	new = make_profile(enosys, "x86_64", "");
	add_if(old, "socket", eperm, COMPARE_EQ, 1, 0);
	add_if(old, "socket", kill_it, COMPARE_EQ, 2, 0);
	add_if(new, "socket", eperm, COMPARE_EQ, 2, 0);
	add_if(new, "socket", kill_it, COMPARE_EQ, 1, 0);
	expect_profiles(old, new, "[x86_64] ~socket:a", "");
}

/* Each pair is a way of saying the same thing about personality's argument. */
static void spellings(void **state)
{
	static const struct {
		struct condition a, b;
	} pairs[] = {
		{{0, COMPARE_LT, 4, 0}, {0, COMPARE_LE, 3, 0}},
		{{0, COMPARE_GT, 4, 0}, {0, COMPARE_GE, 5, 0}},
		{{0, COMPARE_LT, 1, 0}, {0, COMPARE_EQ, 0, 0}},
		{{0, COMPARE_GT, UINT64_MAX - 1, 0}, {0, COMPARE_EQ, UINT64_MAX, 0}},
		{{0, COMPARE_MASKED_EQ, UINT64_MAX, 7}, {0, COMPARE_EQ, 7, 0}},
		{{0, COMPARE_MASKED_EQ, 0xf, 0x12}, {0, COMPARE_MASKED_EQ, 0xf, 0x2}},
		{{0, COMPARE_EQ, 7, 99}, {0, COMPARE_EQ, 7, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct profile *old = make_profile(enosys, "x86_64", "");
		struct profile *new = make_profile(enosys, "x86_64", "");
		profile_add_rule(old, "personality", allow, &pairs[i].a, 1);
		profile_add_rule(new, "personality", allow, &pairs[i].b, 1);
		expect_profiles(old, new, "", "");
	}
}

/* Conditions that always or never hold, and rules that others make superfluous. */
static void superfluous(void **state)
{
	(void)state;
	struct profile *old = make_profile(enosys, "x86_64", "read");

	add_if(old, "read", allow, COMPARE_EQ, 1, 0);
	add_if(old, "read", eperm, COMPARE_EQ, 2, 0);
	add_if(old, "write", allow, COMPARE_GE, 0, 0);
	add_if(old, "close", allow, COMPARE_MASKED_EQ, 0, 0);
	add_if(old, "mount", allow, COMPARE_LT, 0, 0);
	add_if(old, "bpf", allow, COMPARE_GT, UINT64_MAX, 0);
	expect_profiles(old, make_profile(enosys, "x86_64", "read write close"), "", "");

	/* An order comparison that always holds does not override: what is refused stays so. */
	static const struct condition second[] = {{1, COMPARE_EQ, 5, 0}};
	old = make_profile(allow, "x86_64 x86", "");
	struct profile *new = make_profile(allow, "x86_64 x86", "");
	static const enum compare ops[] = {COMPARE_GE, COMPARE_LE};
	static const char *const names[] = {"getpid", "getppid"};
	for (size_t i = 0; i < 2; i++) {
		uint64_t value = i == 0 ? 0 : UINT64_MAX;
		add_if(old, names[i], (struct verdict){.action = ACTION_LOG}, ops[i], value, 0);
		add_if(new, names[i], (struct verdict){.action = ACTION_LOG}, ops[i], value, 0);
		profile_add_rule(old, names[i], eperm, second, 1);
	}
	expect_profiles(old, new, "[x86_64] ~getpid:> ~getppid:> [x86] ~getpid:> ~getppid:>", "");
}

static void settings(void **state)
{
	(void)state;
	struct profile *old = make_profile(enosys, "x86_64", "read");
	struct profile *new = make_profile(enosys, "x86_64", "read");

	/* No list and an empty list differ: runtimes add a flag of their own to no list. */
	new->has_flags = true;
	expect_profiles(old, new, "flags", "");
	old = make_profile(enosys, "x86_64", "read");
	new = make_profile(enosys, "x86_64", "read");
	profile_add_flag(old, "SECCOMP_FILTER_FLAG_LOG");
	profile_add_flag(new, "SECCOMP_FILTER_FLAG_TSYNC");
	old->listener_path = xstrdup("/run/a");
	new->listener_path = xstrdup("/run/a");
	new->listener_metadata = xstrdup("m");
	expect_profiles(old, new, "flags metadata", "");
	old = make_profile(enosys, "x86_64", "read");
	new = make_profile(enosys, "x86_64", "read");
	profile_add_flag(old, "SECCOMP_FILTER_FLAG_LOG");
	profile_add_flag(old, "SECCOMP_FILTER_FLAG_TSYNC");
	profile_add_flag(new, "SECCOMP_FILTER_FLAG_TSYNC");
	profile_add_flag(new, "SECCOMP_FILTER_FLAG_LOG");
	old->listener_path = xstrdup("/run/a");
	expect_profiles(old, new, "path", "");
}

static void unknown_names(void **state)
{
	(void)state;
	expect_profiles(make_profile(enosys, "x86_64", "read pwrite"),
			make_profile(enosys, "x86_64", "read"), "", "old:unknown");
}

/* ---- Recordings ----------------------------------------------------------------------------- */

static void recordings(void **state)
{
	(void)state;
	expect_recordings(make_recording("x86_64:read"), make_recording("x86_64:read"), "", "");
	expect_recordings(make_recording("x86_64:fork x86_64:read x86:read"),
			  make_recording("x86_64:read x86_64:write x32:read"),
			  "[x86_64] +write -fork [-x86] -read [+x32] +read", "");
	/* Numbers take part; a name that only a newer program knows goes by its number too. */
	expect_recordings(make_recording("x86_64:999 x86_64:9000"),
			  make_recording("x86_64:read x86_64:1000 x86_64:1001 x86_64:brandnew"),
			  "[x86_64] +read +1000 +1001 -999", "");
}

static void who_did_it(void **state)
{
	(void)state;
	struct test_recording *old = make_recording("x86_64:fork x86_64:read");
	struct test_recording *new = make_recording("x86_64:read x86_64:write");
	struct diff *diff = diff_new(policy_of_recording(&old->r), policy_of_recording(&new->r));

	assert_int_equal(diff->abis[0].n_calls, 2);
	/* The earliest run's, although the later run made it after fewer seconds. */
	assert_int_equal(diff->abis[0].calls[0].ruling[DIFF_NEW]->by->pid, 2);
	assert_null(diff->abis[0].calls[0].ruling[DIFF_OLD]);
	assert_int_equal(diff->abis[0].calls[1].ruling[DIFF_OLD]->by->pid, 1);
	(void)diff_free(diff);
	free(old);
	free(new);
}

static void gaps(void **state)
{
	(void)state;
	struct test_recording *new = make_recording("x86_64:read");

	add_gap(new, "cut-off", "no end line");
	struct test_recording *old = make_recording("x86_64:read");
	struct diff *diff = diff_new(policy_of_recording(&old->r), policy_of_recording(&new->r));
	expect(diff, "", "new:gap");
	assert_string_equal(diff->notes[0].gap, "cut-off");
	assert_string_equal(diff->notes[0].text, "may be incomplete: cut-off: no end line");
	(void)diff_free(diff);
	free(old);
	free(new);
}

/* ---- A recording beside a profile ------------------------------------------------------------ */

static void mixed(void **state)
{
	(void)state;
	expect_mixed(make_recording("x86_64:read x86_64:write"),
		     make_profile(kill_it, "x86_64", "write read"), "", "", "", "");
	expect_mixed(make_recording("x86_64:fork x86_64:read"),
		     make_profile(kill_it, "x86_64", "read write"), "[x86_64] +write -fork", "",
		     "[x86_64] +fork -write", "");
	/* Flags, refusals and a number that no profile can name. */
	struct profile *profile = make_profile(kill_it, "x86_64 x86", "read");
	profile_add_flag(profile, "SECCOMP_FILTER_FLAG_LOG");
	add_rule(profile, "mount", eperm);
	add_rule(profile, "bpf", eperm);
	expect_mixed(make_recording("x86_64:bpf x86_64:read x86_64:999"), profile,
		     "[x86_64] -bpf -999 [+x86] +read", "", "[x86_64] +bpf +999 [-x86] -read", "");
}

static void mixed_conditions(void **state)
{
	(void)state;
	struct profile *profile = make_profile(kill_it, "x86_64", "read");

	add_if(profile, "clone", allow, COMPARE_EQ, 0, 0);
	add_if(profile, "personality", allow, COMPARE_EQ, 0, 0);
	add_if(profile, "ioctl", eperm, COMPARE_EQ, 0, 0);
	profile_sort(profile);
	struct test_recording *recording = make_recording("x86_64:clone x86_64:ioctl x86_64:read");
	struct diff *diff =
		diff_new(policy_of_recording(&recording->r), policy_of_profile(profile));
	assert_string_equal(diff->notes[0].text,
			    "allowed under conditions, which a recording cannot decide: "
			    "clone (x86_64)");
	(void)diff_free(diff);
	expect_mixed(recording, profile, "[x86_64] +personality -ioctl", "new:conditional",
		     "[x86_64] +ioctl -personality", "old:conditional");
}

static void mixed_deny_list(void **state)
{
	(void)state;
	struct profile *profile = make_profile(allow, "x86_64", "");

	add_rule(profile, "mount", eperm);
	add_rule(profile, "bpf", eperm);
	add_if(profile, "clone", eperm, COMPARE_EQ, 0, 0);
	add_if(profile, "ioctl", eperm, COMPARE_EQ, 0, 0);
	expect_mixed(make_recording("x86_64:clone x86_64:mount x86_64:read"), profile,
		     "[x86_64] -mount", "new:rest new:conditional", "[x86_64] +mount",
		     "old:rest old:conditional");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_come_and_go),
		cmocka_unit_test(abis_come_and_go),
		cmocka_unit_test(no_abi_is_the_native_one),
		cmocka_unit_test(actions),
		cmocka_unit_test(defaults),
		cmocka_unit_test(conditions),
		cmocka_unit_test(spellings),
		cmocka_unit_test(superfluous),
		cmocka_unit_test(settings),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(recordings),
		cmocka_unit_test(who_did_it),
		cmocka_unit_test(gaps),
		cmocka_unit_test(mixed),
		cmocka_unit_test(mixed_conditions),
		cmocka_unit_test(mixed_deny_list),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}

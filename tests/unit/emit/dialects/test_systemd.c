/* Dialect systemd: units and drop-ins, as systemd.exec(5) has them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"
#include "units.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict kill_process = {ACTION_KILL_PROCESS, false, 0};

static struct verdict fallback_of(const char *text)
{
	struct profile *profile = read_text(text);
	struct verdict fallback = profile->fallback;

	profile_free(profile);
	return fallback;
}

/* A list of what is allowed begins with @default. */
static void test_allowed(void **state)
{
	static const char without[] = NATIVE "SystemCallFilter=read write\n"
					     "SystemCallFilter=~@default\n";

	(void)state;
	expect_rules(without, "read write");
	expect_rules(NATIVE "SystemCallFilter=read\nSystemCallFilter=write\n"
			    "SystemCallFilter=~@default read\n",
		     "write");
	expect_rules(NATIVE "SystemCallFilter=openat\nSystemCallFilter=~@default\n"
			    "SystemCallFilter=brk @swap\n",
		     "brk openat swapoff swapon");
	struct profile *profile = read_text(NATIVE "SystemCallFilter=read\n");
	assert_true(profile->n_rules > 30);
	profile_free(profile);
	assert_true(verdict_equal(fallback_of(without), kill_process));
	assert_true(verdict_equal(
		fallback_of(NATIVE "SystemCallErrorNumber=EPERM\nSystemCallFilter=read\n"),
		(struct verdict){ACTION_ERRNO, true, EPERM}));
	assert_true(verdict_equal(fallback_of(NATIVE "SystemCallFilter=read\n"
						     "SystemCallErrorNumber=1\n"
						     "SystemCallErrorNumber=kill\n"),
				  kill_process));
	assert_true(verdict_equal(fallback_of(NATIVE "SystemCallFilter=read\n"
						     "SystemCallErrorNumber=1\n"
						     "SystemCallErrorNumber=\n"),
				  kill_process));
}

static void test_denied(void **state)
{
	static const char text[] = NATIVE "SystemCallFilter=~mount:EPERM ptrace bpf:kill @swap:95\n"
					  "SystemCallErrorNumber=EACCES\n";

	(void)state;
	expect_rules(text, "bpf:kill mount:1 ptrace:13 swapoff:95 swapon:95");
	assert_true(verdict_equal(fallback_of(text), allow));
	expect_rules(NATIVE "SystemCallFilter=~mount:0 ptrace:eacces\n", "mount:0 ptrace:13");
	expect_rules(NATIVE "SystemCallFilter=~mount ptrace\nSystemCallFilter=mount\n",
		     "ptrace:kill");
	expect_rules(NATIVE "SystemCallFilter=~mount\nSystemCallFilter=~mount:EPERM\n", "mount:1");
	/* An empty one begins anew, and may be of the other kind. */
	expect_rules(NATIVE "SystemCallFilter=~mount\nSystemCallFilter=\n"
			    "SystemCallFilter=read\nSystemCallFilter=~@default\n",
		     "read");
	expect_rules(NATIVE "SystemCallFilter=~mount\nSystemCallFilter=\n", "");
	assert_true(verdict_equal(fallback_of(NATIVE), allow));
}

static void test_groups_within_groups(void **state)
{
	struct profile *profile = read_text(NATIVE "SystemCallFilter=~@privileged\n");
	bool chown = false, chroot = false;

	(void)state;
	for (size_t i = 0; i < profile->n_rules; i++) {
		chown = chown || strcmp(profile->rules[i].name, "fchownat") == 0;
		chroot = chroot || strcmp(profile->rules[i].name, "chroot") == 0;
		/* A call that x86_64 does not have is not dragged in by a group. */
		assert_string_not_equal(profile->rules[i].name, "chown32");
	}
	assert_true(chown);
	assert_true(chroot);
	profile_free(profile);
	profile = read_text(NATIVE "SystemCallFilter=@known\n");
	assert_true(profile->n_rules > 300);
	profile_free(profile);
}

static void test_abis(void **state)
{
	(void)state;
	expect_abis(NATIVE, "");
	expect_abis(NATIVE "SystemCallArchitectures=x86\n", "x86_64 x86");
	expect_abis("[Service]\nSystemCallArchitectures=x86-64 x86\n", "x86_64 x86");
	/* The machine's own is always permitted. */
	expect_abis("[Service]\nSystemCallArchitectures=arm64\n", "x86_64 aarch64");
	expect_abis("[Service]\nSystemCallFilter=read\n", "x86_64 x86 x32");
	expect_abis(NATIVE "SystemCallArchitectures=\n", "x86_64 x86 x32");
}

/* Since systemd 248 an errno or kill behind ~ is a verdict in a list of what is allowed, too. */
static void test_verdicts_among_allowed(void **state)
{
	static const char head[] =
		NATIVE "SystemCallErrorNumber=ENOSYS\nSystemCallFilter=read uname @swap\n"
		       "SystemCallFilter=~@default\n";
	static const struct {
		const char *more, *rules;
	} cases[] = {
		{"SystemCallFilter=~uname:EBADF\n", "read swapoff swapon uname:9"},
		{"SystemCallFilter=~uname:0\n", "read swapoff swapon uname:0"},
		{"SystemCallFilter=~uname:kill\n", "read swapoff swapon uname:kill"},
		/* Also for one that was never in the list, and for groups. */
		{"SystemCallFilter=~mount:EPERM\n", "mount:1 read swapoff swapon uname"},
		{"SystemCallFilter=~@swap:95 read:0x10\n", "read:16 swapoff:95 swapon:95 uname"},
		/* What comes last counts. */
		{"SystemCallFilter=~uname:EPERM\nSystemCallFilter=uname\n",
		 "read swapoff swapon uname"},
		{"SystemCallFilter=~uname:EPERM\nSystemCallFilter=~uname\n", "read swapoff swapon"},
		{"SystemCallFilter=~uname uname:EPERM\n", "read swapoff swapon uname:1"},
		{"SystemCallFilter=~@swap:EPERM swapon:kill\n", "read swapoff:1 swapon:kill uname"},
		/* An empty one begins anew; then ~ decides the other way. */
		{"SystemCallFilter=\nSystemCallFilter=~uname:EPERM read\n", "read:38 uname:1"},
		{"SystemCallFilter=~uname:0b101 read:010 swapon:0o17\n",
		 "read:8 swapoff swapon:15 uname:5"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "%s%s", head, cases[i].more);
		expect_rules(text.s, cases[i].rules);
	}
}

static void test_warnings(void **state)
{
	const struct context context = machine();

	(void)state;
	expect_warnings("[Service]\nSystemCallFilter=~pread\nSystemCallLog=read\n", &context,
			"2: unknown system call \"pread\", which runtimes skip silently; did you "
			"mean \"pread64\"?\n"
			"3: SystemCallLog= is a filter of its own and not looked at\n"
			"3: without SystemCallArchitectures=native the list holds for all ABIs of "
			"the machine, though its calls may be dangerous on others\n");
	expect_warnings(NATIVE "SystemCallFilter=read\nSystemCallFilter=~uname:0 @swap:0\n",
			&context,
			"4: \"uname:0\": with 0, refused calls do nothing and report success\n"
			"4: \"@swap:0\": with 0, refused calls do nothing and report success\n");
	/* What is taken away, or forgotten by an empty assignment, is in no list in the end. */
	expect_warnings(NATIVE "SystemCallFilter=@system-service @mount raed\n"
			       "SystemCallFilter=~moutn umount2 swapon\n"
			       "SystemCallFilter=wirte\nSystemCallFilter=~wirte\n",
			&context,
			"3: unknown system call \"raed\", which runtimes skip silently; did you "
			"mean \"read\"?\n"
			"4: unknown system call \"moutn\", which runtimes skip silently; did you "
			"mean \"mount\"?\n"
			"6: unknown system call \"wirte\", which runtimes skip silently; did you "
			"mean \"write\"?\n");
	expect_warnings(NATIVE "SystemCallFilter=~mount raed\nSystemCallFilter=\n"
			       "SystemCallFilter=~read\nSystemCallFilter=ptarce\n",
			&context,
			"3: unknown system call \"raed\", which runtimes skip silently; did you "
			"mean \"read\"?\n"
			"6: unknown system call \"ptarce\", which runtimes skip silently; did you "
			"mean \"ptrace\"?\n");
	/* The other kind of list than the first assignment's, where it can't have been meant. */
	expect_warnings(NATIVE "SystemCallFilter=~@mount swapon\nSystemCallFilter=@system-service "
			       "read\nSystemCallFilter=swapon mount\n",
			&context,
			"4: \"@system-service\" has no effect: the first SystemCallFilter= began "
			"with ~, so this takes away from what is refused, and it is not refused\n"
			"4: \"read\" has no effect: the first SystemCallFilter= began with ~, so "
			"this takes away from what is refused, and it is not refused\n");
	expect_warnings(NATIVE "SystemCallFilter=read\nSystemCallFilter=~mount @swap\n", &context,
			"");
	/* Groups are not the author's to correct. */
	expect_warnings(NATIVE "SystemCallFilter=@system-service\n", &context, "");
}

static void test_written(void **state)
{
	const struct context context = machine();
	struct profile *profile = profile_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile_add_rule(profile, "read", allow, NULL, 0);
	profile_add_rule(profile, "mmap", allow, NULL, 0);
	write_text_as(profile, "systemd", &context, &out);
	assert_non_null(strstr(out.s, "[Service]\nSystemCallArchitectures=x86-64\n"
				      "SystemCallErrorNumber=ENOSYS\nSystemCallFilter=mmap read\n"
				      "SystemCallFilter=~arch_prctl brk "));
	assert_null(strstr(out.s, "getuid32"));
	for (const char *line = out.s, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_true(end - line <= 96);
	}
	struct profile *again = read_text_as(out.s, &context, NULL);
	assert_true(profile_equal(profile, again));
	profile_free(again);
	profile_free(profile);

	profile = profile_new();
	profile->fallback = allow;
	profile_add_rule(profile, "bpf", kill_process, NULL, 0);
	profile_add_rule(profile, "mount", (struct verdict){ACTION_ERRNO, true, 4000}, NULL, 0);
	profile_add_rule(profile, "ptrace", (struct verdict){ACTION_ERRNO, true, EPERM}, NULL, 0);
	profile_add_rule(profile, "reboot", (struct verdict){ACTION_ERRNO, true, 0}, NULL, 0);
	strbuf_cut(&out, 0);
	write_text_as(profile, "systemd", &context, &out);
	assert_string_equal(out.s,
			    NATIVE "SystemCallFilter=~bpf:kill mount:4000 ptrace:EPERM reboot:0\n");
	profile_free(profile);
}

/* Calls that are refused in different ways, in a list of what is allowed: it comes back as it was. */
static void test_written_verdicts(void **state)
{
	static const struct verdict fallbacks[] = {{ACTION_ERRNO, true, ENOSYS},
						   {ACTION_ERRNO, true, 4000},
						   {ACTION_KILL_PROCESS, false, 0}};
	const struct context context = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fallbacks); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		struct profile *profile = profile_new();

		profile->fallback = fallbacks[i];
		profile_add_abi(profile, abi_by_name("x86_64"));
		profile_add_rule(profile, "read", allow, NULL, 0);
		profile_add_rule(profile, "mmap", allow, NULL, 0);
		profile_add_rule(profile, "mount", (struct verdict){ACTION_ERRNO, true, EPERM},
				 NULL, 0);
		profile_add_rule(profile, "reboot", (struct verdict){ACTION_ERRNO, true, 0}, NULL,
				 0);
		/* These two are of @default. */
		profile_add_rule(profile, "time", (struct verdict){ACTION_ERRNO, true, EACCES},
				 NULL, 0);
		profile_add_rule(profile, "getpid", (struct verdict){ACTION_ERRNO, true, 2}, NULL,
				 0);
		if (i < 2)
			profile_add_rule(profile, "ptrace", kill_process, NULL, 0);
		write_text_as(profile, "systemd", &context, &out);
		assert_non_null(strstr(out.s, i < 2 ? "SystemCallFilter=~getpid:ENOENT mount:EPERM "
						      "ptrace:kill reboot:0 time:EACCES\n"
						    : "SystemCallFilter=~getpid:ENOENT mount:EPERM "
						      "reboot:0 time:EACCES\n"));
		struct profile *again = read_text_as(out.s, &context, NULL);
		assert_true(profile_equal(profile, again));
		profile_free(again);
		profile_free(profile);
	}
}

static void test_unwritable(void **state)
{
	const struct condition equal = {0, COMPARE_EQ, 1, 0};
	struct profile *profile = profile_new();

	(void)state;
	profile_add_rule(profile, "socket", allow, &equal, 1);
	expect_unwritable(profile, "systemd", NULL,
			  "dialect systemd has no conditions on arguments; the rule for socket has "
			  "some");
	profile_free(profile);
	profile = profile_new();
	profile_add_rule(profile, "bpf", kill_process, NULL, 0);
	profile->rules[0].verdict.action = ACTION_LOG;
	for (int i = 0; i < 2; i++) {
		expect_unwritable(
			profile, "systemd", NULL,
			"dialect systemd can refuse a call with an errno or kill the process; the "
			"rule for bpf is SCMP_ACT_LOG");
		profile->fallback = allow;
	}
	profile_free(profile);
	profile = profile_new();
	profile->fallback = (struct verdict){ACTION_KILL_THREAD, false, 0};
	expect_unwritable(profile, "systemd", NULL,
			  "dialect systemd refuses calls with an errno from 1 to 4095 or kills the "
			  "process, and the default is SCMP_ACT_KILL_THREAD");
	profile->fallback = (struct verdict){ACTION_ERRNO, true, 0};
	expect_unwritable(profile, "systemd", NULL,
			  "dialect systemd refuses calls with an errno from 1 to 4095 or kills the "
			  "process, and the default is SCMP_ACT_ERRNO 0");
	profile->fallback = kill_process;
	profile_add_abi(profile, abi_by_name("m68k"));
	expect_unwritable(profile, "systemd", NULL, "dialect systemd does not know the ABI m68k");
	profile_free(profile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_groups_within_groups),
		cmocka_unit_test(test_abis),
		cmocka_unit_test(test_verdicts_among_allowed),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_written_verdicts),
		cmocka_unit_test(test_unwritable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

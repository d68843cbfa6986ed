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

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define NATIVE "[Service]\nSystemCallArchitectures=native\n"

static const struct context x86_64 = {.abi = NULL, .kernel = {6, 1}};
static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict kill_process = {ACTION_KILL_PROCESS, false, 0};

static struct context machine(void)
{
	struct context context = x86_64;

	context.abi = abi_by_name("x86_64");
	return context;
}

/* "read:ALLOW,write:1,kill" ...: every rule, without those of @default unless `all`. */
static void expect_rules(const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	const struct context context = machine();
	struct profile *profile = read_text_as(text, &context, NULL);

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		strbuf_addf(&got, "%s%s", i > 0 ? " " : "", rule->name);
		if (rule->verdict.action == ACTION_KILL_PROCESS)
			strbuf_adds(&got, ":kill");
		else if (rule->verdict.action == ACTION_ERRNO)
			strbuf_addf(&got, ":%u", rule->verdict.errno_ret);
	}
	assert_string_equal(got.s, expected);
	profile_free(profile);
}

static struct verdict fallback_of(const char *text)
{
	struct profile *profile = read_text(text);
	struct verdict fallback = profile->fallback;

	profile_free(profile);
	return fallback;
}

static void expect_abis(const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	const struct context context = machine();
	struct profile *profile = read_text_as(text, &context, NULL);

	for (size_t i = 0; i < profile->n_abis; i++)
		strbuf_addf(&got, "%s%s", i > 0 ? " " : "", profile->abis[i]->name);
	assert_string_equal(got.s, expected);
	profile_free(profile);
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

static void test_unit_syntax(void **state)
{
	(void)state;
	expect_rules("# a unit\n[Unit]\nDescription=SystemCallFilter=~x\n\n; another comment\n"
		     "[Service]\nExecStart=/bin/true\n"
		     "  SystemCallArchitectures = native  \r\n"
		     "SystemCallFilter = ~mount \\\n# within\n   ptrace \\\n\tbpf\n"
		     "[Install]\nWantedBy=x\n",
		     "bpf:kill mount:kill ptrace:kill");
	expect_rules("[Socket]\nSystemCallFilter=~mount\n", "mount:kill");
	expect_rules(NATIVE "SystemCallFilter=~ mount\n", "mount:kill");
	expect_rules(NATIVE "SystemCallFilter=~mount \\", "mount:kill");
	expect_rules(NATIVE "SystemCallFilter=~mount \\\r\nptrace\r\n", "mount:kill ptrace:kill");
	expect_rules(NATIVE "SystemCallFilter=~mount\rSystemCallFilter=~ptrace\r",
		     "mount:kill ptrace:kill");
	expect_rules(NATIVE "SystemCallFilter=~mou\\nt ptrace\\:EPERM # ;\n",
		     "mount:kill ptrace:1");
	expect_abis("[Service]\nSystemCallArchitectures='native' \"x86\"\n", "x86_64 x86");
	/* A blank behind the backslash, in a line that is not ours. */
	expect_rules("[Service]\nExecStart=/bin/true \\ \nSystemCallArchitectures=native\n"
		     "SystemCallFilter=~mount\n",
		     "mount:kill");
}

/* What systemd does not load at all, and what has no filter that could be shown. */
static void test_refused(void **state)
{
	static const char none[] = "f:2: a unit file without SystemCallFilter=, "
				   "SystemCallArchitectures= or SystemCallErrorNumber=, so without "
				   "a seccomp profile";
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"[Service]\nExecStart=/bin/true\n", none},
		{"[Unit]\nSystemCallFilter=read\n", none},
		{"[Service]\nRestrictNamespaces=no\n", none},
		{"[Service]\nRestrictNamespaces=yes\n",
		 "f:2: the filter that RestrictNamespaces= brings is not looked at, and there is "
		 "no "
		 "other; expected SystemCallFilter=, SystemCallArchitectures= or "
		 "SystemCallErrorNumber="},
		{NATIVE "[Socket\nListenStream=1\n",
		 "f:3: expected a section that ends with a bracket, without which systemd loads "
		 "nothing, got \"[Socket\""},
		{NATIVE "[Soc\"ket]\n", "f:3: expected a section of plain characters, without "
					"which systemd loads nothing, "
					"got \"Soc\"ket\""},
		{NATIVE "# \xff\nSystemCallFilter=~mount\xff\n",
		 "f:4: expected UTF-8, without which systemd loads nothing, got "
		 "\"SystemCallFilter=~mount\\xff\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_refused(bad[i].text, bad[i].message);
}

/* Each of these was given to systemd 252: tests/e2e/systemd.bats does it again. */
static void test_skipped(void **state)
{
	static const struct {
		const char *text, *rules, *warnings;
	} cases[] = {
		{"SystemCallFilter=~mount:EPREM uname bpf:Kill ptrace:4096 acct:-1 reboot:\n",
		 "uname:kill",
		 "3: systemd skips \"mount:EPREM\": behind the colon it expects the name of an "
		 "errno, "
		 "a number from 0 to 4095 or kill\n"
		 "3: systemd skips \"bpf:Kill\": behind the colon it expects the name of an errno, "
		 "a number from 0 to 4095 or kill\n"
		 "3: systemd skips \"ptrace:4096\": behind the colon it expects the name of an "
		 "errno, a number from 0 to 4095 or kill\n"
		 "3: systemd skips \"acct:-1\": behind the colon it expects the name of an errno, "
		 "a number from 0 to 4095 or kill\n"
		 "3: systemd skips \"reboot:\": behind the colon it expects the name of an errno, "
		 "a number from 0 to 4095 or kill\n"},
		{"SystemCallFilter=~mount\nSystemCallFilter=mount:EPERM\n", "mount:kill",
		 "4: systemd skips \"mount:EPERM\": a call that is allowed takes no errno\n"},
		{"SystemCallFilter=~mount \\\n# a comment\n  @swapp\n", "mount:kill",
		 "5: systemd skips \"@swapp\": no group of systemd 252; did you mean \"@swap\"?\n"},
		{"SystemCallFilter=~read,write ~uname :EPERM mount:EPERM:EACCES ptrace\n",
		 "ptrace:kill",
		 "3: systemd skips \"read,write\": no name of a system call or a group\n"
		 "3: systemd skips \"~uname\": no name of a system call or a group\n"
		 "3: systemd skips \":EPERM\": no name of a system call or a group\n"
		 "3: systemd skips \"mount:EPERM:EACCES\": behind the colon it expects the name of "
		 "an errno, a number from 0 to 4095 or kill\n"},
		{"SystemCallFilter=~mount \\ \nptrace\n", "mount:kill",
		 "3: systemd skips \"\\\": nothing follows the backslash; where it is to join the "
		 "next line, no blank may be behind it\n"
		 "4: systemd skips \"ptrace\": no section, and no setting with \"=\"\n"},
		{"SystemCallFilter=~mount \\\\\nptrace\n", "mount:kill",
		 "3: systemd skips \"\\\": no name of a system call or a group\n"
		 "4: systemd skips \"ptrace\": no section, and no setting with \"=\"\n"},
		{"SystemCallErrorNumber=EPERM\nSystemCallErrorNumber=0\nSystemCallErrorNumber=1 2\n"
		 "SystemCallFilter=~mount\n",
		 "mount:1",
		 "4: systemd skips \"0\": it expects the name of an errno, a number from 1 to 4095 "
		 "or kill\n"
		 "5: systemd skips \"1 2\": it expects the name of an errno, a number from 1 to "
		 "4095 "
		 "or kill\n"},
		{"SystemCallArchitectures=amd64 bogus\nSystemCallFilter=~mount\n", "mount:kill",
		 "3: systemd skips \"amd64\": no architecture as systemd calls it (native, x86-64, "
		 "arm64 ...); did you mean \"x86-64\"?\n"
		 "3: systemd skips \"bogus\": no architecture as systemd calls it (native, x86-64, "
		 "arm64 ...)\n"},
		{"systemcallfilter=~uname\nSystemCallFilters=~uname\nSystemCallFilter=~mount\n",
		 "mount:kill",
		 "3: systemd skips \"systemcallfilter\": no setting of systemd; did you mean "
		 "\"SystemCallFilter\"?\n"
		 "4: systemd skips \"SystemCallFilters\": no setting of systemd; did you mean "
		 "\"SystemCallFilter\"?\n"},
		{"SystemCallFilter=~mount\n[X-Note]\nSystemCallFilter=~uname\n[Service]\n"
		 "SystemCallFilter=~bpf\n",
		 "bpf:kill mount:kill",
		 "5: systemd skips \"SystemCallFilter\": such settings belong into [Service] (in "
		 "units of other kinds [Socket], [Mount] or [Swap]), and it stands elsewhere\n"},
	};
	const struct context context = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "%s%s", NATIVE, cases[i].text);
		expect_rules(text.s, cases[i].rules);
		expect_warnings(text.s, &context, cases[i].warnings);
	}
	expect_rules("Description=x\nSystemCallFilter=~uname\n" NATIVE "SystemCallFilter=~mount\n",
		     "mount:kill");
}

/* A unit of one kind has nothing in the sections of another. The name tells the kind. */
static void test_kinds(void **state)
{
	static const char text[] = "[Service]\nSystemCallArchitectures=native\n"
				   "SystemCallFilter=~mount\n[Socket]\nSystemCallFilter=~ptrace\n";
	static const struct {
		const char *name;
		size_t n_rules;
	} names[] = {
		{"x.service", 1},    {"a/x@1.service", 1}, {"a/x.service.d/y.conf", 1},
		{"service.d/y", 1},  {"a/xservice", 2},    {"x.service.d", 2},
		{"x.socket.d/y", 1}, {"x.conf", 2},        {"d/y", 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct profile *profile = NULL;
		struct err err = {0};

		if (format_read(names[i].name, text, strlen(text), &profile, &err) < 0)
			fail_msg("%s: %s", names[i].name, err_text(&err));
		if (profile->n_rules != names[i].n_rules)
			fail_msg("%s: %zu rules", names[i].name, profile->n_rules);
		profile_free(profile);
	}
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

/* Each of these loads a filter of its own where it is on. */
static void test_other_filters(void **state)
{
	static const struct {
		const char *text;
		const char *key; /* NULL: off */
	} cases[] = {
		{"RestrictNamespaces=yes", "RestrictNamespaces"},
		{"RestrictNamespaces=~user", "RestrictNamespaces"},
		{"RestrictNamespaces=user net", "RestrictNamespaces"},
		{"RestrictNamespaces=yes\nRestrictNamespaces=", NULL},
		{"RestrictNamespaces=bogus", NULL},
		{"RestrictNamespaces=~", NULL},
		{"RestrictNamespaces=~user\nRestrictNamespaces=user", NULL},
		{"RestrictNamespaces=false", NULL},
		{"RestrictAddressFamilies=AF_UNIX", "RestrictAddressFamilies"},
		{"RestrictAddressFamilies=none", "RestrictAddressFamilies"},
		{"RestrictAddressFamilies=~AF_PACKET", "RestrictAddressFamilies"},
		{"RestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=", NULL},
		{"RestrictAddressFamilies=~bogus", NULL},
		{"MemoryDenyWriteExecute=1", "MemoryDenyWriteExecute"},
		{"MemoryDenyWriteExecute=On", "MemoryDenyWriteExecute"},
		{"MemoryDenyWriteExecute=yes\nMemoryDenyWriteExecute=maybe",
		 "MemoryDenyWriteExecute"},
		{"MemoryDenyWriteExecute=yes\nMemoryDenyWriteExecute=no", NULL},
		{"DynamicUser=yes", "DynamicUser"},
		{"LockPersonality=yes", "LockPersonality"},
		{"PrivateDevices=yes", "PrivateDevices"},
		{"ProtectClock=yes", "ProtectClock"},
		{"ProtectHostname=yes", "ProtectHostname"},
		{"ProtectKernelLogs=yes", "ProtectKernelLogs"},
		{"ProtectKernelModules=yes", "ProtectKernelModules"},
		{"ProtectKernelTunables=yes", "ProtectKernelTunables"},
		{"RestrictRealtime=yes", "RestrictRealtime"},
		{"RestrictSUIDSGID=yes", "RestrictSUIDSGID"},
		{"SystemCallLog=read", "SystemCallLog"},
		{"SystemCallLog=read\nSystemCallLog=", NULL},
		/* No filters. */
		{"ProtectSystem=strict\nNoNewPrivileges=yes\nPrivateTmp=yes", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		cleanup_strbuf struct strbuf begin = STRBUF_INIT;
		struct warnings warnings = {0};

		strbuf_addf(&text, NATIVE "%s\n", cases[i].text);
		strbuf_addf(&begin, "%s= is a filter of its own and not looked at", cases[i].key);
		profile_free(read_text_as(text.s, &x86_64, &warnings));
		if (warnings.n != (cases[i].key != NULL))
			fail_msg("%s: %zu findings", cases[i].text, warnings.n);
		if (warnings.n > 0) {
			assert_int_equal(warnings.of[0].kind, WARNING_INCOMPLETE);
			assert_int_equal(strncmp(warnings.of[0].text, begin.s, begin.len), 0);
		}
		warnings_release(&warnings);
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
			  "process, and the default is SCMP_ACT_KILL_THREAD: 'generate' takes "
			  "--default-action errno or kill-process");
	profile->fallback = (struct verdict){ACTION_ERRNO, true, 0};
	expect_unwritable(profile, "systemd", NULL,
			  "dialect systemd refuses calls with an errno from 1 to 4095 or kills the "
			  "process, and the default is SCMP_ACT_ERRNO 0: 'generate' takes "
			  "--default-action errno or kill-process");
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
		cmocka_unit_test(test_unit_syntax),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_verdicts_among_allowed),
		cmocka_unit_test(test_other_filters),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_written_verdicts),
		cmocka_unit_test(test_unwritable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Dialect systemd: what systemd skips or does not load, and other filters. */
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

static char *with_line(size_t len, const char *rest)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, NATIVE "SystemCallFilter=~mount\n#");
	for (size_t i = 1; i < len; i++)
		strbuf_addch(&text, ' ');
	strbuf_adds(&text, rest);
	return text.s;
}

static void test_long_lines(void **state)
{
	cleanup_free char *most = with_line((1 << 20) - 1, "\n");
	cleanup_free char *more = with_line(1 << 20, "\n");
	struct profile *profile = read_text(most);

	(void)state;
	assert_int_equal(profile->n_rules, 1);
	profile_free(profile);
	expect_refused(more, "f:4: a line of more than 1 MiB, with which systemd loads nothing");
}

static void test_marks(void **state)
{
	(void)state;
	expect_rules(NATIVE "\xef\xbb\xbfSystemCallFilter=~mount\n"
			    "\xef\xbb\xbfSystemCallFilter=~ptrace\n",
		     "mount:kill");
	expect_rules(NATIVE "SystemCallFilter=~mount \\\n\xef\xbb\xbf"
			    "ptrace\n",
		     "mount:kill ptrace:kill");
}

/* What comes before the first section that means something. */
static void test_recognised(void **state)
{
	static const char *const before[] = {
		"[ Service ]\nA=b\n", "[x-note]\n", "junk\n", "x=y\n", "A:b=c\n", "\\\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		cleanup_free char *text =
			xasprintf("%s" NATIVE "SystemCallFilter=~mount\n", before[i]);

		expect_rules(text, "mount:kill");
	}
	/* A unit in YAML is YAML. */
	expect_refused("data:\n  unit: |\n    [Service]\n    SystemCallFilter=~mount\n",
		       "f:1: expected a seccomp profile (an object with \"defaultAction\") or a "
		       "runtime configuration (with \"linux\"), got an object");
}

/* Each of these was given to systemd 252: tests/e2e/systemd.bats does it again. */
static const struct {
	const char *text, *rules, *warnings;
} skipped[] = {
	{"SystemCallFilter=~mount:EPREM uname bpf:Kill ptrace:4096 acct:-1 reboot:\n", "uname:kill",
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
	{"SystemCallFilter=~read,write ~uname :EPERM mount:EPERM:EACCES ptrace\n", "ptrace:kill",
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
	/* Those that load filters of their own; what is near to none is somebody else's. */
	{"RestrictRealtme=yes\nLockPersonality=maybe\nRestrictNamespaces=usr\nProtectHome=yes\n"
	 "PrivateUsers=yes\nLockPersonality=\nSystemCallFilter=~mount\n",
	 "mount:kill",
	 "3: systemd skips \"RestrictRealtme\": no setting of systemd 252; did you mean "
	 "\"RestrictRealtime\"?\n"
	 "4: systemd skips \"maybe\": systemd 252 takes a boolean here\n"
	 "5: systemd skips \"usr\": it is neither a boolean nor a list of cgroup, ipc, net, mnt, "
	 "pid, user, uts\n"},
	{"SystemCallFilter=~mount\n[X-Note]\nSystemCallFilter=~uname\n[Service]\n"
	 "SystemCallFilter=~bpf\n",
	 "bpf:kill mount:kill",
	 "5: systemd skips \"SystemCallFilter\": such settings belong into [Service] (in "
	 "units of other kinds [Socket], [Mount] or [Swap]), and it stands elsewhere\n"},
};

static void test_skipped(void **state)
{
	const struct context context = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(skipped); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "%s%s", NATIVE, skipped[i].text);
		expect_rules(text.s, skipped[i].rules);
		expect_warnings(text.s, &context, skipped[i].warnings);
	}
	expect_rules("Description=x\nSystemCallFilter=~uname\n" NATIVE "SystemCallFilter=~mount\n",
		     "mount:kill");
}

static void test_too_many_groups(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_adds(&text, NATIVE "SystemCallFilter=~");
	for (int i = 0; i < 65536; i++)
		strbuf_adds(&text, "@swap ");
	expect_rules(text.s, "swapoff:kill swapon:kill");
	strbuf_adds(&text, "@swap");
	expect_refused(text.s, "f:3: expected at most 65536 groups, got more");
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

/* Each of these loads a filter of its own where it is on. */
static const struct {
	const char *text;
	const char *key; /* NULL: off */
} other_filters[] = {
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
	{"RestrictAddressFamilies=bogus", "RestrictAddressFamilies"},
	{"RestrictAddressFamilies=~af_unix bogus", "RestrictAddressFamilies"},
	{"MemoryDenyWriteExecute=1", "MemoryDenyWriteExecute"},
	{"MemoryDenyWriteExecute=On", "MemoryDenyWriteExecute"},
	{"MemoryDenyWriteExecute=yes\nMemoryDenyWriteExecute=maybe", "MemoryDenyWriteExecute"},
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

static void test_other_filters(void **state)
{
	const struct context context = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(other_filters); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		cleanup_strbuf struct strbuf begin = STRBUF_INIT;
		struct warnings warnings = {0};

		strbuf_addf(&text, NATIVE "%s\n", other_filters[i].text);
		strbuf_addf(&begin, "%s= is a filter of its own and not looked at",
			    other_filters[i].key);
		profile_free(read_text_as(text.s, &context, &warnings));
		size_t on = 0;
		for (size_t k = 0; k < warnings.n; k++) {
			if (warnings.of[k].kind == WARNING_SKIPPED)
				continue; /* a value that is none */
			on++;
			assert_int_equal(warnings.of[k].kind, WARNING_INCOMPLETE);
			assert_int_equal(strncmp(warnings.of[k].text, begin.s, begin.len), 0);
		}
		if (on != (other_filters[i].key != NULL))
			fail_msg("%s: %zu are on", other_filters[i].text, on);
		warnings_release(&warnings);
	}
}

/* The answers are those of systemd-analyze verify, of version 252. */
static void test_families(void **state)
{
	static const struct {
		const char *value;
		bool taken; /* every word of it */
	} cases[] = {
		{"AF_UNIX AF_INET6", true},
		{"~AF_DECnet af_vsock", true},
		{"none", true},
		{"AF_UNXI", false},
		{"UNIX", false},
		{"AF_UNSPEC", false},
		{"~none", false},
		{"none AF_UNIX", false},
		{"AF_UNIX AF_MAX", false},
	};
	const struct context context = machine();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct warnings warnings = {0};

		strbuf_addf(&text, NATIVE "RestrictAddressFamilies=%s\n", cases[i].value);
		profile_free(read_text_as(text.s, &context, &warnings));
		if (warnings.of_kind[WARNING_SKIPPED] != !cases[i].taken)
			fail_msg("%s: %zu findings", cases[i].value,
				 warnings.of_kind[WARNING_SKIPPED]);
		warnings_release(&warnings);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unit_syntax),     cmocka_unit_test(test_refused),
		cmocka_unit_test(test_skipped),         cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_marks),           cmocka_unit_test(test_recognised),
		cmocka_unit_test(test_too_many_groups), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_other_filters),   cmocka_unit_test(test_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
	/* A blank behind the backslash, in a line that is not ours. */
	expect_rules("[Service]\nExecStart=/bin/true \\ \nSystemCallArchitectures=native\n"
		     "SystemCallFilter=~mount\n",
		     "mount:kill");
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"[Service]\nExecStart=/bin/true\n",
		 "f:2: a unit file without SystemCallFilter=, SystemCallArchitectures= or "
		 "SystemCallErrorNumber=, so without a seccomp profile"},
		{"SystemCallFilter=read\n",
		 "f:1: expected a section [Service] (or [Socket], [Mount], [Swap]) before it, got "
		 "\"SystemCallFilter\""},
		{"[Unit]\nSystemCallFilter=read\n",
		 "f:2: expected a section [Service] (or [Socket], [Mount], [Swap]) before it, got "
		 "\"SystemCallFilter\""},
		{NATIVE "SystemCallFilter=read:EPERM\n",
		 "f:3: expected no :ERRNO behind a call that is allowed, got \"read:EPERM\""},
		{NATIVE "SystemCallFilter=~read:EPREM\n",
		 "f:3: expected the name of an errno, a number from 0 to 4095 or kill, got "
		 "\"EPREM\""},
		{NATIVE "SystemCallFilter=~read:Kill\n",
		 "f:3: expected the name of an errno, a number from 0 to 4095 or kill, got "
		 "\"Kill\""},
		{NATIVE "SystemCallFilter=~read:010\n",
		 "f:3: expected a decimal number, which does not begin with 0, got \"010\""},
		{NATIVE "SystemCallErrorNumber=0\n",
		 "f:3: expected the name of an errno, a number from 1 to 4095 or kill, got \"0\""},
		{NATIVE "SystemCallFilter=~read \\ \nwrite\n",
		 "f:3: expected nothing behind the backslash at the end, got a blank, with which "
		 "systemd does not go on to the next line"},
		{NATIVE "SystemCallFilter=~read \\\n write \\\t\n brk\n",
		 "f:4: expected nothing behind the backslash at the end, got a blank, with which "
		 "systemd does not go on to the next line"},
		{NATIVE "SystemCallFilter=~read \\\\\nwrite\n",
		 "f:3: expected the name of a system call or a group, got \"\\\\\""},
		{NATIVE "systemcallfilter=read\n",
		 "f:3: expected SystemCallFilter=, SystemCallErrorNumber=, "
		 "SystemCallArchitectures= or SystemCallLog=, got \"systemcallfilter\""},
		{NATIVE "SystemCallFilter=read \\\n  @swapp\n",
		 "f:4: expected a group of systemd 252 (did you mean @swap?), got \"@swapp\""},
		{NATIVE "SystemCallFilter=read,write\n",
		 "f:3: expected the name of a system call or a group, got \"read,write\""},
		{NATIVE "SystemCallErrorNumber=4096\n",
		 "f:3: expected the name of an errno, a number from 1 to 4095 or kill, got "
		 "\"4096\""},
		{NATIVE "SystemCallErrorNumber=1 2\n", "f:3: expected one errno, got \"2\""},
		{NATIVE "SystemCallArchitectures=amd64\n",
		 "f:3: expected an architecture as systemd calls it (native, x86-64, arm64 ...), "
		 "got \"amd64\""},
		{NATIVE "SystemCallFilters=read\n",
		 "f:3: expected SystemCallFilter=, SystemCallErrorNumber=, "
		 "SystemCallArchitectures= "
		 "or SystemCallLog=, got \"SystemCallFilters\""},
		{NATIVE "read\n", "f:3: expected SystemCallFilter=, SystemCallErrorNumber=, "
				  "SystemCallArchitectures= "
				  "or SystemCallLog=, got \"read\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_refused(bad[i].text, bad[i].message);
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
	expect_unwritable(
		profile, "systemd", NULL,
		"dialect systemd treats all calls alike that are not allowed; the rule for "
		"bpf is SCMP_ACT_KILL_PROCESS");
	profile->fallback = allow;
	profile->rules[0].verdict.action = ACTION_LOG;
	expect_unwritable(
		profile, "systemd", NULL,
		"dialect systemd can refuse a call with an errno or kill the process; the "
		"rule for bpf is SCMP_ACT_LOG");
	profile_free(profile);
	profile = profile_new();
	profile->fallback = (struct verdict){ACTION_KILL_THREAD, false, 0};
	expect_unwritable(profile, "systemd", NULL,
			  "dialect systemd refuses calls with an errno or kills the process: use "
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
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_unwritable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

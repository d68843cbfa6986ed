/* The dialects of plain text: names, firejail, minijail. */
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

static const struct verdict allow = {ACTION_ALLOW, false, 0};
static const struct verdict kill_process = {ACTION_KILL_PROCESS, false, 0};

static struct profile *allow_list(const char *abi, const char *const *names, size_t n)
{
	struct profile *profile = profile_new();

	if (abi != NULL)
		profile_add_abi(profile, abi_by_name(abi));
	for (size_t i = 0; i < n; i++)
		profile_add_rule(profile, names[i], allow, NULL, 0);
	return profile;
}

static void expect_written(struct profile *profile, const char *dialect, const char *expected)
{
	const struct context context = {.abi = abi_by_name("x86_64")};
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	write_text_as(profile, dialect, &context, &out);
	assert_string_equal(out.s, expected);
}

static void test_names_read(void **state)
{
	struct profile *profile =
		read_text("\n# what the program needs\r\n  read  # a comment\nwrite\r\n\tread\n");

	(void)state;
	assert_int_equal(profile->n_rules, 2);
	assert_string_equal(profile->rules[0].name, "read");
	assert_int_equal(profile->rules[1].verdict.action, ACTION_ALLOW);
	assert_int_equal(profile->n_abis, 0);
	assert_int_equal(profile->fallback.errno_ret, ENOSYS);
	profile_free(profile);
	/* One is wrong, but the text is clearly a list of names. */
	expect_warnings("pread\nread\n", &(struct context){.abi = abi_by_name("x86_64")},
			"1: unknown system call \"pread\", which runtimes skip silently; did you "
			"mean \"pread64\"?\n");
	/* All are wrong, and all look like names. */
	expect_warnings("pwrite\nfoo\n", &(struct context){.abi = abi_by_name("x86_64")},
			"1: unknown system call \"pwrite\", which runtimes skip silently; did you "
			"mean \"pwrite64\"?\n"
			"2: unknown system call \"foo\", which runtimes skip silently\n");
	expect_refused("pwrite\nfoo, bar\n",
		       "f:1: expected a seccomp profile (an object with \"defaultAction\") or a "
		       "runtime configuration (with \"linux\"), got \"pwrite foo, bar\"");
	expect_refused("pwrite\nfoo\na, b\n",
		       "f:1: expected a seccomp profile (an object with \"defaultAction\") or a "
		       "runtime configuration (with \"linux\"), got \"pwrite foo a, b\"");
	expect_refused("read\nwrite, close\n",
		       "f:2: expected the name of a system call, got \"write, close\"");
	expect_refused("read\nwr\x1bite\n",
		       "f:2: expected the name of a system call, got \"wr\\x1bite\"");
}

static void test_names_written(void **state)
{
	static const char *const names[] = {"write", "read", "brk"};
	struct profile *profile = allow_list("x86_64", names, ARRAY_SIZE(names));
	const struct condition equal = {0, COMPARE_EQ, 1, 0};

	(void)state;
	/* What the default says anyway is not listed. */
	profile_add_rule(profile, "clone3", profile->fallback, NULL, 0);
	expect_written(profile, "names", "brk\nread\nwrite\n");
	profile_add_rule(profile, "socket", allow, &equal, 1);
	expect_unwritable(profile, "names", NULL,
			  "dialect names has no conditions on arguments; the rule for socket has "
			  "some");
	profile_free(profile);
	profile = allow_list(NULL, names, 1);
	profile_add_rule(profile, "ptrace", kill_process, NULL, 0);
	expect_unwritable(profile, "names", NULL,
			  "dialect names treats all calls alike that are not allowed; the rule for "
			  "ptrace is SCMP_ACT_KILL_PROCESS");
	profile->fallback = allow;
	expect_unwritable(profile, "names", NULL,
			  "dialect names lists the calls that are allowed; the profile allows all "
			  "others too");
	profile_free(profile);
}

/* A single name that nobody knows could be anything, were it not said what it is. */
static void test_one_name(void **state)
{
	static const char *const known[] = {"read"}, *const unknown[] = {"quux"};
	struct profile *profile = allow_list(NULL, known, 1);

	(void)state;
	expect_written(profile, "names", "read\n");
	profile_free(profile);
	profile = allow_list(NULL, unknown, 1);
	expect_written(profile, "names", "# allowed system calls\nquux\n");
	struct profile *again = read_text("# allowed system calls\nquux\n");
	assert_true(profile_equal(profile, again));
	profile_free(again);
	profile_free(profile);
}

static void test_names_warn(void **state)
{
	static const char *const names[] = {"read", "socketcall"};
	static const char kills[] =
		"dialect names has no default action: SCMP_ACT_KILL_PROCESS is left out, and read "
		"back all other calls fail with ENOSYS\n";
	const struct context context = {.abi = abi_by_name("x86_64")};
	cleanup_strbuf struct strbuf out = STRBUF_INIT, empty = STRBUF_INIT;
	struct profile *profile = allow_list(NULL, names, 1);

	(void)state;
	expect_write_warnings(profile, "names", &context, &out, "");
	profile->fallback = kill_process;
	expect_write_warnings(profile, "names", &context, &out, kills);
	profile->fallback = (struct verdict){ACTION_ERRNO, true, ENOSYS};
	profile_add_abi(profile, context.abi);
	expect_write_warnings(profile, "names", &context, &out, "");
	profile_add_abi(profile, abi_by_name("x86"));
	expect_write_warnings(profile, "names", &context, &out,
			      "dialect names has no ABIs: that the list is for x86_64 and others "
			      "is left out\n");
	profile_free(profile);
	profile = allow_list("x86", names, 2);
	expect_write_warnings(profile, "names", &context, &out,
			      "dialect names has no ABIs: that the list is for x86 is left out\n");
	profile_free(profile);
	/* A list without names is one, too. */
	profile = allow_list(NULL, names, 0);
	write_text_as(profile, "names", &context, &empty);
	struct profile *again = read_text(empty.s);
	assert_true(profile_equal(profile, again));
	profile_free(again);
	profile_free(profile);
	expect_refused("# a comment\n", "f:2: the document is empty");
}

static void test_firejail(void **state)
{
	static const char *const names[] = {"write", "read", "waitpid", "arch_prctl"};
	struct profile *profile = allow_list("x86_64", names, ARRAY_SIZE(names));

	(void)state;
	expect_written(profile, "firejail",
		       "seccomp.keep arch_prctl,read,write\n"
		       "seccomp.block-secondary\n"
		       "seccomp-error-action ENOSYS\n");
	/* Names that it does not know. */
	profile->fallback = kill_process;
	profile_add_rule(profile, "cachestat", allow, NULL, 0);
	profile_add_rule(profile, "uretprobe", allow, NULL, 0);
	profile_add_rule(profile, "process_madvise", allow, NULL, 0);
	expect_written(profile, "firejail",
		       "# $451 is cachestat\n"
		       "# $335 is uretprobe\n"
		       "seccomp.keep arch_prctl,$451,process_madvise,read,$335,write\n"
		       "seccomp.block-secondary\n"
		       "seccomp-error-action kill\n");
	profile_add_abi(profile, abi_by_name("x86"));
	expect_unwritable(profile, "firejail", NULL,
			  "dialect firejail has a list for one ABI, since firejail does not apply "
			  "another one to 32-bit programs, and this profile is for 2");
	profile_free(profile);
	profile = allow_list("x86_64", names, ARRAY_SIZE(names));
	profile->fallback = (struct verdict){ACTION_TRAP, false, 0};
	expect_unwritable(profile, "firejail", NULL,
			  "dialect firejail has no default SCMP_ACT_TRAP");
	profile_free(profile);
}

static void test_minijail_actions(void **state)
{
	static const char *const names[] = {"read", "waitpid"};
	struct profile *profile = allow_list("x86_64", names, ARRAY_SIZE(names));

	(void)state;
	profile->fallback = kill_process;
	profile_add_rule(profile, "mount", (struct verdict){ACTION_ERRNO, true, EPERM}, NULL, 0);
	profile_add_rule(profile, "acct", (struct verdict){ACTION_TRAP, false, 0}, NULL, 0);
	profile_add_rule(profile, "bpf", (struct verdict){ACTION_LOG, false, 0}, NULL, 0);
	profile_add_rule(profile, "ptrace", (struct verdict){ACTION_TRACE, false, 0}, NULL, 0);
	profile_add_rule(profile, "fork", (struct verdict){ACTION_NOTIFY, false, 0}, NULL, 0);
	profile_add_rule(profile, "chroot", kill_process, NULL, 0);
	/* waitpid is no call of x86_64: minijail would refuse it. */
	expect_written(profile, "minijail",
		       "# minijail policy for x86_64\n"
		       "acct: trap\n"
		       "bpf: log\n"
		       "fork: user-notify\n"
		       "mount: return 1\n"
		       "ptrace: trace\n"
		       "read: 1\n");
	profile_add_abi(profile, abi_by_name("x86"));
	expect_unwritable(profile, "minijail", NULL,
			  "dialect minijail has a file for each ABI, and this profile is for 2");
	profile_free(profile);
}

static void test_minijail_conditions(void **state)
{
	const struct condition two[] = {{0, COMPARE_EQ, 2, 0}, {1, COMPARE_NE, UINT64_MAX, 0}};
	const struct condition masks[] = {{0, COMPARE_MASKED_EQ, 0x7e020000, 0},
					  {1, COMPARE_MASKED_EQ, 7, 5},
					  {2, COMPARE_MASKED_EQ, 8, 8}};
	/* The 2 is outside of the mask. */
	const struct condition outside = {0, COMPARE_MASKED_EQ, 5, 6};
	const struct condition order[] = {{0, COMPARE_LT, 1, 0},
					  {1, COMPARE_LE, 2, 0},
					  {2, COMPARE_GT, 3, 0},
					  {3, COMPARE_GE, 4, 0}};
	struct profile *profile = profile_new();

	(void)state;
	profile_add_abi(profile, abi_by_name("x86_64"));
	profile->fallback = kill_process;
	profile_add_rule(profile, "socket", allow, two, 2);
	profile_add_rule(profile, "socket", allow, two, 1);
	profile_add_rule(profile, "clone", allow, masks, 3);
	profile_add_rule(profile, "ioctl", allow, order, 4);
	profile_add_rule(profile, "prctl", allow, &outside, 1);
	expect_written(profile, "minijail",
		       "# minijail policy for x86_64\n"
		       "clone: arg0 in 0xffffffff81fdffff && arg1 & 0x1 && arg1 & 0x4 && arg1 in "
		       "0xfffffffffffffffd && arg2 & 0x8\n"
		       "ioctl: arg0 < 0x1 && arg1 <= 0x2 && arg2 > 0x3 && arg3 >= 0x4\n"
		       "prctl: arg0 & 0x4 && arg0 in 0xfffffffffffffffe\n"
		       "socket: arg0 == 0x2 || arg0 == 0x2 && arg1 != 0xffffffffffffffff\n");
	profile_add_rule(profile, "socket", kill_process, two + 1, 1);
	expect_unwritable(
		profile, "minijail", NULL,
		"dialect minijail can allow a call under conditions, and nothing else: the "
		"rules for socket ask for more");
	profile_free(profile);
}

static void test_minijail_enosys(void **state)
{
	static const char *const names[] = {"read", "clone3"};
	const struct context context = {.abi = abi_by_name("x86_64")};
	const struct condition two = {0, COMPARE_EQ, 2, 0};
	struct profile *profile = allow_list(NULL, names, ARRAY_SIZE(names));
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	profile_add_rule(profile, "socket", allow, &two, 1);
	write_text_as(profile, "minijail", &context, &out);
	assert_non_null(strstr(out.s, "\nclone3: 1\n"));
	assert_non_null(strstr(out.s, "\nfaccessat2: return 38\n"));
	assert_non_null(strstr(out.s, "\nsocket: arg0 == 0x2; return 38\n"));
	profile->fallback.errno_ret = EPERM;
	expect_unwritable(profile, "minijail", NULL,
			  "dialect minijail kills at any call that it does not list, or has "
			  "ENOSYS for newer ones, and the default of this profile is neither");
	profile_free(profile);
}

/* Such settings are left out, and that is said. */
static void test_settings_are_dropped(void **state)
{
	static const char *const dialects[] = {"systemd", "firejail", "minijail", "bpf"};
	const struct context here = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dialects); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		struct warnings warnings = {0};
		struct err err = {0};
		struct profile *profile = profile_new();

		profile->fallback = kill_process;
		profile_add_flag(profile, "SECCOMP_FILTER_FLAG_LOG");
		profile->listener_path = xstrdup("/run/x");
		assert_int_equal(format_write_as(profile, dialect_by_name(dialects[i]), SYNTAX_NONE,
						 &here, &warnings, &out, &err),
				 0);
		assert_int_equal(warnings.n, 2);
		assert_non_null(strstr(warnings.of[0].text, "SECCOMP_FILTER_FLAG_LOG"));
		assert_non_null(strstr(warnings.of[1].text, "listenerPath"));
		assert_int_equal(format_write(profile, dialect_by_name(dialects[i]), SYNTAX_YAML,
					      &out, &err),
				 -EINVAL);
		err_done(&err);
		warnings_release(&warnings);
		profile_free(profile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_read),
		cmocka_unit_test(test_names_written),
		cmocka_unit_test(test_one_name),
		cmocka_unit_test(test_names_warn),
		cmocka_unit_test(test_firejail),
		cmocka_unit_test(test_minijail_actions),
		cmocka_unit_test(test_minijail_conditions),
		cmocka_unit_test(test_minijail_enosys),
		cmocka_unit_test(test_settings_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Dialects docker and podman: what holds on which machine, what is refused, what is warned of.
 *
 * Longer than others: documents and what is said of them stand beside each other.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define A "{\"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
#define ALLOW "\"action\": \"SCMP_ACT_ALLOW\""

/* One entry for "read" with more members, on line 3. */
#define ENTRY(members) A "\"syscalls\": [\n{\"names\": [\"read\"], " ALLOW ", " members "}]}"

static struct context machine(const char *abi, uint32_t major, uint32_t minor, const char *caps)
{
	struct context context = {.abi = abi_by_name(abi), .kernel = {major, minor}};
	char *wrong = NULL;

	context.has_caps = true;
	assert_true(capabilities_parse(caps, &context.caps, &wrong));
	return context;
}

/* Is the document's entry for the machine? */
static bool holds(const char *text, struct context context)
{
	struct profile *profile = read_text_as(text, &context, NULL);
	bool found = profile->n_rules > 0;

	profile_free(profile);
	return found;
}

static void test_capabilities(void **state)
{
	static const char one[] = ENTRY("\"includes\": {\"caps\": [\"CAP_BPF\"]}");
	static const char two[] =
		ENTRY("\"includes\": {\"caps\": [\"CAP_BPF\", \"CAP_SYS_ADMIN\"]}");
	static const char none_of[] =
		ENTRY("\"excludes\": {\"caps\": [\"CAP_BPF\", \"CAP_SYS_ADMIN\"]}");
	static const char usual[] = ENTRY("\"includes\": {\"caps\": [\"CAP_CHOWN\"]}");

	(void)state;
	assert_true(holds(one, machine("x86_64", 6, 1, "CAP_BPF")));
	assert_true(holds(one, machine("x86_64", 6, 1, "none,bpf")));
	assert_false(holds(one, machine("x86_64", 6, 1, "default")));
	assert_false(holds(two, machine("x86_64", 6, 1, "bpf")));
	assert_true(holds(two, machine("x86_64", 6, 1, "bpf,sys_admin")));
	assert_true(holds(two, machine("x86_64", 6, 1, "all")));
	assert_false(holds(none_of, machine("x86_64", 6, 1, "sys_admin")));
	assert_true(holds(none_of, machine("x86_64", 6, 1, "default")));
	assert_true(holds(usual, machine("x86_64", 6, 1, "default")));
	assert_true(holds(usual, (struct context){0}));
	assert_false(holds(usual, machine("x86_64", 6, 1, "none")));
}

static void test_machines(void **state)
{
	static const char in[] = ENTRY("\"includes\": {\"arches\": [\"arm64\", \"amd64\"]}");
	static const char out[] = ENTRY("\"excludes\": {\"arches\": [\"s390x\", \"s390\"]}");
	static const char x32[] = ENTRY("\"includes\": {\"arches\": [\"x32\"]}");

	(void)state;
	assert_true(holds(in, machine("x86_64", 6, 1, "none")));
	assert_true(holds(in, machine("aarch64", 6, 1, "none")));
	assert_false(holds(in, machine("riscv64", 6, 1, "none")));
	assert_false(holds(out, machine("s390x", 6, 1, "none")));
	assert_true(holds(out, machine("x86_64", 6, 1, "none")));
	assert_false(holds(x32, machine("x86_64", 6, 1, "none")));
}

static void test_kernels(void **state)
{
	static const char in[] = ENTRY("\"includes\": {\"minKernel\": \"4.8\"}");
	static const char out[] = ENTRY("\"excludes\": {\"minKernel\": \"4.8\"}");
	static const char podman[] =
		ENTRY("\"errno\": \"\", \"includes\": {\"minKernel\": \"4.8\"}");

	(void)state;
	assert_true(holds(in, machine("x86_64", 4, 8, "none")));
	assert_true(holds(in, machine("x86_64", 4, 10, "none")));
	assert_true(holds(in, machine("x86_64", 5, 0, "none")));
	assert_false(holds(in, machine("x86_64", 4, 7, "none")));
	assert_false(holds(in, machine("x86_64", 3, 19, "none")));
	assert_false(holds(out, machine("x86_64", 4, 8, "none")));
	assert_true(holds(out, machine("x86_64", 4, 7, "none")));
	/* An empty one is 0.0 to Docker, and null is none. */
	assert_true(holds(ENTRY("\"includes\": {\"minKernel\": \"\"}"),
			  machine("x86_64", 4, 8, "none")));
	assert_false(holds(ENTRY("\"excludes\": {\"minKernel\": \"\"}"),
			   machine("x86_64", 4, 8, "none")));
	assert_true(holds(ENTRY("\"excludes\": {\"minKernel\": null}"),
			  machine("x86_64", 4, 8, "none")));
	/* Podman does not know it. */
	assert_true(holds(podman, machine("x86_64", 3, 19, "none")));
}

static void expect_abis(const char *text, const char *abi, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	const struct context context = {.abi = abi_by_name(abi)};
	struct profile *profile = read_text_as(text, &context, NULL);

	for (size_t i = 0; i < profile->n_abis; i++)
		strbuf_addf(&got, "%s%s", i > 0 ? " " : "", profile->abis[i]->name);
	assert_string_equal(got.s, expected);
	profile_free(profile);
}

static void test_arch_map(void **state)
{
	static const char map[] =
		A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": "
		  "[\"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"]},\n"
		  "{\"architecture\": \"SCMP_ARCH_RISCV64\", \"subArchitectures\": null}]}";

	(void)state;
	expect_abis(map, "x86_64", "x86_64 x86 x32");
	expect_abis(map, "riscv64", "riscv64");
	expect_abis(map, "s390x", "s390x");
	/* The first for a machine is taken. */
	expect_abis(A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\"}, {\"architecture\": "
		      "\"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]}]}",
		    "x86_64", "x86_64");
	/* A sub-architecture is no machine. */
	expect_abis(map, "x86", "x86");
	expect_abis(A "\"archMap\": [], \"architectures\": [\"SCMP_ARCH_ARM\"]}", "x86_64", "arm");
	expect_abis(A "\"architectures\": [\"SCMP_ARCH_NATIVE\"]}", "aarch64", "aarch64");
}

static void test_names(void **state)
{
	struct profile *profile =
		read_text(A "\"syscalls\": [{\"name\": \"read\", \"names\": [], " ALLOW
			    ", \"args\": null, \"comment\": \"\", \"includes\": {}, \"excludes\": "
			    "null},\n{\"name\": \"\", \"names\": [\"write\"], " ALLOW "}]}");

	(void)state;
	assert_int_equal(profile->n_rules, 2);
	assert_string_equal(profile->rules[0].name, "read");
	assert_string_equal(profile->rules[1].name, "write");
	profile_free(profile);
}

static void test_errno_texts(void **state)
{
	struct profile *profile = read_text(
		"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 1, \"defaultErrno\": "
		"\"ENOSYS\", \"syscalls\": [\n{\"names\": [\"a\"], \"action\": \"SCMP_ACT_ERRNO\", "
		"\"errno\": \"13\"},\n{\"names\": [\"b\"], \"action\": \"SCMP_ACT_ERRNO\", "
		"\"errnoRet\": 2, \"errno\": \"\"}]}");

	(void)state;
	assert_int_equal(profile->fallback.errno_ret, ENOSYS);
	assert_int_equal(profile->rules[0].verdict.errno_ret, 13);
	assert_int_equal(profile->rules[1].verdict.errno_ret, 2);
	profile_free(profile);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ENTRY("\"includes\": {\"caps\": \"CAP_BPF\"}"),
		 "f:3: caps: expected an array, got \"CAP_BPF\""},
		{ENTRY("\"includes\": []"), "f:3: includes: expected an object, got an array"},
		{ENTRY("\"errno\": \"EPREM\""),
		 "f:3: errno: expected the name of an errno or a number up to 4095, got \"EPREM\""},
		{A "\"archMap\": {}}", "f:2: archMap: expected an array, got an object"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_refused(bad[i].text, bad[i].message);
}

#define NATIVE A "\"architectures\": [\"SCMP_ARCH_X86_64\"], "
#define NATIVE_ENTRY(keys) NATIVE "\"syscalls\": [\n{\"names\": [\"read\"], " keys ", " ALLOW "}]}"

#define REFUSED ": Docker and Podman refuse the profile; runc, crun and containerd skip the key\n"

/* What two engines refuse is to the others as if it were not there. */
static void test_refused_by_some(void **state)
{
	const struct context here = machine("x86_64", 6, 1, "none");
	const char *name = NATIVE_ENTRY("\n\"name\": \"write\"");
	const char *map = A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_ARM\"}],\n"
			    "\"architectures\": [\"SCMP_ARCH_X86_64\"]}";
	struct profile *profile = read_text(name);

	(void)state;
	assert_int_equal(profile->n_rules, 1);
	assert_string_equal(profile->rules[0].name, "read");
	profile_free(profile);
	expect_warnings(name, &here, "4: \"name\" with \"names\" beside it" REFUSED);
	profile = read_text(map);
	assert_int_equal(profile->n_abis, 1);
	assert_ptr_equal(profile->abis[0], abi_by_name("x86_64"));
	profile_free(profile);
	expect_warnings(map, &here, "2: \"archMap\" with \"architectures\" beside it" REFUSED);
	expect_warnings(NATIVE_ENTRY("\"comment\": [\"a\", \"b\"]"), &here,
			"3: \"comment\" that is no text" REFUSED);
}

static void test_warnings(void **state)
{
	const struct context here = machine("x86_64", 6, 1, "none");

	(void)state;
	expect_warnings(A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\"}]}", &here,
			"2: containerd ignores \"archMap\": to it the profile is for the machine's "
			"own ABI alone\n");
	expect_warnings(NATIVE "\"syscalls\": [\n{\"name\": \"read\", " ALLOW "}]}", &here,
			"3: containerd ignores \"name\", so to it the entry names no call: use "
			"\"names\"\n");
	expect_warnings(
		NATIVE_ENTRY("\"includes\": {\"caps\": [\"CAP_ROOT\"],\n\"minKernel\": \"4.8\"}"),
		&here,
		"3: unknown capability \"CAP_ROOT\", which no process has\n"
		"3: containerd ignores \"includes\": to it the entry holds always\n"
		"4: Podman and CRI-O ignore \"minKernel\": to them the entry is for every "
		"kernel\n");
	expect_warnings(NATIVE_ENTRY("\"excludes\": {\"arches\": [\"x86_64\"]}"), &here,
			"3: unknown architecture \"x86_64\", which no machine has; libseccomp's "
			"names are meant, such as amd64 and arm64\n"
			"3: containerd ignores \"excludes\": to it the entry holds always\n");
	expect_warnings(NATIVE "\n\"defaultErrno\": \"ENOSYS\"}", &here,
			"3: Docker and containerd ignore \"defaultErrno\", and \"defaultErrnoRet\" "
			"does not say the same\n");
	expect_warnings(A "\n\"architectures\": [\"SCMP_ARCH_X86\", \"SCMP_ARCH_NATIVE\"]}", &here,
			"3: \"SCMP_ARCH_NATIVE\" is handed on by Podman; runc 1.1.5 and crun "
			"1.8.1 refuse the profile\n");
	expect_warnings(
		NATIVE_ENTRY(
			"\"includes\": {\"caps\": [\"CAP_BPF\", \"CAP_CHOWN\"]},\n\"excludes\": "
			"{\"caps\": [\"CAP_CHOWN\"], \"arches\": [\"amd64\"]}"),
		&here,
		"3: containerd ignores \"includes\": to it the entry holds always\n"
		"4: containerd ignores \"excludes\": to it the entry holds always\n"
		"4: \"CAP_CHOWN\" is in \"includes\" and in \"excludes\", which wins: with it the "
		"entry never holds\n");
}

static void test_warnings_of_machines(void **state)
{
	const struct context here = machine("x86_64", 6, 1, "none");

	(void)state;
	/* Elsewhere the profile is for the machine's own ABI, which has the call. */
	expect_warnings(A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\"}], \"syscalls\": "
			  "[\n{\"names\": [\"swapcontext\"], \"includes\": {\"arches\": "
			  "[\"ppc64le\"]}, " ALLOW "}]}",
			&here,
			"2: containerd ignores \"archMap\": to it the profile is for the machine's "
			"own ABI alone\n"
			"3: containerd ignores \"includes\": to it the entry holds always\n");
	const struct context ppc = machine("ppc64le", 6, 1, "none");
	expect_warnings(
		A "\"archMap\": [{\"architecture\": \"SCMP_ARCH_X86_64\"}],\n\"syscalls\": "
		  "[{\"names\": [\"swapcontext\"], " ALLOW "}]}",
		&ppc,
		"2: \"archMap\" has no entry for this machine, SCMP_ARCH_PPC64LE: the profile "
		"is for that ABI alone, calls of its other ones kill\n"
		"2: containerd ignores \"archMap\": to it the profile is for the machine's "
		"own ABI alone\n");
	/* Empty filters, and the names of entries for other machines. */
	expect_warnings(NATIVE_ENTRY("\"includes\": {}, \"excludes\": {\"caps\": []}"), &here, "");
	expect_warnings(NATIVE
			"\"syscalls\": [\n{\"names\": [\"pread\"], \"includes\": {\"arches\": "
			"[\"arm64\"]}, " ALLOW "}]}",
			&here,
			"3: containerd ignores \"includes\": to it the entry holds always\n"
			"3: unknown system call \"pread\", which runtimes skip silently; did you "
			"mean \"pread64\"?\n");
}

static void test_podman_writes_both(void **state)
{
	struct profile *profile = profile_new();
	const struct condition equal = {0, COMPARE_EQ, 1, 0};
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	profile_add_rule(profile, "a", (struct verdict){ACTION_ERRNO, true, 4000}, &equal, 1);
	profile_add_rule(profile, "b", (struct verdict){ACTION_TRACE, true, 4000}, NULL, 0);
	write_text_as(profile, "podman", NULL, &out);
	assert_string_equal(out.s, "{\n"
				   "  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
				   "  \"defaultErrnoRet\": 38,\n"
				   "  \"defaultErrno\": \"ENOSYS\",\n"
				   "  \"syscalls\": [\n"
				   "    {\n"
				   "      \"names\": [\n"
				   "        \"b\"\n"
				   "      ],\n"
				   "      \"action\": \"SCMP_ACT_TRACE\",\n"
				   "      \"errnoRet\": 4000\n"
				   "    },\n"
				   "    {\n"
				   "      \"names\": [\n"
				   "        \"a\"\n"
				   "      ],\n"
				   "      \"action\": \"SCMP_ACT_ERRNO\",\n"
				   "      \"errnoRet\": 4000,\n"
				   "      \"errno\": \"4000\",\n"
				   "      \"args\": [\n"
				   "        {\n"
				   "          \"index\": 0,\n"
				   "          \"value\": 1,\n"
				   "          \"valueTwo\": 0,\n"
				   "          \"op\": \"SCMP_CMP_EQ\"\n"
				   "        }\n"
				   "      ]\n"
				   "    }\n"
				   "  ]\n"
				   "}\n");
	profile_free(profile);
}

static bool allows(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->n_rules; i++)
		if (strcmp(profile->rules[i].name, name) == 0 &&
		    profile->rules[i].n_conditions == 0 &&
		    profile->rules[i].verdict.action == ACTION_ALLOW)
			return true;
	return false;
}

/* The profile that Debian installs for Podman and CRI-O. */
static void test_installed_profile(void **state)
{
	static const char path[] = "/usr/share/containers/seccomp.json";
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const struct context plain = machine("x86_64", 6, 1, "default");
	const struct context admin = machine("x86_64", 6, 1, "all");
	const struct context arm = machine("aarch64", 6, 1, "default");

	(void)state;
	if (access(path, R_OK) < 0) {
		print_message("needs %s\n", path);
		skip();
	}
	read_path(path, &text);
	struct profile *profile = read_text_as(text.s, &plain, NULL);
	assert_int_equal(profile->fallback.errno_ret, ENOSYS);
	assert_int_equal(profile->n_abis, 3);
	assert_true(allows(profile, "openat"));
	assert_true(allows(profile, "arch_prctl"));
	assert_false(allows(profile, "bpf"));
	assert_false(allows(profile, "s390_runtime_instr"));
	profile_free(profile);
	profile = read_text_as(text.s, &admin, NULL);
	assert_true(allows(profile, "bpf"));
	profile_free(profile);
	profile = read_text_as(text.s, &arm, NULL);
	assert_string_equal(profile->abis[0]->name, "aarch64");
	assert_false(allows(profile, "arch_prctl"));
	profile_free(profile);
}

static void test_context_words(void **state)
{
	struct kernel_version version;
	uint64_t caps;
	char *wrong = NULL;

	(void)state;
	assert_true(kernel_version_parse("6.1", &version));
	assert_int_equal(version.major, 6);
	assert_int_equal(version.minor, 1);
	assert_true(kernel_version_parse("0.1", &version));
	assert_false(kernel_version_parse("6", &version));
	assert_false(kernel_version_parse("6.", &version));
	assert_false(kernel_version_parse(".1", &version));
	assert_false(kernel_version_parse("6.1-rc1", &version));
	assert_true(kernel_release_parse("6.12.0-13-amd64", &version));
	assert_int_equal(version.major, 6);
	assert_int_equal(version.minor, 12);
	assert_true(kernel_release_parse("6.1", &version));
	assert_true(kernel_release_parse("6.1+", &version));
	assert_false(kernel_release_parse("6", &version));
	assert_false(kernel_release_parse("6-1", &version));
	assert_false(kernel_release_parse("6..1", &version));
	assert_false(kernel_release_parse("6.1rc1", &version));
	assert_false(kernel_release_parse("6.300.1", &version));
	assert_true(capabilities_parse("cap_chown,CAP_CHECKPOINT_RESTORE", &caps, &wrong));
	assert_true(caps == (1 | UINT64_C(1) << 40));
	assert_true(capabilities_parse("all", &caps, &wrong));
	assert_true(caps == (UINT64_C(1) << 41) - 1);
	assert_false(capabilities_parse("chown,,kill", &caps, &wrong));
	assert_string_equal(wrong, "");
	free(wrong);
	assert_int_equal(capability_by_name("CAP_KILL"), 5);
	assert_int_equal(capability_by_name("kill"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_arch_map),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_errno_texts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_by_some),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_warnings_of_machines),
		cmocka_unit_test(test_podman_writes_both),
		cmocka_unit_test(test_installed_profile),
		cmocka_unit_test(test_context_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

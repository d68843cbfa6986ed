/* The facts about calls. Runs in the repository's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "abi.h"
#include "documents.h"
#include "risk.h"
#include "syscalls.h"

/* The names that Docker's default profile allows whatever the arguments and capabilities are. */
static const char docker_path[] = "tests/golden/docker-unconditional.txt";

/* Is the name a whole line? */
static bool has_line(const struct strbuf *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text->s; (at = strstr(at, name)) != NULL; at += len)
		if ((at == text->s || at[-1] == '\n') && at[len] == '\n')
			return true;
	return false;
}

/* Calls `check` for each call of each ABI. */
static void each_call(void (*check)(const char *name, const void *ctx), const void *ctx)
{
	char name[SYSCALL_NAME_MAX];

	for (size_t i = 0; i < abi_count; i++) {
		/* x32's base is a bit that its numbers here do not have. */
		int32_t base = abi_table[i].nr_base < 10000 ? abi_table[i].nr_base : 0;
		for (int32_t nr = base; nr < base + 600; nr++)
			if (syscalls_name(&abi_table[i], nr, name))
				check(name, ctx);
	}
}

static void check_entry(const char *name, const void *docker)
{
	/* Podman's has this one's risk from its past. */
	if (has_line(docker, name) == (risk_of(name) == NULL) || strcmp(name, "vmsplice") == 0)
		return;
	fail_msg("%s: %s", name,
		 risk_of(name) != NULL ? "Docker allows it, but there is an entry"
				       : "Docker does not allow it, but there is no entry");
}

static void what_docker_holds_back_has_an_entry(void **unused)
{
	struct strbuf docker = STRBUF_INIT;

	(void)unused;
	read_path(docker_path, &docker);
	assert_true(has_line(&docker, "read"));
	each_call(check_entry, &docker);
	strbuf_release(&docker);
}

/* Podman's default profile, which CRI-O has as well. */
static const char podman_path[] = "/usr/share/containers/seccomp.json";

/* What it does not allow, and why there is nothing to be said against it all the same. */
static const struct {
	const char *name, *reason;
} harmless[] = {
	{"cachestat", "counts the cached pages of a file that is open"},
	{"fchmodat2", "fchmodat with flags, which the C library had to imitate"},
	{"futex_requeue", "futex, one of its operations as a call"},
	{"futex_wait", "futex, one of its operations as a call"},
	{"futex_waitv", "futex, for several at once"},
	{"futex_wake", "futex, one of its operations as a call"},
	{"getxattrat", "getxattr, from an open directory"},
	{"io_pgetevents", "io_getevents with a signal mask"},
	{"io_pgetevents_time64", "io_pgetevents for 32 bits"},
	{"listmount", "the process's own mounts, as /proc/self/mountinfo has them"},
	{"listxattrat", "listxattr, from an open directory"},
	{"map_shadow_stack", "memory of the process's own, for return addresses"},
	{"mseal", "makes the process's own memory unchangeable"},
	{"removexattrat", "removexattr, from an open directory"},
	{"riscv_flush_icache", "makes code of the process's own visible to its processors"},
	{"riscv_hwprobe", "the processor's features"},
	{"setxattrat", "setxattr, from an open directory"},
	{"statmount", "the process's own mounts, as /proc/self/mountinfo has them"},
	{"swapcontext", "changes the thread's own registers"},
	{"uretprobe", "a signal for everybody but the kernel's own probes"},
};

static bool is_harmless(const char *name)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(harmless[i].name, name) == 0)
			return strlen(harmless[i].reason) > 10;
	return false;
}

/* What it allows on some machine or other, a name on each line. */
static void add_allowed(const char *text, const char *abi, struct strbuf *allowed)
{
	const struct context context = {.abi = abi_by_name(abi)};
	struct profile *profile = read_text_as(text, &context, NULL);

	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].verdict.action == ACTION_ALLOW)
			strbuf_addf(allowed, "%s\n", profile->rules[i].name);
	(void)profile_free(profile);
}

static void check_podman(const char *name, const void *allowed)
{
	if (has_line(allowed, name)) {
		if (is_harmless(name))
			fail_msg("%s: allowed, so it need not be called harmless", name);
		return;
	}
	if ((risk_of(name) != NULL) == is_harmless(name))
		fail_msg("%s: Podman does not allow it, but it has %s", name,
			 is_harmless(name) ? "an entry and a reason not to have one" : "no entry");
}

static void what_podman_holds_back_has_an_entry_or_is_harmless(void **unused)
{
	static const char *const abis[] = {"x86_64", "x86", "aarch64", "arm", "s390x", "ppc64le"};
	struct strbuf text = STRBUF_INIT, allowed = STRBUF_INIT;

	(void)unused;
	if (access(podman_path, R_OK) != 0) {
		print_message("needs %s\n", podman_path);
		skip();
	}
	read_path(podman_path, &text);
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++)
		add_allowed(text.s, abis[i], &allowed);
	assert_true(has_line(&allowed, "read"));
	each_call(check_podman, &allowed);
	strbuf_release(&allowed);
	strbuf_release(&text);
}

static void entries_are_found(void **unused)
{
	/* The first and the last one, too. */
	static const char *const names[] = {"_sysctl", "clone3", "mount", "vserver"};

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct risk *risk = risk_of(names[i]);
		assert_non_null(risk);
		assert_string_equal(risk->name, names[i]);
		assert_true(strlen(risk->what) > 10 && strlen(risk->docker) > 10);
	}
	assert_null(risk_of("read"));
	assert_null(risk_of(""));
	assert_null(risk_of("zzz"));
	assert_int_equal(risk_of("ptrace")->level, RISK_RISKY);
	assert_int_equal(risk_of("olduname")->level, RISK_MINOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_docker_holds_back_has_an_entry),
		cmocka_unit_test(what_podman_holds_back_has_an_entry_or_is_harmless),
		cmocka_unit_test(entries_are_found),
	};

	return cmocka_run_group_tests_name("risk", tests, NULL, NULL);
}

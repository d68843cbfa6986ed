/* The facts about calls. Runs in the repository's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

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
	if (has_line(docker, name) == (risk_of(name) == NULL))
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
		cmocka_unit_test(entries_are_found),
	};

	return cmocka_run_group_tests_name("risk", tests, NULL, NULL);
}

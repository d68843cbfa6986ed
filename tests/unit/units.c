#include "units.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "cleanup.h"
#include "documents.h"
#include "strbuf.h"

struct context machine(void)
{
	return (struct context){.abi = abi_by_name("x86_64"), .kernel = {6, 1}};
}

void expect_rules(const char *text, const char *expected)
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

void expect_abis(const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	const struct context context = machine();
	struct profile *profile = read_text_as(text, &context, NULL);

	for (size_t i = 0; i < profile->n_abis; i++)
		strbuf_addf(&got, "%s%s", i > 0 ? " " : "", profile->abis[i]->name);
	assert_string_equal(got.s, expected);
	profile_free(profile);
}

/*
 * Every reader of profiles, found out from the content. What was read can be written in each
 * dialect that can say it, and is read back as the same.
 */
#include <string.h>

#include "cleanup.h"
#include "diff_compare.h"
#include "format.h"
#include "profiles.h"
#include "strbuf.h"

/*
 * Reading back must work, and where nobody was warned nothing may be wider. A dialect that can say all
 * of a profile gives the same again, but for rules that repeat the default, which are not written.
 */
static void read_back(struct profile *profile, const struct strbuf *text, bool warned,
		      bool says_all)
{
	struct profile *again = fuzz_read((const uint8_t *)text->s, text->len, NULL);

	fuzz_require(again != NULL);
	struct diff *diff = diff_new(policy_of_profile(profile), policy_of_profile(again));
	if (says_all)
		fuzz_require(diff_is_empty(diff));
	if (!warned)
		fuzz_require(!diff_widens(diff));
	(void)diff_free(diff);
	(void)profile_free(again);
}

static void write_as(struct profile *profile, const char *name, enum syntax syntax)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const struct dialect *dialect = dialect_by_name(name);
	const struct context context = {.abi = abi_by_name("x86_64"), .name = "fuzz"};
	struct warnings warnings = {0};
	struct err err = {0};
	int r = format_write_as(profile, dialect, syntax, &context, &warnings, &text, &err);

	if (r < 0)
		fuzz_expect_error(r, &err);
	else if (dialect_is_readable(dialect))
		read_back(profile, &text, warnings.n > 0, strcmp(name, "oci") == 0);
	warnings_release(&warnings);
}

void fuzz_one(const uint8_t *data, size_t size)
{
	struct warnings warnings = {0};
	struct profile *profile = fuzz_read(data, size, &warnings);
	const char *name;

	for (size_t i = 0; i < warnings.n; i++)
		fuzz_require(warnings.of[i].text[0] != '\0');
	for (size_t i = 0; profile != NULL && (name = dialect_name(i)) != NULL; i++) {
		enum syntax usual = dialect_syntax(dialect_by_name(name));
		/* libseccomp takes for ever on some rules; test_program.c has filters. */
		if (strcmp(name, "bpf") == 0)
			continue;
		write_as(profile, name, usual);
		if (usual == SYNTAX_JSON)
			write_as(profile, name, SYNTAX_YAML);
	}
	warnings_release(&warnings);
	(void)profile_free(profile);
}

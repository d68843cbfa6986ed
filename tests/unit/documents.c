#include "documents.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "file.h"

struct profile *read_text(const char *text)
{
	struct err err = {0};
	struct profile *profile = NULL;

	if (format_read("f", text, strlen(text), &profile, &err) < 0)
		fail_msg("%s in:\n%s", err_text(&err), text);
	return profile;
}

struct profile *read_text_as(const char *text, const struct context *context,
			     struct warnings *warnings)
{
	struct err err = {0};
	struct profile *profile = NULL;

	if (format_read_as("f", text, strlen(text), context, &profile, warnings, &err) < 0)
		fail_msg("%s in:\n%s", err_text(&err), text);
	return profile;
}

void expect_refused(const char *text, const char *message)
{
	struct err err = {0};
	struct profile *profile = NULL;

	if (format_read("f", text, strlen(text), &profile, &err) == 0)
		fail_msg("accepted: %s", text);
	assert_string_equal(err_text(&err), message);
	err_done(&err);
}

void expect_warnings(const char *text, const struct context *context, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	struct warnings warnings = {0};

	profile_free(read_text_as(text, context, &warnings));
	for (size_t i = 0; i < warnings.n; i++)
		strbuf_addf(&got, "%zu: %s\n", warnings.of[i].line, warnings.of[i].text);
	assert_string_equal(got.s, expected);
	warnings_release(&warnings);
}

static int write_usual(struct profile *profile, const char *name, const struct context *context,
		       struct warnings *warnings, struct strbuf *out, struct err *err)
{
	const struct dialect *dialect = dialect_by_name(name);
	const struct context here = {0};

	assert_non_null(dialect);
	return format_write_as(profile, dialect, dialect_syntax(dialect),
			       context != NULL ? context : &here, warnings, out, err);
}

void write_text_as(struct profile *profile, const char *dialect, const struct context *context,
		   struct strbuf *out)
{
	struct err err = {0};

	if (write_usual(profile, dialect, context, NULL, out, &err) < 0)
		fail_msg("%s", err_text(&err));
}

void expect_write_warnings(struct profile *profile, const char *dialect,
			   const struct context *context, struct strbuf *out, const char *expected)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	struct warnings warnings = {0};
	struct err err = {0};

	if (write_usual(profile, dialect, context, &warnings, out, &err) < 0)
		fail_msg("%s", err_text(&err));
	for (size_t i = 0; i < warnings.n; i++)
		strbuf_addf(&got, "%s\n", warnings.of[i].text);
	assert_string_equal(got.s, expected);
	warnings_release(&warnings);
}

void expect_unwritable(struct profile *profile, const char *dialect, const struct context *context,
		       const char *message)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct err err = {0};

	if (write_usual(profile, dialect, context, NULL, &out, &err) == 0)
		fail_msg("written:\n%s", out.s);
	assert_string_equal(err_text(&err), message);
	err_done(&err);
}

void read_path(const char *path, struct strbuf *text)
{
	struct err err = {0};

	if (file_read(path, FORMAT_TEXT_MAX, text, &err) < 0)
		fail_msg("%s", err_text(&err));
}

void write_text(struct profile *profile, enum syntax syntax, struct strbuf *out)
{
	struct err err = {0};

	if (format_write(profile, dialect_by_name("oci"), syntax, out, &err) < 0)
		fail_msg("%s", err_text(&err));
}

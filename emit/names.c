#include "names.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "lines.h"
#include "oci.h"
#include "plain.h"
#include "syscalls.h"
#include "text.h"

/* So many lines are looked at to find out what a text is. */
#define LOOKED_AT 20

static const struct verdict allow = {.action = ACTION_ALLOW};

bool names_recognises(const char *text)
{
	struct line line = {0};
	size_t looked_at = 0;

	while (looked_at < LOOKED_AT && line_next(&text, &line)) {
		struct line bare = line_without_comment(&line, '#');
		if (bare.len == 0)
			continue;
		cleanup_free char *name = xstrndup(bare.text, bare.len);
		if (!oci_is_name(name)) {
			if (looked_at == 0)
				return false;
			continue;
		}
		if (syscalls_known(name))
			return true;
		looked_at++;
	}
	return false;
}

int names_read(const char *name, const char *text, struct reading *reading, struct err *err)
{
	struct line line = {0};

	while (line_next(&text, &line)) {
		struct line bare = line_without_comment(&line, '#');
		if (bare.len == 0)
			continue;
		cleanup_free char *word = xstrndup(bare.text, bare.len);
		if (!oci_is_name(word)) {
			cleanup_strbuf struct strbuf shown = STRBUF_INIT;
			strbuf_add_printable(&shown, word);
			return err_set(err, EINVAL,
				       "%s:%zu: expected the name of a system call, got \"%.60s\"",
				       name, line.number, shown.s);
		}
		if (reading->profile->n_rules >= OCI_RULES_MAX)
			return err_set(err, EINVAL, "%s:%zu: expected at most %d names, got more",
				       name, line.number, OCI_RULES_MAX);
		reading_check_name(reading, word, allow, line.number);
		profile_add_rule(reading->profile, word, allow, NULL, 0);
	}
	return 0;
}

int names_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		struct err *err)
{
	int r = plain_check_allowed(profile, "names", err);

	(void)writing;
	for (size_t i = 0; r == 0 && i < profile->n_rules; i++)
		if (profile->rules[i].verdict.action == ACTION_ALLOW)
			strbuf_addf(out, "%s\n", profile->rules[i].name);
	return r;
}

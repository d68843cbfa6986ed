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

/*
 * What stands in place of a list without a name, since an empty file would be nobody's, and over one
 * that could be anything: a single name that nobody knows.
 */
static const char nothing[] = "# no system call is allowed";
static const char heading[] = "# allowed system calls";

static bool is_line(const struct line *line, const char *text)
{
	return line->len == strlen(text) && line_begins(line, text);
}

bool names_recognises(const char *text)
{
	struct line line = {0};
	size_t names = 0;
	bool others = false, said = false;

	while (names < LOOKED_AT && line_next(&text, &line)) {
		said = said || is_line(&line, nothing) || is_line(&line, heading);
		struct line bare = line_without_comment(&line, '#');
		if (bare.len == 0)
			continue;
		cleanup_free char *name = xstrndup(bare.text, bare.len);
		if (!oci_is_name(name)) {
			if (names == 0)
				return false;
			others = true;
			continue;
		}
		if (syscalls_known(name))
			return true;
		names++;
	}
	/* One word alone may be anything. */
	return !others && (names > 1 || said);
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

/* Reading the list again gives the usual default, and the loader's own ABI. */
static void warn(const struct profile *profile, const struct writing *writing)
{
	const struct verdict fallback = profile->fallback, usual = {ACTION_ERRNO, true, ENOSYS};
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);

	plain_drop_settings(profile, "names", writing);
	if (!verdict_equal(fallback, usual))
		warnings_add(writing->warnings, WARNING_CHANGED, 0,
			     "dialect names has no default action: %s is left out, and read back "
			     "all other calls fail with ENOSYS",
			     action_oci_name(fallback.action));
	if (n != 1 || abis[0] != own)
		warnings_add(writing->warnings, WARNING_CHANGED, 0,
			     "dialect names has no ABIs: that the list is for %s%s is left out",
			     abis[0]->name, n > 1 ? " and others" : "");
}

int names_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		struct err *err)
{
	int r = plain_check_allowed(profile, "names", err);

	if (r < 0)
		return r;
	warn(profile, writing);
	for (size_t i = 0; i < profile->n_rules; i++)
		if (profile->rules[i].verdict.action == ACTION_ALLOW)
			strbuf_addf(out, "%s\n", profile->rules[i].name);
	if (out->len == 0) {
		strbuf_addf(out, "%s\n", nothing);
	} else if (!names_recognises(out->s)) {
		cleanup_free char *names = strbuf_steal(out);
		strbuf_addf(out, "%s\n%s", heading, names);
	}
	return 0;
}

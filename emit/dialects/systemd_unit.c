#include "systemd_unit.h"

#include <string.h>

#include "cleanup.h"
#include "nearest.h"
#include "text.h"
#include "unit_file.h"

void unit_skip(const struct unit *unit, const char *word, const char *why)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	strbuf_add_printable(&shown, word);
	warnings_add(unit->reading->warnings, WARNING_SKIPPED, unit->line,
		     "systemd skips \"%.60s\": %s", shown.s, why);
}

void unit_skip_unknown(const struct unit *unit, const char *word, const char *why,
		       const char *const *words, size_t n)
{
	cleanup_strbuf struct strbuf reason = STRBUF_INIT;
	const char *meant = warnings_wanted(unit->reading->warnings, WARNING_SKIPPED)
				    ? nearest(word, words, n)
				    : NULL;

	strbuf_adds(&reason, why);
	if (meant != NULL)
		strbuf_addf(&reason, "; did you mean \"%s\"?", meant);
	unit_skip(unit, word, reason.s);
}

int unit_take_words(struct unit *unit, const char *value, size_t line, bool quotes,
		    int (*take)(struct unit *unit, char *word))
{
	struct unit_words words = {.rest = value, .line = line, .quotes = quotes};
	cleanup_strbuf struct strbuf word = STRBUF_INIT;
	const char *start = value;
	int more, r = 0;

	while (r == 0 && (more = unit_words_next(&words, &word)) > 0) {
		unit->line = words.line;
		r = take(unit, word.s);
		start = words.rest;
	}
	if (r == 0 && more < 0) {
		unit->line = words.line;
		unit_skip(unit, start + strspn(start, " \t\n\r"),
			  quotes ? "a quote is not closed, or nothing follows a backslash"
				 : "nothing follows the backslash; where it is to join the next "
				   "line, "
				   "no blank may be behind it");
	}
	return r;
}

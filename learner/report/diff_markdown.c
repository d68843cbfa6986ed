#include <string.h>

#include "diff_format.h"
#include "text.h"
#include "words.h"

/*
 * As a code span, in which Markdown reads nothing but the end of the span and, in a table, the
 * end of the cell: backticks and bars become \xNN, as control characters do.
 */
static void add_code(struct strbuf *out, const char *text)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;

	strbuf_add_printable(&clean, text);
	if (clean.len == 0)
		return;
	strbuf_addch(out, '`');
	for (const char *c = clean.s; *c != '\0'; c++) {
		if (*c == '`' || *c == '|')
			strbuf_addf(out, "\\x%02x", (unsigned int)*c);
		else
			strbuf_addch(out, *c);
	}
	strbuf_addch(out, '`');
}

static void add_names(const char *const names[DIFF_SIDES], const char *between, struct strbuf *out)
{
	add_code(out, names[DIFF_OLD]);
	strbuf_adds(out, between);
	add_code(out, names[DIFF_NEW]);
}

static void add_notes(const struct diff *diff, const char *const names[DIFF_SIDES],
		      struct strbuf *out)
{
	for (size_t i = 0; i < diff->n_notes; i++) {
		const struct diff_note *note = &diff->notes[i];

		strbuf_adds(out, i == 0 ? "\n- Note: " : "- Note: ");
		add_code(out, names[note->side]);
		strbuf_adds(out, ": ");
		add_code(out, note->text);
		strbuf_addch(out, '\n');
	}
}

/* Recordings know who made a call, profiles what is decided about it. */
static bool has_provenance(const struct diff *diff)
{
	return diff->side[DIFF_OLD]->recording != NULL || diff->side[DIFF_NEW]->recording != NULL;
}

static bool has_decisions(const struct diff *diff)
{
	return diff->side[DIFF_OLD]->profile != NULL || diff->side[DIFF_NEW]->profile != NULL;
}

static void add_known(const struct source *known, struct strbuf *out)
{
	cleanup_strbuf struct strbuf files = STRBUF_INIT;

	words_add_known_from(known, &files);
	strbuf_adds(out, " known from ");
	add_code(out, files.s);
}

static void add_by(const struct diff_call *call, struct strbuf *out)
{
	const struct provenance *by = diff_call_by(call);
	const struct source *known = diff_call_known(call);

	if (by == NULL) {
		if (known != NULL)
			add_known(known, out);
		strbuf_adds(out, " |");
		return;
	}
	strbuf_addch(out, ' ');
	add_code(out, by->exe != NULL ? by->exe : "unknown program");
	if (by->comm != NULL) {
		strbuf_adds(out, " (");
		add_code(out, by->comm);
		strbuf_addch(out, ')');
	}
	if (by->pid > 0)
		strbuf_addf(out, ", pid %d", by->pid);
	strbuf_addf(out, ", %.3f s", by->t);
	if (by->at != NULL) {
		strbuf_adds(out, ", at ");
		add_code(out, by->at);
	}
	if (by->has_result) {
		cleanup_strbuf struct strbuf result = STRBUF_INIT;

		words_add_result(by->result, &result);
		strbuf_adds(out, " = ");
		add_code(out, result.s);
	}
	strbuf_adds(out, " |");
}

static bool has_remarks(const struct diff *diff)
{
	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			if (diff->abis[i].calls[j].risk != NULL ||
			    diff->abis[i].calls[j].n_siblings > 0)
				return true;
	return false;
}

static void add_remarks(const struct diff *diff, const struct diff_abi *abi,
			const struct diff_call *call, struct strbuf *out)
{
	cleanup_strbuf struct strbuf siblings = STRBUF_INIT;

	if (diff_add_siblings(call, &siblings)) {
		strbuf_adds(out, " in place of ");
		add_code(out, siblings.s);
		strbuf_addch(out, '.');
	}
	if (call->risk != NULL) {
		/* Words of our own table: nothing in them is Markdown but the _ of capabilities. */
		strbuf_addf(out, " **%s**: ", risk_level_name(call->risk->level));
		diff_add_risk(diff, abi, call->risk, out);
		strbuf_addch(out, '.');
	}
	strbuf_adds(out, " |");
}

static void add_decision(const struct diff *diff, const struct diff_abi *abi,
			 const struct diff_call *call, enum diff_side side, struct strbuf *out)
{
	cleanup_strbuf struct strbuf raw = STRBUF_INIT;

	if (diff_add_decision(diff, abi, call, side, &raw)) {
		strbuf_addch(out, ' ');
		add_code(out, raw.s);
	}
	strbuf_adds(out, " |");
}

static void add_call(const struct diff *diff, const struct diff_abi *abi,
		     const struct diff_call *call, struct strbuf *out)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;

	diff_add_call_name(call, &name);
	strbuf_addf(out, "| %s | %s | ", diff_call_word(call), abi->abi->name);
	add_code(out, name.s);
	strbuf_adds(out, " |");
	if (has_decisions(diff)) {
		add_decision(diff, abi, call, DIFF_OLD, out);
		add_decision(diff, abi, call, DIFF_NEW, out);
	}
	if (has_provenance(diff))
		add_by(call, out);
	if (has_remarks(diff))
		add_remarks(diff, abi, call, out);
	strbuf_addch(out, '\n');
}

static void add_settings(const struct diff *diff, struct strbuf *out)
{
	bool first = true;

	for (int s = 0; s < DIFF_SETTINGS; s++) {
		cleanup_strbuf struct strbuf was = STRBUF_INIT;
		cleanup_strbuf struct strbuf now = STRBUF_INIT;

		if (!diff->setting[s])
			continue;
		diff_add_setting(diff, (enum diff_setting)s, DIFF_OLD, &was);
		diff_add_setting(diff, (enum diff_setting)s, DIFF_NEW, &now);
		strbuf_addf(out, "%s- %s: ", first ? "\n" : "",
			    diff_setting_name((enum diff_setting)s));
		add_code(out, was.s);
		strbuf_adds(out, " → ");
		add_code(out, now.s);
		strbuf_addch(out, '\n');
		first = false;
	}
}

static void add_table(const struct diff *diff, struct strbuf *out)
{
	bool by = has_provenance(diff), decisions = has_decisions(diff);
	bool remarks = has_remarks(diff);

	if (diff_count(diff, CHANGE_ANY) == 0)
		return;
	strbuf_addf(out, "\n| Change | ABI | System call |%s%s%s\n",
		    decisions ? " Was | Now |" : "", by ? " First called by |" : "",
		    remarks ? " Remarks |" : "");
	strbuf_addf(out, "|---|---|---|%s%s%s\n", decisions ? "---|---|" : "", by ? "---|" : "",
		    remarks ? "---|" : "");
	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			add_call(diff, &diff->abis[i], &diff->abis[i].calls[j], out);
}

void diff_write_markdown(const struct diff *diff, const char *const names[DIFF_SIDES],
			 struct strbuf *out)
{
	if (diff_is_empty(diff)) {
		strbuf_adds(out, "No change in system calls: ");
		add_names(names, " and ", out);
		strbuf_adds(out, " say the same.\n");
		add_notes(diff, names, out);
		return;
	}
	strbuf_adds(out, "### System calls: ");
	add_names(names, " → ", out);
	strbuf_adds(out, "\n\n");
	diff_add_summary(diff, out);
	strbuf_adds(out, "\n");
	add_settings(diff, out);
	add_table(diff, out);
	add_notes(diff, names, out);
}

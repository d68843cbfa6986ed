#include "diff_format.h"
#include "text.h"
#include "words.h"

/* Longer names do not push the rest of the lines to the right. */
#define NAME_COLUMN_MAX 24

static void add_clean(struct strbuf *out, struct strbuf *raw)
{
	strbuf_add_printable(out, raw->s);
	strbuf_cut(raw, 0);
}

static void add_settings(const struct diff *diff, struct strbuf *out)
{
	for (int s = 0; s < DIFF_SETTINGS; s++) {
		cleanup_strbuf struct strbuf raw = STRBUF_INIT;

		if (!diff->setting[s])
			continue;
		strbuf_addf(&raw, "~ %s: ", diff_setting_name((enum diff_setting)s));
		diff_add_setting(diff, (enum diff_setting)s, DIFF_OLD, &raw);
		strbuf_adds(&raw, " -> ");
		diff_add_setting(diff, (enum diff_setting)s, DIFF_NEW, &raw);
		add_clean(out, &raw);
		strbuf_addch(out, '\n');
	}
}

static void add_by(const struct provenance *by, struct strbuf *out)
{
	strbuf_adds(out, by->exe != NULL ? by->exe : "unknown program");
	if (by->comm != NULL)
		strbuf_addf(out, " (%s)", by->comm);
	if (by->pid > 0)
		strbuf_addf(out, " pid %d", by->pid);
	strbuf_addf(out, " after %.3f s", by->t);
	if (by->at != NULL)
		strbuf_addf(out, " at %s", by->at);
	if (by->has_result) {
		strbuf_adds(out, " = ");
		words_add_result(by->result, out);
	}
}

static void add_remarks(const struct diff *diff, const struct diff_abi *abi,
			const struct diff_call *call, struct strbuf *out)
{
	cleanup_strbuf struct strbuf siblings = STRBUF_INIT;

	if (diff_add_siblings(call, &siblings)) {
		strbuf_adds(out, "    in place of ");
		strbuf_add_printable(out, siblings.s);
		strbuf_addch(out, '\n');
	}
	if (call->risk != NULL) {
		strbuf_addf(out, "    %s: ", risk_level_name(call->risk->level));
		diff_add_risk(diff, abi, call->risk, out);
		strbuf_addch(out, '\n');
	}
}

static void add_call(const struct diff *diff, const struct diff_abi *abi,
		     const struct diff_call *call, size_t column, struct strbuf *out)
{
	static const char signs[DIFF_GROUPS] = {'+', '-', '~'};
	cleanup_strbuf struct strbuf name = STRBUF_INIT;
	cleanup_strbuf struct strbuf was = STRBUF_INIT;
	cleanup_strbuf struct strbuf now = STRBUF_INIT;
	cleanup_strbuf struct strbuf raw = STRBUF_INIT;
	const struct provenance *by = diff_call_by(call);
	const struct source *known = diff_call_known(call);
	bool has_was = diff_add_decision(diff, abi, call, DIFF_OLD, &was);
	bool has_now = diff_add_decision(diff, abi, call, DIFF_NEW, &now);

	if (has_was && has_now && (call->change & (CHANGE_WIDENED | CHANGE_NARROWED)) != 0)
		strbuf_addf(&raw, "  %s: %s -> %s", diff_call_word(call), was.s, now.s);
	else if (has_was && has_now)
		strbuf_addf(&raw, "  %s -> %s", was.s, now.s);
	else if (has_was)
		strbuf_addf(&raw, "  was %s", was.s);
	else if (has_now)
		strbuf_addf(&raw, "  now %s", now.s);
	if (by != NULL) {
		strbuf_adds(&raw, "  ");
		add_by(by, &raw);
	} else if (known != NULL) {
		strbuf_adds(&raw, "  known from ");
		words_add_known_from(known, &raw);
	}
	diff_add_call_name(call, &name);
	strbuf_addf(out, "%c ", signs[diff_group_of(call)]);
	strbuf_add_printable(out, name.s);
	for (size_t i = name.len; raw.len > 0 && i < column; i++)
		strbuf_addch(out, ' ');
	add_clean(out, &raw);
	strbuf_addch(out, '\n');
	add_remarks(diff, abi, call, out);
}

static size_t name_column(const struct diff_abi *abi)
{
	size_t column = 0;

	for (size_t i = 0; i < abi->n_calls; i++) {
		cleanup_strbuf struct strbuf name = STRBUF_INIT;

		diff_add_call_name(&abi->calls[i], &name);
		if (name.len > column && name.len <= NAME_COLUMN_MAX)
			column = name.len;
	}
	return column;
}

static void add_abi(const struct diff *diff, const struct diff_abi *abi, struct strbuf *out)
{
	bool came = !abi->present[DIFF_OLD], went = !abi->present[DIFF_NEW];
	size_t column = name_column(abi);

	if (abi->n_calls == 0 && !came && !went)
		return;
	strbuf_addf(out, "\n%s%s:\n", abi->abi->name,
		    came ? " (new ABI)" : (went ? " (ABI removed)" : ""));
	for (size_t i = 0; i < abi->n_calls; i++)
		add_call(diff, abi, &abi->calls[i], column, out);
}

void diff_write_text(const struct diff *diff, const char *const names[DIFF_SIDES],
		     struct strbuf *out)
{
	if (diff_is_empty(diff))
		return;
	strbuf_adds(out, "--- ");
	strbuf_add_printable(out, names[DIFF_OLD]);
	strbuf_adds(out, "\n+++ ");
	strbuf_add_printable(out, names[DIFF_NEW]);
	strbuf_addch(out, '\n');
	add_settings(diff, out);
	for (size_t i = 0; i < diff->n_abis; i++)
		add_abi(diff, &diff->abis[i], out);
	strbuf_addch(out, '\n');
	for (size_t i = 0; i < diff->n_notes; i++) {
		strbuf_adds(out, "note: ");
		strbuf_add_printable(out, names[diff->notes[i].side]);
		strbuf_adds(out, ": ");
		strbuf_add_printable(out, diff->notes[i].text);
		strbuf_addch(out, '\n');
	}
	diff_add_summary(diff, out);
	strbuf_addch(out, '\n');
}

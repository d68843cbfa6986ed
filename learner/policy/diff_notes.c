#include "diff_notes.h"

#include "alloc.h"
#include "diff_consumers.h"
#include "strbuf.h"

/* Takes the text over. */
static void add_note(struct diff *diff, enum diff_side side, enum diff_note_kind kind,
		     const char *gap, char *text)
{
	xgrow(&diff->notes, diff->n_notes, &diff->cap_notes, sizeof(*diff->notes));
	diff->notes[diff->n_notes++] = (struct diff_note){side, kind, gap, text};
}

/* About NEW; no text, no note. */
static void add_text_note(struct diff *diff, enum diff_note_kind kind, char *text)
{
	if (text != NULL)
		add_note(diff, DIFF_NEW, kind, NULL, text);
}

static void note_gaps(struct diff *diff, enum diff_side side)
{
	const struct recording *recording = diff->side[side]->recording;

	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct recorded_gap *gap = &recording->gaps[i];
		struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "may be incomplete: %s", gap->kind);
		if (gap->detail[0] != '\0')
			strbuf_addf(&text, ": %s", gap->detail);
		add_note(diff, side, DIFF_NOTE_GAP, gap->kind, strbuf_steal(&text));
	}
}

static void note_unknown(struct diff *diff, enum diff_side side)
{
	const struct policy *policy = diff->side[side];
	struct strbuf text = STRBUF_INIT;

	if (policy->n_unknown == 0)
		return;
	strbuf_adds(&text, "not compared, no known ABI has them:");
	for (size_t i = 0; i < policy->n_unknown; i++)
		strbuf_addf(&text, "%s %s", i > 0 ? "," : "", policy->unknown[i]);
	add_note(diff, side, DIFF_NOTE_UNKNOWN, NULL, strbuf_steal(&text));
}

/* The recorded calls that the profile on `side` may refuse, depending on their arguments. */
static void note_conditional(struct diff *diff, enum diff_side side)
{
	const struct policy *profile = diff->side[side], *recording = diff->side[!side];
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < profile->n_abis; i++) {
		const struct policy_abi *a = &profile->abis[i];
		const struct policy_abi *b = policy_find_abi(recording, a->abi);
		size_t k = 0;
		for (size_t j = 0; b != NULL && j < a->n_rulings; j++) {
			const struct ruling *ruling = &a->rulings[j];
			while (k < b->n_rulings && b->rulings[k].nr < ruling->nr)
				k++;
			if (k == b->n_rulings || b->rulings[k].nr != ruling->nr ||
			    ruling_is_unconditional(ruling) ||
			    !policy_allows(profile, true, ruling))
				continue;
			strbuf_addf(&text, "%s %s (%s)", text.len > 0 ? "," : "", ruling->name,
				    a->abi->name);
		}
	}
	if (text.len == 0)
		return;
	struct strbuf whole = STRBUF_INIT;
	strbuf_addf(&whole, "allowed under conditions, which a recording cannot decide:%s", text.s);
	strbuf_release(&text);
	add_note(diff, side, DIFF_NOTE_CONDITIONAL, NULL, strbuf_steal(&whole));
}

void diff_add_notes(struct diff *diff, enum diff_side side)
{
	const struct policy *policy = diff->side[side];
	struct strbuf text = STRBUF_INIT;

	if (diff_is_recording(diff, side)) {
		note_gaps(diff, side);
		return;
	}
	note_unknown(diff, side);
	/* When neither side lists an ABI it does not matter which one is taken. */
	if (policy->assumed_native && !diff->side[!side]->assumed_native) {
		strbuf_addf(&text, "lists no architecture: compared as %s, this machine's",
			    abi_native()->name);
		add_note(diff, side, DIFF_NOTE_NATIVE, NULL, strbuf_steal(&text));
	}
	if (side == DIFF_NEW && diff_of_profiles(diff)) {
		add_text_note(diff, DIFF_NOTE_MULTIPLEXED, diff_note_of_multiplexed(diff));
		add_text_note(diff, DIFF_NOTE_ENOSYS, diff_note_of_enosys(diff));
	}
	if (!diff_is_mixed(diff))
		return;
	if (verdict_runs(policy->fallback)) {
		strbuf_adds(&text, "allows by default: only the calls that it names are compared");
		add_note(diff, side, DIFF_NOTE_ALLOWS_REST, NULL, strbuf_steal(&text));
	}
	note_conditional(diff, side);
}

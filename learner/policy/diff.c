#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diff_consumers.h"
#include "outcome.h"
#include "siblings.h"
#include "strbuf.h"

static bool is_recording(const struct diff *diff, enum diff_side side)
{
	return diff->side[side]->recording != NULL;
}

static bool both_profiles(const struct diff *diff)
{
	return !is_recording(diff, DIFF_OLD) && !is_recording(diff, DIFF_NEW);
}

static bool is_mixed(const struct diff *diff)
{
	return is_recording(diff, DIFF_OLD) != is_recording(diff, DIFF_NEW);
}

/* ---- One call ------------------------------------------------------------------------------- */

/* Whether some arguments at least let the call run. An ABI that a filter lacks is killed. */
static bool allows(const struct policy *policy, bool abi_present, const struct ruling *ruling)
{
	if (ruling != NULL && ruling_runs(ruling))
		return true;
	if (policy->recording != NULL || !abi_present || !verdict_runs(policy->fallback))
		return false;
	return ruling == NULL || !ruling_is_unconditional(ruling);
}

static bool alternatives_equal(const struct ruling *a, const struct ruling *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->n_alternatives != b->n_alternatives)
		return false;
	for (size_t i = 0; i < a->n_alternatives; i++)
		if (alternative_compare(&a->alternatives[i], &b->alternatives[i]) != 0)
			return false;
	return true;
}

/* Without knowing the arguments: conditions count as allowed, what is not the same as changed. */
static bool call_differs_roughly(const struct diff *diff, const struct diff_abi *abi,
				 struct diff_call *call)
{
	bool allowed[DIFF_SIDES];

	for (int s = 0; s < DIFF_SIDES; s++)
		allowed[s] = allows(diff->side[s], abi->present[s], call->ruling[s]);
	if (allowed[DIFF_OLD] != allowed[DIFF_NEW]) {
		enum diff_side allower = allowed[DIFF_NEW] ? DIFF_NEW : DIFF_OLD;
		/* What a profile lets pass merely by default, or by what it says about another
		 * call, is no statement about this one. */
		const struct ruling *ruling = call->ruling[allower];
		if (is_mixed(diff) && (ruling == NULL || !ruling_runs(ruling) || ruling->derived))
			return false;
		call->kind = allower == DIFF_NEW ? DIFF_ADDED : DIFF_REMOVED;
		return true;
	}
	call->kind = DIFF_CHANGED;
	call->undecided = both_profiles(diff) && abi->present[DIFF_OLD] && abi->present[DIFF_NEW] &&
			  !alternatives_equal(call->ruling[DIFF_OLD], call->ruling[DIFF_NEW]);
	return call->undecided;
}

/* Two profiles. Returns false when there is nothing to report. */
static bool call_differs(const struct diff *diff, struct outcomes *outcomes,
			 const struct diff_abi *abi, struct diff_call *call)
{
	static const struct verdict absent = {.action = ACTION_KILL_PROCESS};
	unsigned int bits = abi_argument_bits(abi->abi);
	argmap_ref f[DIFF_SIDES];

	outcomes_reset(outcomes);
	for (int s = 0; s < DIFF_SIDES; s++)
		f[s] = outcomes_of(outcomes, call->ruling[s],
				   abi->present[s] ? diff->side[s]->fallback : absent, bits);
	struct outcome_change change = outcomes_compare(outcomes, f[DIFF_OLD], f[DIFF_NEW]);
	if (outcomes_undecided(outcomes))
		return call_differs_roughly(diff, abi, call);
	/* What came for some arguments and went for others is told as a change, with both. */
	bool both_ways = change.wider && change.narrower;
	if (change.runs_before != change.runs_after && !both_ways) {
		call->kind = change.runs_after ? DIFF_ADDED : DIFF_REMOVED;
		return true;
	}
	call->kind = DIFF_CHANGED;
	call->widened = change.wider;
	call->narrowed = change.narrower;
	/* How a call is refused on an ABI that came or went goes without saying. */
	call->action_changed = change.other && abi->present[DIFF_OLD] && abi->present[DIFF_NEW];
	return call->widened || call->narrowed || call->action_changed;
}

/* Does NEW let it go further, as far as is known? */
static bool call_goes_further(const struct diff_call *call)
{
	return call->kind == DIFF_ADDED || call->widened || call->undecided;
}

static void assess_risk(struct diff *diff, struct diff_call *call)
{
	if (!call_goes_further(call))
		return;
	diff->widened = true;
	call->risk = call->name != NULL ? risk_of(call->name) : NULL;
	if (call->name == NULL || (call->risk != NULL && call->risk->level == RISK_RISKY)) {
		diff->risky = true;
		diff->n_risky++;
	}
}

/* ---- One ABI -------------------------------------------------------------------------------- */

static int call_order(const void *pa, const void *pb)
{
	const struct diff_call *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if ((a->name == NULL) != (b->name == NULL))
		return a->name == NULL ? 1 : -1;
	int order = a->name != NULL ? strcmp(a->name, b->name) : 0;
	if (order != 0)
		return order;
	return (a->nr > b->nr) - (a->nr < b->nr);
}

static void compare_call(struct diff *diff, struct outcomes *outcomes, struct diff_abi *abi,
			 const struct ruling *was, const struct ruling *now)
{
	const struct ruling *any = was != NULL ? was : now;
	struct diff_call call = {.nr = any->nr, .name = any->name, .ruling = {was, now}};

	if (!(both_profiles(diff) ? call_differs(diff, outcomes, abi, &call)
				  : call_differs_roughly(diff, abi, &call)))
		return;
	assess_risk(diff, &call);
	xgrow(&abi->calls, abi->n_calls, &abi->cap_calls, sizeof(*abi->calls));
	abi->calls[abi->n_calls++] = call;
	diff->count[call.kind]++;
	diff->n_widened += call.widened;
	diff->n_narrowed += call.narrowed;
}

/* Each added call learns which removed ones it may stand for. The calls are sorted. */
static void find_siblings(struct diff_abi *abi)
{
	for (size_t i = 0; i < abi->n_calls; i++) {
		struct diff_call *call = &abi->calls[i];
		for (size_t j = 0; call->kind == DIFF_ADDED && j < abi->n_calls; j++) {
			const struct diff_call *other = &abi->calls[j];
			if (other->kind != DIFF_REMOVED || call->name == NULL ||
			    other->name == NULL || !siblings_are(call->name, other->name))
				continue;
			xgrow(&call->siblings, call->n_siblings, &call->cap_siblings,
			      sizeof(*call->siblings));
			call->siblings[call->n_siblings++] = other->name;
		}
	}
}

/* An ABI that came brings along what NEW lets pass by default. */
static void assess_abi(struct diff *diff, const struct diff_abi *abi)
{
	const struct policy *now = diff->side[DIFF_NEW];

	diff->n_abis_added += !abi->present[DIFF_OLD];
	diff->n_abis_gone += !abi->present[DIFF_NEW];
	if (both_profiles(diff) && !abi->present[DIFF_OLD] &&
	    verdict_leniency(now->fallback) > LENIENCY_REFUSED)
		diff->widened = diff->risky = true;
}

static void compare_abi(struct diff *diff, struct outcomes *outcomes, const struct abi *id)
{
	static const struct policy_abi absent = {0};
	const struct policy_abi *was = policy_find_abi(diff->side[DIFF_OLD], id);
	const struct policy_abi *now = policy_find_abi(diff->side[DIFF_NEW], id);
	size_t i = 0, j = 0;

	if (was == NULL && now == NULL)
		return;
	/* A recording does not speak of an ABI that comes along with the one it was made on. */
	if (is_mixed(diff) && (was == NULL || now == NULL) && (was != NULL ? was : now)->implied)
		return;
	xgrow(&diff->abis, diff->n_abis, &diff->cap_abis, sizeof(*diff->abis));
	struct diff_abi *abi = &diff->abis[diff->n_abis++];
	*abi = (struct diff_abi){.abi = id, .present = {was != NULL, now != NULL}};
	assess_abi(diff, abi);
	was = was != NULL ? was : &absent;
	now = now != NULL ? now : &absent;
	while (i < was->n_rulings || j < now->n_rulings) {
		bool in_was = i < was->n_rulings, in_now = j < now->n_rulings;
		int32_t x = in_was ? was->rulings[i].nr : INT32_MAX;
		int32_t y = in_now ? now->rulings[j].nr : INT32_MAX;
		const struct ruling *a = in_was && (!in_now || x <= y) ? &was->rulings[i++] : NULL;
		const struct ruling *b =
			a == NULL || (in_now && x == y) ? &now->rulings[j++] : NULL;
		compare_call(diff, outcomes, abi, a, b);
	}
	if (abi->n_calls > 0)
		qsort(abi->calls, abi->n_calls, sizeof(*abi->calls), call_order);
	find_siblings(abi);
}

/* ---- Settings ------------------------------------------------------------------------------- */

static bool text_differs(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

static bool flags_differ(const struct profile *a, const struct profile *b)
{
	/* No list and an empty list differ: runtimes add a flag of their own to no list. */
	if (a->has_flags != b->has_flags || a->n_flags != b->n_flags)
		return true;
	for (size_t i = 0; i < a->n_flags; i++)
		if (strcmp(a->flags[i], b->flags[i]) != 0)
			return true;
	return false;
}

static void compare_settings(struct diff *diff)
{
	const struct policy *was = diff->side[DIFF_OLD], *now = diff->side[DIFF_NEW];
	const struct profile *a = was->profile, *b = now->profile;

	diff->setting[DIFF_DEFAULT] = !verdict_equal(was->fallback, now->fallback);
	if (verdict_leniency(now->fallback) > verdict_leniency(was->fallback))
		diff->widened = diff->risky = true;
	diff->setting[DIFF_FLAGS] = flags_differ(a, b);
	diff->setting[DIFF_LISTENER_PATH] = text_differs(a->listener_path, b->listener_path);
	diff->setting[DIFF_LISTENER_METADATA] =
		text_differs(a->listener_metadata, b->listener_metadata);
}

/* ---- Notes ---------------------------------------------------------------------------------- */

static void add_note(struct diff *diff, enum diff_side side, enum diff_note_kind kind,
		     const char *gap, struct strbuf *text)
{
	xgrow(&diff->notes, diff->n_notes, &diff->cap_notes, sizeof(*diff->notes));
	diff->notes[diff->n_notes++] = (struct diff_note){side, kind, gap, strbuf_steal(text)};
}

/* About NEW; no text, no note. */
static void add_text_note(struct diff *diff, enum diff_note_kind kind, char *text)
{
	if (text == NULL)
		return;
	xgrow(&diff->notes, diff->n_notes, &diff->cap_notes, sizeof(*diff->notes));
	diff->notes[diff->n_notes++] = (struct diff_note){DIFF_NEW, kind, NULL, text};
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
		add_note(diff, side, DIFF_NOTE_GAP, gap->kind, &text);
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
	add_note(diff, side, DIFF_NOTE_UNKNOWN, NULL, &text);
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
			    ruling_is_unconditional(ruling) || !allows(profile, true, ruling))
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
	add_note(diff, side, DIFF_NOTE_CONDITIONAL, NULL, &whole);
}

static void add_notes(struct diff *diff, enum diff_side side)
{
	const struct policy *policy = diff->side[side];
	struct strbuf text = STRBUF_INIT;

	if (is_recording(diff, side)) {
		note_gaps(diff, side);
		return;
	}
	note_unknown(diff, side);
	/* When neither side lists an ABI it does not matter which one is taken. */
	if (policy->assumed_native && !diff->side[!side]->assumed_native) {
		strbuf_addf(&text, "lists no architecture: compared as %s, this machine's",
			    abi_native()->name);
		add_note(diff, side, DIFF_NOTE_NATIVE, NULL, &text);
	}
	if (side == DIFF_NEW && both_profiles(diff)) {
		add_text_note(diff, DIFF_NOTE_MULTIPLEXED, diff_note_of_multiplexed(diff));
		add_text_note(diff, DIFF_NOTE_ENOSYS, diff_note_of_enosys(diff));
	}
	if (!is_mixed(diff))
		return;
	if (verdict_runs(policy->fallback)) {
		strbuf_adds(&text, "allows by default: only the calls that it names are compared");
		add_note(diff, side, DIFF_NOTE_ALLOWS_REST, NULL, &text);
	}
	note_conditional(diff, side);
}

/* --------------------------------------------------------------------------------------------- */

struct diff *diff_new(struct policy *old_side, struct policy *new_side)
{
	struct diff *diff = xcalloc(1, sizeof(*diff));

	diff->side[DIFF_OLD] = old_side;
	diff->side[DIFF_NEW] = new_side;
	if (both_profiles(diff))
		compare_settings(diff);
	struct outcomes *outcomes = outcomes_new();
	for (size_t i = 0; i < abi_count; i++)
		compare_abi(diff, outcomes, &abi_table[i]);
	(void)outcomes_free(outcomes);
	add_notes(diff, DIFF_OLD);
	add_notes(diff, DIFF_NEW);
	return diff;
}

struct diff *diff_free(struct diff *diff)
{
	if (diff == NULL)
		return NULL;
	for (size_t i = 0; i < diff->n_abis; i++) {
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			free(diff->abis[i].calls[j].siblings);
		free(diff->abis[i].calls);
	}
	free(diff->abis);
	for (size_t i = 0; i < diff->n_notes; i++)
		free(diff->notes[i].text);
	free(diff->notes);
	for (int s = 0; s < DIFF_SIDES; s++)
		(void)policy_free(diff->side[s]);
	free(diff);
	return NULL;
}

bool diff_is_empty(const struct diff *diff)
{
	bool same = diff->n_abis_added == 0 && diff->n_abis_gone == 0;

	for (int s = 0; s < DIFF_SETTINGS; s++)
		same &= !diff->setting[s];
	for (int k = 0; k < DIFF_KINDS; k++)
		same &= diff->count[k] == 0;
	return same;
}

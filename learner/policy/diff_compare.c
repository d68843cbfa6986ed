#include "diff_compare.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diff_notes.h"
#include "outcome.h"
#include "siblings.h"

/* ---- One call ------------------------------------------------------------------------------- */

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
		allowed[s] = policy_allows(diff->side[s], abi->present[s], call->ruling[s]);
	if (allowed[DIFF_OLD] != allowed[DIFF_NEW]) {
		enum diff_side allower = allowed[DIFF_NEW] ? DIFF_NEW : DIFF_OLD;
		/* What a profile lets pass merely by default, or by what it says about another
		 * call, is no statement about this one. */
		const struct ruling *ruling = call->ruling[allower];
		if (diff_is_mixed(diff) &&
		    (ruling == NULL || !ruling_runs(ruling) || ruling->derived))
			return false;
		call->change = allower == DIFF_NEW ? CHANGE_ADDED : CHANGE_REMOVED;
		return true;
	}
	if (!diff_of_profiles(diff) || !abi->present[DIFF_OLD] || !abi->present[DIFF_NEW] ||
	    alternatives_equal(call->ruling[DIFF_OLD], call->ruling[DIFF_NEW]))
		return false;
	call->change = CHANGE_UNDECIDED;
	return true;
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
		call->change = change.runs_after ? CHANGE_ADDED : CHANGE_REMOVED;
		return true;
	}
	call->change =
		(change.wider ? CHANGE_WIDENED : 0) | (change.narrower ? CHANGE_NARROWED : 0);
	/* How a call is refused on an ABI that came or went goes without saying. */
	if (change.other && abi->present[DIFF_OLD] && abi->present[DIFF_NEW])
		call->change |= CHANGE_ACTION;
	return call->change != 0;
}

/* ---- One ABI -------------------------------------------------------------------------------- */

static int call_order(const void *pa, const void *pb)
{
	const struct diff_call *a = pa, *b = pb;

	if (diff_group_of(a) != diff_group_of(b))
		return diff_group_of(a) < diff_group_of(b) ? -1 : 1;
	if ((a->name == NULL) != (b->name == NULL))
		return a->name == NULL ? 1 : -1;
	int order = a->name != NULL ? strcmp(a->name, b->name) : 0;
	if (order != 0)
		return order;
	return (a->nr > b->nr) - (a->nr < b->nr);
}

static void compare_call(const struct diff *diff, struct outcomes *outcomes, struct diff_abi *abi,
			 const struct ruling *was, const struct ruling *now)
{
	const struct ruling *any = was != NULL ? was : now;
	struct diff_call call = {.nr = any->nr, .name = any->name, .ruling = {was, now}};

	if (!(diff_of_profiles(diff) ? call_differs(diff, outcomes, abi, &call)
				     : call_differs_roughly(diff, abi, &call)))
		return;
	if ((call.change & CHANGE_FURTHER) != 0 && call.name != NULL)
		call.risk = risk_of(call.name);
	xgrow(&abi->calls, abi->n_calls, &abi->cap_calls, sizeof(*abi->calls));
	abi->calls[abi->n_calls++] = call;
}

/* Each added call learns which removed ones it may stand for. The calls are sorted. */
static void find_siblings(struct diff_abi *abi)
{
	for (size_t i = 0; i < abi->n_calls; i++) {
		struct diff_call *call = &abi->calls[i];
		for (size_t j = 0; call->change == CHANGE_ADDED && j < abi->n_calls; j++) {
			const struct diff_call *other = &abi->calls[j];
			if (other->change != CHANGE_REMOVED || call->name == NULL ||
			    other->name == NULL || !siblings_are(call->name, other->name))
				continue;
			xgrow(&call->siblings, call->n_siblings, &call->cap_siblings,
			      sizeof(*call->siblings));
			call->siblings[call->n_siblings++] = other->name;
		}
	}
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
	if (diff_is_mixed(diff) && (was == NULL || now == NULL) &&
	    (was != NULL ? was : now)->implied)
		return;
	xgrow(&diff->abis, diff->n_abis, &diff->cap_abis, sizeof(*diff->abis));
	struct diff_abi *abi = &diff->abis[diff->n_abis++];
	*abi = (struct diff_abi){.abi = id, .present = {was != NULL, now != NULL}};
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
	diff->setting[DIFF_FLAGS] = flags_differ(a, b);
	diff->setting[DIFF_LISTENER_PATH] = text_differs(a->listener_path, b->listener_path);
	diff->setting[DIFF_LISTENER_METADATA] =
		text_differs(a->listener_metadata, b->listener_metadata);
}

/* --------------------------------------------------------------------------------------------- */

struct diff *diff_new(struct policy *old_side, struct policy *new_side)
{
	struct diff *diff = xcalloc(1, sizeof(*diff));

	diff->side[DIFF_OLD] = old_side;
	diff->side[DIFF_NEW] = new_side;
	if (diff_of_profiles(diff))
		compare_settings(diff);
	struct outcomes *outcomes = outcomes_new();
	for (size_t i = 0; i < abi_count; i++)
		compare_abi(diff, outcomes, &abi_table[i]);
	(void)outcomes_free(outcomes);
	diff_add_notes(diff, DIFF_OLD);
	diff_add_notes(diff, DIFF_NEW);
	return diff;
}

#include "diff.h"

#include <stdlib.h>

#include "outcome.h"

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

bool diff_is_recording(const struct diff *diff, enum diff_side side)
{
	return diff->side[side]->recording != NULL;
}

bool diff_of_profiles(const struct diff *diff)
{
	return !diff_is_recording(diff, DIFF_OLD) && !diff_is_recording(diff, DIFF_NEW);
}

bool diff_is_mixed(const struct diff *diff)
{
	return diff_is_recording(diff, DIFF_OLD) != diff_is_recording(diff, DIFF_NEW);
}

size_t diff_count(const struct diff *diff, unsigned int changes)
{
	size_t n = 0;

	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			n += (diff->abis[i].calls[j].change & changes) != 0;
	return n;
}

size_t diff_count_abis(const struct diff *diff, enum diff_side missing)
{
	size_t n = 0;

	for (size_t i = 0; i < diff->n_abis; i++)
		n += !diff->abis[i].present[missing];
	return n;
}

enum diff_group diff_group_of(const struct diff_call *call)
{
	return call->change == CHANGE_ADDED     ? DIFF_ADDED
	       : call->change == CHANGE_REMOVED ? DIFF_REMOVED
						: DIFF_CHANGED;
}

bool diff_is_empty(const struct diff *diff)
{
	bool same = diff_count_abis(diff, DIFF_OLD) == 0 && diff_count_abis(diff, DIFF_NEW) == 0;

	for (int s = 0; s < DIFF_SETTINGS; s++)
		same &= !diff->setting[s];
	return same && diff_count(diff, CHANGE_ANY) == 0;
}

bool diff_call_is_risky(const struct diff_call *call)
{
	if ((call->change & CHANGE_FURTHER) == 0)
		return false;
	return call->name == NULL || (call->risk != NULL && call->risk->level == RISK_RISKY);
}

size_t diff_count_risky(const struct diff *diff)
{
	size_t n = 0;

	for (size_t i = 0; i < diff->n_abis; i++)
		for (size_t j = 0; j < diff->abis[i].n_calls; j++)
			n += diff_call_is_risky(&diff->abis[i].calls[j]);
	return n;
}

/* An ABI that came brings along what NEW lets pass by default. */
static bool default_widens(const struct diff *diff)
{
	const struct policy *was = diff->side[DIFF_OLD], *now = diff->side[DIFF_NEW];

	if (!diff_of_profiles(diff))
		return false;
	return verdict_leniency(now->fallback) > verdict_leniency(was->fallback) ||
	       (diff_count_abis(diff, DIFF_OLD) > 0 &&
		verdict_leniency(now->fallback) > LENIENCY_REFUSED);
}

bool diff_widens(const struct diff *diff)
{
	return diff_count(diff, CHANGE_FURTHER) > 0 || default_widens(diff);
}

bool diff_is_risky(const struct diff *diff)
{
	return diff_count_risky(diff) > 0 || default_widens(diff);
}

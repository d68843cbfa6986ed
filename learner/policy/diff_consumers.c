#include "diff_consumers.h"

#include <stdlib.h>

#include "enosys.h"
#include "strbuf.h"
#include "syscalls.h"

/* Does the profile let the call pass by its multiplexer, whatever its own arguments are? */
static bool passes_multiplexer(const struct policy *policy, const struct policy_abi *abi,
			       const char *name)
{
	uint32_t subcall;
	int32_t nr;

	if (!syscalls_multiplexed(abi->abi, name, &nr, &subcall))
		return false;
	const struct ruling *ruling = policy_find_ruling(abi, nr);
	if (ruling == NULL)
		return verdict_runs(policy->fallback);
	return !ruling_is_unconditional(ruling) || ruling_runs(ruling);
}

char *diff_note_of_multiplexed(const struct diff *diff)
{
	const struct policy *policy = diff->side[DIFF_NEW];
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < diff->n_abis; i++) {
		const struct diff_abi *abi = &diff->abis[i];
		const struct policy_abi *part = policy_find_abi(policy, abi->abi);
		for (size_t j = 0; part != NULL && j < abi->n_calls; j++) {
			const struct diff_call *call = &abi->calls[j];
			const struct ruling *ruling = call->ruling[DIFF_NEW];
			if (call->name == NULL || call->change == CHANGE_REMOVED ||
			    ruling == NULL || ruling_is_unconditional(ruling) ||
			    !passes_multiplexer(policy, part, call->name))
				continue;
			strbuf_addf(&text, "%s %s (%s)",
				    text.len > 0 ? ","
						 : "can also be made through socketcall or "
						   "ipc, where their conditions do not hold:",
				    call->name, abi->abi->name);
		}
	}
	return text.len > 0 ? strbuf_steal(&text) : NULL;
}

/* A call of the table is lost in NEW and was not in OLD, where nobody named it either. */
static bool is_lost_now(const struct diff *diff, const struct abi *abi, const char *name,
			const int32_t highest[DIFF_SIDES])
{
	const struct profile *was = diff->side[DIFF_OLD]->profile;
	const struct profile *now = diff->side[DIFF_NEW]->profile;
	size_t n;

	(void)policy_rules_of_name(was, name, &n);
	return n == 0 && enosys_is_lost(now, abi, name, highest[DIFF_NEW]) &&
	       !enosys_is_lost(was, abi, name, highest[DIFF_OLD]);
}

char *diff_note_of_enosys(const struct diff *diff)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < diff->n_abis; i++) {
		const struct diff_abi *abi = &diff->abis[i];
		int32_t highest[DIFF_SIDES];
		bool any = false, answers = abi->present[DIFF_OLD] && abi->present[DIFF_NEW];

		for (int s = 0; s < DIFF_SIDES; s++) {
			const struct rule *by;
			answers &=
				enosys_of_runc(diff->side[s]->profile, abi->abi, &highest[s], &by);
		}
		for (size_t j = 0; answers && enosys_call(j) != NULL; j++) {
			if (!is_lost_now(diff, abi->abi, enosys_call(j), highest))
				continue;
			if (text.len == 0)
				strbuf_adds(&text, "runc no longer answers ENOSYS, which programs "
						   "can do without, but the default, as a call "
						   "with a higher number is named:");
			strbuf_addf(&text, "%s %s", any ? "," : "", enosys_call(j));
			any = true;
		}
		if (any)
			strbuf_addf(&text, " (%s)", abi->abi->name);
	}
	return text.len > 0 ? strbuf_steal(&text) : NULL;
}

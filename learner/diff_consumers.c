#include "diff_consumers.h"

#include <stdlib.h>

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
			if (call->name == NULL || call->kind == DIFF_REMOVED || ruling == NULL ||
			    ruling_is_unconditional(ruling) ||
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

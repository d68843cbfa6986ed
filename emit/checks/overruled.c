#include "overruled.h"

#include "alloc.h"
#include "cleanup.h"
#include "compiled_rule.h"

bool *overruled_rules(const struct profile *profile)
{
	/* One rule makes several where the ABI multiplexes the call: some may still count. */
	cleanup_free bool *counts = xcalloc(profile->n_rules + 1, sizeof(*counts));
	bool *overruled = xcalloc(profile->n_rules + 1, sizeof(*overruled));

	for (size_t a = 0; a < abi_count; a++) {
		struct compiled_rules made;

		if (!profile_covers(profile, &abi_table[a]))
			continue;
		compiled_rules_of(&made, profile, &abi_table[a]);
		for (size_t i = 0, n; i < made.n; i += n) {
			n = compiled_rules_same_number(&made, i);
			/* Those without conditions come first. */
			const bool unconditional = made.list[i].n_conditions == 0;
			for (size_t j = i; j < i + n; j++) {
				const size_t rule = (size_t)(made.list[j].rule - profile->rules);
				if (unconditional && made.list[j].n_conditions > 0)
					overruled[rule] = true;
				else
					counts[rule] = true;
			}
		}
		compiled_rules_release(&made);
	}
	for (size_t i = 0; i < profile->n_rules; i++)
		overruled[i] = overruled[i] && !counts[i];
	return overruled;
}

#include "rule_order.h"

#include "alloc.h"
#include "compiled_rule.h"

static bool is_plain(enum compare op)
{
	return op == COMPARE_EQ || op == COMPARE_MASKED_EQ;
}

/* What is asked of argument 0 for the multiplexer's subcall is an equality as well. */
static bool compares_plainly(const struct compiled_rule *made)
{
	for (size_t i = 0; i < made->n_conditions; i++)
		if (!is_plain(made->conditions[i].op))
			return false;
	return true;
}

/* Rules of one number, those without conditions first. Each subcall of a multiplexer has a part of the filter to itself. */
static bool is_sensitive(const struct compiled_rule *made, size_t n)
{
	const struct compiled_rule *first = &made[0];

	for (size_t i = 1; i < n; i++) {
		if (first->n_conditions == 0 && made[i].n_conditions > 0) {
			first = &made[i];
			continue;
		}
		if (!verdict_equal(first->rule->verdict, made[i].rule->verdict) ||
		    (!made[i].derived && !(compares_plainly(first) && compares_plainly(&made[i]))))
			return true;
	}
	return false;
}

bool *rule_order_matters(const struct profile *profile)
{
	bool *matters = xcalloc(profile->n_rules + 1, sizeof(*matters));

	for (size_t a = 0; a < abi_count; a++) {
		struct compiled_rules made;

		if (!profile_covers(profile, &abi_table[a]))
			continue;
		compiled_rules_with_absent(&made, profile, &abi_table[a]);
		for (size_t i = 0, n; i < made.n; i += n) {
			n = compiled_rules_same_number(&made, i);
			if (!is_sensitive(&made.list[i], n))
				continue;
			for (size_t k = i; k < i + n; k++)
				matters[made.list[k].rule - profile->rules] = true;
		}
		compiled_rules_release(&made);
	}
	return matters;
}

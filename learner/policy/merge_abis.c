#include "merge_abis.h"

#include <errno.h>

#include "alloc.h"
#include "cleanup.h"
#include "outcome.h"
#include "syscalls.h"

/* The profiles that have the ABI; the caller frees the list. */
static const struct profile **having(const struct merger *m, const struct abi *abi, size_t *n)
{
	const struct profile **list = xcalloc(m->n, sizeof(*list));

	*n = 0;
	for (size_t i = 0; i < m->n; i++)
		if (profile_covers(m->profiles[i], abi))
			list[(*n)++] = m->profiles[i];
	return list;
}

/*
 * In a union, an ABI that only some profiles have shares its rules with those that all have. That
 * is exact only if what the others add is there on this ABI anyway.
 */
static bool says_the_same(struct merger *m, const struct abi *abi, const struct profile **some,
			  size_t n_some, const struct merge_names *names, struct outcomes *outcomes)
{
	const struct merge_inputs part = {some, n_some, false};
	const struct merge_inputs all = {m->profiles, m->n, false};
	unsigned int bits = abi_argument_bits(abi);
	struct verdict fallback = some[0]->fallback;
	uint32_t subcall;
	int32_t nr;

	for (size_t i = 1; i < n_some; i++)
		if (verdict_compare_strictness(some[i]->fallback, fallback) < 0)
			fallback = some[i]->fallback;
	if (verdict_compare_strictness(fallback, m->result->fallback) != 0)
		return false;
	for (size_t i = 0; i < names->n; i++) {
		if (!syscalls_number(abi, names->list[i], &nr) &&
		    !syscalls_multiplexed(abi, names->list[i], &nr, &subcall) &&
		    syscalls_known(names->list[i]))
			continue;
		outcomes_reset(outcomes);
		argmap_ref a = merge_target(outcomes, &part, names->list[i], bits);
		argmap_ref b = merge_target(outcomes, &all, names->list[i], bits);
		/* Does nobody outside of the part let it go further? */
		if (!outcomes_equal(outcomes, outcomes_unite(outcomes, a, b), a) ||
		    outcomes_undecided(outcomes))
			return false;
	}
	return true;
}

static void warn_of_abi(struct merger *m, const struct abi *abi)
{
	merge_warn(m,
		   xasprintf("%s is left out: not all of the profiles have this ABI, and with one "
			     "list of calls for all ABIs the others' calls would be allowed on it",
			     abi->name));
}

static void add_abi_of_some(struct merger *m, const struct abi *abi, const struct profile **some,
			    size_t n_some, const struct merge_names *names)
{
	struct outcomes *outcomes = outcomes_new();
	bool same = says_the_same(m, abi, some, n_some, names, outcomes);

	(void)outcomes_free(outcomes);
	if (same) {
		profile_add_abi(m->result, abi);
		return;
	}
	warn_of_abi(m, abi);
}

static bool listed_by_any(const struct merger *m, const struct abi *abi)
{
	for (size_t i = 0; i < m->n; i++)
		if (profile_lists(m->profiles[i], abi) || m->profiles[i]->n_abis == 0)
			return true;
	return false;
}

/*
 * An ABI brings along that of its host, where it was left out; and a host that comes along anyway
 * need not be listed when nobody listed it.
 */
static void settle_abis(struct merger *m)
{
	struct profile *result = m->result;
	cleanup_free const struct abi **found = xcalloc(result->n_abis, sizeof(*found));
	size_t n = result->n_abis, kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct abi *host = abi_of_host(result->abis[i]);
		if (host == NULL || profile_lists(result, host))
			found[kept++] = result->abis[i];
		else
			warn_of_abi(m, result->abis[i]);
	}
	result->n_abis = 0;
	for (size_t i = 0; i < kept; i++) {
		bool comes_along = false;
		for (size_t j = 0; j < kept; j++)
			comes_along |= abi_of_host(found[j]) == found[i];
		if (!comes_along || listed_by_any(m, found[i]))
			profile_add_abi(result, found[i]);
	}
}

int merge_abis(struct merger *m, const struct merge_names *names, struct err *err)
{
	bool all_native = true;

	for (size_t i = 0; i < m->n; i++)
		all_native &= m->profiles[i]->n_abis == 0;
	/* Where no profile lists any, the result need not do so. */
	if (all_native)
		return 0;
	for (int common = 1; common >= 0; common--) {
		for (size_t i = 0; i < abi_count; i++) {
			size_t n;
			cleanup_free const struct profile **list = having(m, &abi_table[i], &n);

			if (common && n == m->n)
				profile_add_abi(m->result, &abi_table[i]);
			else if (!common && n > 0 && n < m->n && m->how == MERGE_UNION)
				add_abi_of_some(m, &abi_table[i], list, n, names);
		}
		if (m->result->n_abis == 0)
			return err_set(err, EINVAL,
				       "the profiles have no ABI in common: one profile, which has "
				       "one list of calls for all its ABIs, cannot hold them");
	}
	settle_abis(m);
	return 0;
}

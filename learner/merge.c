#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "merge_mux.h"
#include "merge_rules.h"
#include "outcome.h"
#include "syscalls.h"

struct merger {
	const struct profile *const *profiles;
	const char *const *names;
	size_t n;
	enum merge_how how;
	struct profile *result;
	struct merge_warnings *warnings;
};

static void warn(struct merger *m, char *text)
{
	xgrow(&m->warnings->text, m->warnings->n, &m->warnings->cap, sizeof(text));
	m->warnings->text[m->warnings->n++] = text;
}

void merge_warnings_release(struct merge_warnings *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		free(warnings->text[i]);
	free(warnings->text);
	*warnings = (struct merge_warnings){0};
}

/* ---- Defaults, flags, listeners ------------------------------------------------------------- */

static struct verdict merge_fallbacks(const struct merger *m)
{
	struct verdict best = m->profiles[0]->fallback;

	for (size_t i = 1; i < m->n; i++) {
		struct verdict next = m->profiles[i]->fallback;
		int order = verdict_compare_strictness(next, best);
		if (m->how == MERGE_UNION ? order < 0 : order > 0)
			best = next;
	}
	return best;
}

static void warn_of_fallbacks(struct merger *m)
{
	struct verdict best = m->result->fallback;

	for (size_t i = 0; i < m->n; i++) {
		struct verdict other = m->profiles[i]->fallback;
		if (other.action != best.action || verdict_equal(other, best))
			continue;
		warn(m, xasprintf("the default errno values differ: %u is used, not %u of %s",
				  best.errno_ret, other.errno_ret, m->names[i]));
		return;
	}
}

/* A runtime adds this one to a profile that has no list of flags. */
static const char usual_flag[] = "SECCOMP_FILTER_FLAG_SPEC_ALLOW";

static bool has_flag(const struct profile *profile, const char *flag)
{
	if (!profile->has_flags)
		return strcmp(flag, usual_flag) == 0;
	for (size_t i = 0; i < profile->n_flags; i++)
		if (strcmp(profile->flags[i], flag) == 0)
			return true;
	return false;
}

static void merge_flag(struct merger *m, const char *flag)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += has_flag(m->profiles[i], flag);
	if (m->how == MERGE_UNION ? n > 0 : n == m->n)
		profile_add_flag(m->result, flag);
}

static void merge_flags(struct merger *m)
{
	bool any = false;

	for (size_t i = 0; i < m->n; i++)
		any |= m->profiles[i]->has_flags;
	if (!any)
		return;
	m->result->has_flags = true;
	merge_flag(m, usual_flag);
	for (size_t i = 0; i < m->n; i++)
		for (size_t j = 0; j < m->profiles[i]->n_flags; j++)
			merge_flag(m, m->profiles[i]->flags[j]);
}

static bool text_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What one agent may decide is not for another one to decide. */
static int merge_listeners(struct merger *m, struct err *err)
{
	size_t first = m->n;

	for (size_t i = 0; i < m->n; i++) {
		const struct profile *p = m->profiles[i];
		if (p->listener_path == NULL)
			continue;
		if (first == m->n)
			first = i;
		const struct profile *q = m->profiles[first];
		if (text_equal(p->listener_path, q->listener_path) &&
		    text_equal(p->listener_metadata, q->listener_metadata))
			continue;
		return err_set(err, EINVAL,
			       "%s and %s name different listeners; a profile can have only one",
			       m->names[first], m->names[i]);
	}
	if (first == m->n)
		return 0;
	const struct profile *p = m->profiles[first];
	m->result->listener_path = xstrdup(p->listener_path);
	if (p->listener_metadata != NULL)
		m->result->listener_metadata = xstrdup(p->listener_metadata);
	return 0;
}

/* ---- Names ---------------------------------------------------------------------------------- */

struct names {
	const char **list;
	size_t n, cap;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every name that a rule has, once, sorted. The caller frees the list. */
static struct names collect_names(const struct merger *m)
{
	struct names names = {0};
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		for (size_t j = 0; j < m->profiles[i]->n_rules; j++) {
			xgrow(&names.list, names.n, &names.cap, sizeof(*names.list));
			names.list[names.n++] = m->profiles[i]->rules[j].name;
		}
	}
	if (names.n > 0)
		qsort(names.list, names.n, sizeof(*names.list), compare_names);
	for (size_t i = 0; i < names.n; i++)
		if (kept == 0 || strcmp(names.list[kept - 1], names.list[i]) != 0)
			names.list[kept++] = names.list[i];
	names.n = kept;
	return names;
}

/* ---- ABIs ----------------------------------------------------------------------------------- */

static bool lists(const struct profile *profile, const struct abi *abi)
{
	for (size_t i = 0; i < profile->n_abis; i++)
		if (profile->abis[i] == abi)
			return true;
	return false;
}

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
			  size_t n_some, const struct names *names, struct outcomes *outcomes)
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
	warn(m, xasprintf("%s is left out: not all of the profiles have this ABI, and with one "
			  "list of calls for all ABIs the others' calls would be allowed on it",
			  abi->name));
}

static void add_abi_of_some(struct merger *m, const struct abi *abi, const struct profile **some,
			    size_t n_some, const struct names *names)
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
		if (lists(m->profiles[i], abi) || m->profiles[i]->n_abis == 0)
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
		if (host == NULL || lists(result, host))
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

static int merge_abis(struct merger *m, const struct names *names, struct err *err)
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

/* ---- Together ------------------------------------------------------------------------------- */

static bool multiplexes(const struct profile *profile, const char *name)
{
	int32_t nr;

	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]) &&
		    syscalls_number(&abi_table[i], name, &nr))
			return true;
	return false;
}

static void merge_multiplexer_of(struct merger *m, const struct merge_policies *inputs,
				 const char *name, struct outcomes *outcomes)
{
	switch (merge_multiplexer(outcomes, inputs, name, m->result)) {
	case MERGE_MUX_EXACT:
		break;
	case MERGE_MUX_STRICTER:
		warn(m, xasprintf("%s: rules for the calls that some ABIs make through it cannot "
				  "say all of it; the result is stricter",
				  name));
		break;
	case MERGE_MUX_WITHOUT:
		warn(m, xasprintf("%s must be refused, which beside this default action takes "
				  "refusing all calls that some ABIs make through it; the result "
				  "is stricter",
				  name));
		break;
	}
}

/* What rules for calls that an ABI multiplexes say about the multiplexers. */
static void merge_multiplexers(struct merger *m, struct outcomes *outcomes)
{
	static const char *const names[] = {"socketcall", "ipc"};

	if (!multiplexes(m->result, names[0]) && !multiplexes(m->result, names[1]))
		return;
	struct policy **list = xcalloc(m->n, sizeof(*list));
	const struct merge_policies inputs = {list, m->n, m->how == MERGE_INTERSECTION};
	for (size_t i = 0; i < m->n; i++)
		list[i] = policy_of_profile(m->profiles[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		merge_multiplexer_of(m, &inputs, names[i], outcomes);
	for (size_t i = 0; i < m->n; i++)
		(void)policy_free(list[i]);
	free(list);
}

static void merge_rules(struct merger *m, const struct names *names)
{
	const struct merge_inputs inputs = {m->profiles, m->n, m->how == MERGE_INTERSECTION};
	struct outcomes *outcomes = outcomes_new();

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->list[i];
		if (!merge_rules_of_name(outcomes, &inputs, name, m->result))
			warn(m, xasprintf("%s: the exact conditions cannot be written as rules; "
					  "the result is stricter",
					  name));
	}
	profile_sort(m->result);
	merge_multiplexers(m, outcomes);
	(void)outcomes_free(outcomes);
}

int merge_profiles(const struct profile *const *profiles, const char *const *names, size_t n,
		   enum merge_how how, struct profile **merged, struct merge_warnings *warnings,
		   struct err *err)
{
	/* One alone is the result, whatever it says and however. */
	if (n == 1) {
		*merged = profile_copy(profiles[0]);
		return 0;
	}
	struct merger m = {profiles, names, n, how, profile_new(), warnings};
	struct names calls = collect_names(&m);

	m.result->fallback = merge_fallbacks(&m);
	int r = merge_listeners(&m, err);
	if (r == 0)
		r = merge_abis(&m, &calls, err);
	if (r == 0) {
		warn_of_fallbacks(&m);
		merge_flags(&m);
		merge_rules(&m, &calls);
		*merged = TAKE_PTR(m.result);
	}
	free(calls.list);
	(void)profile_free(m.result);
	return r;
}

/* ---- Recordings ----------------------------------------------------------------------------- */

struct number {
	size_t abi;
	int32_t nr;
};

/* Sorted, so that it can be searched. */
struct numbers {
	struct number *list;
	size_t n;
};

static int compare_numbers(const void *pa, const void *pb)
{
	const struct number *a = pa, *b = pb;

	if (a->abi != b->abi)
		return a->abi < b->abi ? -1 : 1;
	return (a->nr > b->nr) - (a->nr < b->nr);
}

static struct numbers numbers_of(const struct recording *recording)
{
	struct numbers numbers = {xcalloc(recording->n_calls + 1, sizeof(struct number)), 0};

	for (size_t i = 0; i < recording->n_calls; i++)
		numbers.list[numbers.n++] =
			(struct number){abi_index(recording->calls[i].abi), recording->calls[i].nr};
	qsort(numbers.list, numbers.n, sizeof(struct number), compare_numbers);
	return numbers;
}

struct common {
	struct numbers *of;
	size_t n;
};

static bool is_common(const struct learnt *call, void *ctx)
{
	const struct common *common = ctx;
	struct number key = {abi_index(call->abi), call->nr};

	for (size_t i = 0; i < common->n; i++)
		if (bsearch(&key, common->of[i].list, common->of[i].n, sizeof(key),
			    compare_numbers) == NULL)
			return false;
	return true;
}

struct recording *merge_recordings(struct recording **recordings, size_t n, enum merge_how how,
				   size_t *n_dropped)
{
	struct common common = {xcalloc(n, sizeof(struct numbers)), n};

	for (size_t i = 0; i < n; i++)
		common.of[i] = numbers_of(recordings[i]);
	struct recording *all = TAKE_PTR(recordings[0]);
	for (size_t i = 1; i < n; i++)
		recording_merge(all, TAKE_PTR(recordings[i]));
	*n_dropped = all->n_calls;
	if (how == MERGE_INTERSECTION)
		recording_keep_calls(all, is_common, &common);
	*n_dropped -= all->n_calls;
	for (size_t i = 0; i < n; i++)
		free(common.of[i].list);
	free(common.of);
	return all;
}

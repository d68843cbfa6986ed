#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "merge_abis.h"
#include "merge_load.h"
#include "merge_mux.h"
#include "merge_rules.h"
#include "outcome.h"
#include "syscalls.h"

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
		merge_warn(m, xasprintf("the default errno values differ: %u is used, not %u of %s",
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

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every name that a rule has, once, sorted. The caller frees the list. */
static struct merge_names collect_names(const struct merger *m)
{
	struct merge_names names = {0};
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
		merge_warn(
			m,
			xasprintf("%s: rules for the calls that some ABIs make through it cannot "
				  "say all of it; the result is stricter",
				  name));
		break;
	case MERGE_MUX_WITHOUT:
		merge_warn(
			m,
			xasprintf("%s must be refused, which beside this default action takes "
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
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		merge_multiplexer_of(m, &inputs, names[i], outcomes);
	for (size_t i = 0; i < m->n; i++)
		(void)policy_free(list[i]);
	free(list);
}

/* The rules of a call that the result has some for already, looked for anew. */
static void merge_again(struct merger *m, struct outcomes *outcomes, const char *name,
			enum merge_care care)
{
	const struct merge_inputs inputs = {m->profiles, m->n, m->how == MERGE_INTERSECTION};

	for (size_t i = m->result->n_rules; i > 0; i--)
		if (strcmp(m->result->rules[i - 1].name, name) == 0)
			profile_drop_rule(m->result, i - 1);
	if (!merge_rules_of_name(outcomes, &inputs, name, care, m->result))
		merge_warn(m, xasprintf("%s: libseccomp does not take the exact rules as they are "
					"meant; the result is stricter",
					name));
	profile_sort(m->result);
}

static void cut_warnings(struct merger *m, size_t n)
{
	while (m->warnings->n > n)
		free(m->warnings->text[--m->warnings->n]);
}

/* Which of them it is. */
static size_t find_name(const struct merge_names *names, const char *name)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->list[i], name) != 0)
		i++;
	return i;
}

/*
 * Adds what the multiplexers take, and gives the result to libseccomp, until that takes it. Calls
 * whose rules it does not take get others, and if these will not do either, the strictest one: so
 * each round leaves less to say. `care` is that for each name.
 */
static int settle_rules(struct merger *m, const struct merge_names *names, enum merge_care *care,
			struct outcomes *outcomes, struct err *err)
{
	const struct merge_inputs inputs = {m->profiles, m->n, m->how == MERGE_INTERSECTION};

	for (;;) {
		struct profile *before = profile_copy(m->result);
		const size_t n_warnings = m->warnings->n;
		struct merge_culprits culprits = {0};

		merge_multiplexers(m, outcomes);
		int r = merge_find_culprits(&inputs, m->result, &culprits, err);
		if (r < 0 || culprits.n == 0) {
			merge_culprits_release(&culprits);
			(void)profile_free(before);
			return r;
		}
		cut_warnings(m, n_warnings);
		(void)profile_free(m->result);
		m->result = before;
		for (size_t i = 0; i < culprits.n; i++) {
			enum merge_care *of_name = &care[find_name(names, culprits.list[i])];

			*of_name = *of_name == MERGE_RULES_ANY ? MERGE_RULES_THAT_LOAD
							       : MERGE_RULES_STRICT;
			merge_again(m, outcomes, culprits.list[i], *of_name);
		}
		merge_culprits_release(&culprits);
	}
}

static int merge_rules(struct merger *m, const struct merge_names *names, struct err *err)
{
	const struct merge_inputs inputs = {m->profiles, m->n, m->how == MERGE_INTERSECTION};
	cleanup_free enum merge_care *care = xcalloc(names->n + 1, sizeof(*care));
	struct outcomes *outcomes = outcomes_new();

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->list[i];
		if (!merge_rules_of_name(outcomes, &inputs, name, MERGE_RULES_ANY, m->result))
			merge_warn(m,
				   xasprintf("%s: the exact conditions cannot be written as rules; "
					     "the result is stricter",
					     name));
	}
	profile_sort(m->result);
	int r = settle_rules(m, names, care, outcomes, err);
	(void)outcomes_free(outcomes);
	return r;
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
	struct merge_names calls = collect_names(&m);

	m.result->fallback = merge_fallbacks(&m);
	int r = merge_listeners(&m, err);
	if (r == 0)
		r = merge_abis(&m, &calls, err);
	if (r == 0) {
		warn_of_fallbacks(&m);
		merge_flags(&m);
		r = merge_rules(&m, &calls, err);
	}
	if (r == 0)
		*merged = TAKE_PTR(m.result);
	free(calls.list);
	(void)profile_free(m.result);
	return r;
}

/* Brings a recording into order, and several into one. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "recording.h"
#include "recording_parts.h"

#define KIND_CUT_OFF "cut-off"

static int compare_commands(char *const *a, char *const *b)
{
	for (; *a != NULL && *b != NULL; a++, b++) {
		int order = strcmp(*a, *b);
		if (order != 0)
			return order;
	}
	return COMPARE(*a != NULL, *b != NULL);
}

static int compare_sources(const void *pa, const void *pb)
{
	const struct source *a = *(struct source *const *)pa, *b = *(struct source *const *)pb;
	int order = strcmp(a->started, b->started);

	order = order != 0 ? order : compare_commands(a->command, b->command);
	order = order != 0 ? order : strcmp(a->machine, b->machine);
	order = order != 0 ? order : strcmp(a->kernel, b->kernel);
	order = order != 0 ? order : strcmp(a->tool, b->tool);
	order = order != 0 ? order : strcmp(a->mode, b->mode);
	order = order != 0 ? order : COMPARE(a->ended, b->ended);
	order = order != 0 ? order : COMPARE(a->t, b->t);
	order = order != 0 ? order : COMPARE(a->status, b->status);
	order = order != 0 ? order : COMPARE(a->processes, b->processes);
	return order != 0 ? order : COMPARE(a->threads, b->threads);
}

static int compare_numbers(const void *pa, const void *pb)
{
	const struct learnt *a = pa, *b = pb;
	int order = COMPARE(abi_index(a->abi), abi_index(b->abi));

	order = order != 0 ? order : COMPARE(a->nr, b->nr);
	return order != 0 ? order : recording_compare_text(a->name, b->name);
}

static int compare_names(const void *pa, const void *pb)
{
	const struct learnt *a = pa, *b = pb;
	int order = COMPARE(abi_index(a->abi), abi_index(b->abi));

	order = order != 0 ? order : recording_compare_text(a->name, b->name);
	return order != 0 ? order : COMPARE(a->nr, b->nr);
}

static int compare_gaps(const void *pa, const void *pb)
{
	const struct recorded_gap *a = pa, *b = pb;
	int order = COMPARE(a->source, b->source);

	order = order != 0 ? order : COMPARE(!a->known, !b->known);
	order = order != 0 ? order : COMPARE(a->t, b->t);
	order = order != 0 ? order : strcmp(a->kind, b->kind);
	return order != 0 ? order : strcmp(a->detail, b->detail);
}

static int compare_files(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_known_from(struct source *source)
{
	size_t kept = 0;

	if (source->n_known_from == 0)
		return;
	qsort(source->known_from, source->n_known_from, sizeof(char *), compare_files);
	for (size_t i = 0; i < source->n_known_from; i++) {
		if (kept > 0 && strcmp(source->known_from[kept - 1], source->known_from[i]) == 0)
			free(source->known_from[i]);
		else
			source->known_from[kept++] = source->known_from[i];
	}
	source->n_known_from = kept;
}

/* Of copies of a source, each may have lost a part. */
static void unite_sources(struct source *into, struct source *from)
{
	for (size_t i = 0; i < from->n_known_from; i++)
		recording_add_known_from(into, from->known_from[i]);
	from->n_known_from = 0;
	recording_release_source(from);
}

/* Calls and gaps hear of the new numbers of their sources. */
static void renumber(struct recording *recording, const size_t *now)
{
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		for (size_t j = 0; j < call->n_by; j++)
			call->by[j].source = now[call->by[j].source];
		for (size_t j = 0; j < call->n_known; j++)
			call->known[j] = now[call->known[j]];
	}
	for (size_t i = 0; i < recording->n_gaps; i++)
		recording->gaps[i].source = now[recording->gaps[i].source];
}

/* Sorts the sources, makes equal ones one, and tells calls and gaps of their new numbers. */
static void sort_sources(struct recording *recording)
{
	size_t n = recording->n_sources, kept = 0;
	cleanup_free struct source **order = xcalloc(n, sizeof(*order));
	cleanup_free size_t *now = xcalloc(n, sizeof(*now));
	struct source *sorted = xcalloc(n, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		order[i] = &recording->sources[i];
	qsort(order, n, sizeof(struct source *), compare_sources);
	for (size_t i = 0; i < n; i++) {
		size_t old = (size_t)(order[i] - recording->sources);
		if (i > 0 && compare_sources(&order[i - 1], &order[i]) == 0)
			now[old] = kept - 1;
		else
			now[old] = kept++;
	}
	for (size_t i = n; i-- > 0;) {
		struct source *to = &sorted[now[i]];
		if (to->command != NULL)
			unite_sources(&recording->sources[i], to);
		*to = recording->sources[i];
	}
	for (size_t i = 0; i < kept; i++)
		sort_known_from(&sorted[i]);
	free(recording->sources);
	recording->sources = sorted;
	recording->n_sources = kept;
	recording->cap_sources = n;
	renumber(recording, now);
}

/* Moves the second one's provenance to the first; names come from the first. */
static void unite_calls(struct learnt *into, struct learnt *from)
{
	for (size_t i = 0; i < from->n_by; i++)
		recording_add_provenance(into, from->by[i]);
	from->n_by = 0;
	for (size_t i = 0; i < from->n_known; i++)
		recording_add_knower(into, from->known[i]);
	recording_release_call(from);
}

static void sort_provenance(struct learnt *call)
{
	size_t kept = 0;

	if (call->n_by == 0)
		return;
	qsort(call->by, call->n_by, sizeof(call->by[0]), recording_compare_provenance);
	for (size_t i = 0; i < call->n_by; i++) {
		if (kept > 0 && call->by[kept - 1].source == call->by[i].source)
			recording_release_provenance(&call->by[i]);
		else
			call->by[kept++] = call->by[i];
	}
	call->n_by = kept;
}

static int compare_indices(const void *pa, const void *pb)
{
	return COMPARE(*(const size_t *)pa, *(const size_t *)pb);
}

static void sort_knowers(struct learnt *call)
{
	size_t kept = 0;

	if (call->n_known == 0)
		return;
	qsort(call->known, call->n_known, sizeof(call->known[0]), compare_indices);
	for (size_t i = 0; i < call->n_known; i++)
		if (kept == 0 || call->known[kept - 1] != call->known[i])
			call->known[kept++] = call->known[i];
	call->n_known = kept;
}

static void sort_calls(struct recording *recording)
{
	struct learnt *calls = recording->calls;
	size_t kept = 0;

	if (recording->n_calls == 0)
		return;
	qsort(calls, recording->n_calls, sizeof(*calls), compare_numbers);
	for (size_t i = 0; i < recording->n_calls; i++) {
		if (kept > 0 && calls[kept - 1].abi == calls[i].abi &&
		    calls[kept - 1].nr == calls[i].nr)
			unite_calls(&calls[kept - 1], &calls[i]);
		else
			calls[kept++] = calls[i];
	}
	recording->n_calls = kept;
	for (size_t i = 0; i < kept; i++) {
		sort_provenance(&calls[i]);
		sort_knowers(&calls[i]);
	}
	qsort(calls, kept, sizeof(*calls), compare_names);
}

static bool is_cut(const struct recorded_gap *gap)
{
	return !gap->known && strcmp(gap->kind, KIND_CUT_OFF) == 0;
}

/*
 * Equal gaps become one, and of the copies of a source that were cut off, the longest one says where: its
 * gap is the last one.
 */
static void sort_gaps(struct recording *recording)
{
	struct recorded_gap *gaps = recording->gaps;
	cleanup_free size_t *last_cut = xcalloc(recording->n_sources + 1, sizeof(*last_cut));
	size_t kept = 0;

	if (recording->n_gaps == 0)
		return;
	qsort(gaps, recording->n_gaps, sizeof(*gaps), compare_gaps);
	for (size_t i = 0; i < recording->n_gaps; i++)
		if (is_cut(&gaps[i]))
			last_cut[gaps[i].source] = i;
	for (size_t i = 0; i < recording->n_gaps; i++) {
		if ((is_cut(&gaps[i]) && last_cut[gaps[i].source] != i) ||
		    (kept > 0 && compare_gaps(&gaps[kept - 1], &gaps[i]) == 0))
			recording_release_gap(&gaps[i]);
		else
			gaps[kept++] = gaps[i];
	}
	recording->n_gaps = kept;
}

void recording_sort(struct recording *recording)
{
	recording_drop_index(recording);
	sort_sources(recording);
	sort_calls(recording);
	sort_gaps(recording);
}

void recording_merge(struct recording *into, struct recording *from)
{
	size_t offset = into->n_sources;

	for (size_t i = 0; i < from->n_sources; i++) {
		xgrow(&into->sources, into->n_sources, &into->cap_sources, sizeof(struct source));
		into->sources[into->n_sources++] = from->sources[i];
	}
	for (size_t i = 0; i < from->n_calls; i++) {
		xgrow(&into->calls, into->n_calls, &into->cap_calls, sizeof(struct learnt));
		for (size_t j = 0; j < from->calls[i].n_by; j++)
			from->calls[i].by[j].source += offset;
		for (size_t j = 0; j < from->calls[i].n_known; j++)
			from->calls[i].known[j] += offset;
		into->calls[into->n_calls++] = from->calls[i];
	}
	for (size_t i = 0; i < from->n_gaps; i++) {
		from->gaps[i].source += offset;
		recording_add_gap(into, from->gaps[i]);
	}
	for (size_t i = 0; i < from->n_warnings; i++)
		recording_warn(into, from->warnings[i]);
	from->n_sources = from->n_calls = from->n_gaps = from->n_warnings = 0;
	recording_free(from);
	recording_sort(into);
}

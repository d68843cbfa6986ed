#include "recording.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "hash.h"

#define KIND_CUT_OFF "cut-off"

struct recording *recording_new(void)
{
	return xcalloc(1, sizeof(struct recording));
}

struct source *recording_add_source(struct recording *recording)
{
	xgrow(&recording->sources, recording->n_sources, &recording->cap_sources,
	      sizeof(struct source));
	struct source *source = &recording->sources[recording->n_sources++];
	*source = (struct source){
		.tool = xstrdup(""),
		.started = xstrdup(""),
		.machine = xstrdup(""),
		.kernel = xstrdup(""),
		.mode = xstrdup(""),
		.command = xcalloc(1, sizeof(char *)),
	};
	return source;
}

/* Nearly always there is one: an array begins with room for no more. */
static void add_provenance(struct learnt *call, struct provenance by)
{
	if (call->cap_by == 0) {
		call->by = xmalloc(sizeof(call->by[0]));
		call->cap_by = 1;
	}
	xgrow(&call->by, call->n_by, &call->cap_by, sizeof(call->by[0]));
	call->by[call->n_by++] = by;
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* What is not known comes last. */
static int compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return COMPARE(a == NULL, b == NULL);
	return strcmp(a, b);
}

/* Within a source the earliest comes first. */
static int compare_provenance(const void *pa, const void *pb)
{
	const struct provenance *a = pa, *b = pb;
	int order = COMPARE(a->source, b->source);

	order = order != 0 ? order : COMPARE(a->t, b->t);
	order = order != 0 ? order : COMPARE(a->pid, b->pid);
	order = order != 0 ? order : COMPARE(a->tid, b->tid);
	order = order != 0 ? order : compare_text(a->exe, b->exe);
	order = order != 0 ? order : compare_text(a->comm, b->comm);
	order = order != 0 ? order : compare_text(a->at, b->at);
	order = order != 0 ? order : COMPARE(a->has_result, b->has_result);
	return order != 0 ? order : COMPARE(a->result, b->result);
}

static void release_provenance(struct provenance *by)
{
	free(by->exe);
	free(by->comm);
	free(by->at);
}

/* Where a call stands that was added since the recording was last sorted. */
struct call_index {
	uint64_t key; /* ABI and number */
	size_t at;
	UT_hash_handle hh;
};

static void drop_index(struct recording *recording)
{
	struct call_index *entry, *next;

	HASH_ITER(hh, recording->index, entry, next) {
		HASH_DEL(recording->index, entry);
		free(entry);
	}
}

/* The call's entry; a new one stands for one more call. */
static struct call_index *index_of(struct recording *recording, const struct abi *abi, int32_t nr)
{
	const uint64_t key = (uint64_t)abi_index(abi) << 32 | (uint32_t)nr;
	struct call_index *entry;

	HASH_FIND(hh, recording->index, &key, sizeof(key), entry);
	if (entry != NULL)
		return entry;
	entry = xcalloc(1, sizeof(*entry));
	entry->key = key;
	entry->at = recording->n_calls;
	HASH_ADD(hh, recording->index, key, sizeof(entry->key), entry);
	return entry;
}

/* Of one source's, only the earliest is kept: a recording may say the same a million times. */
static void add_again(struct learnt *call, char *name, struct provenance by)
{
	struct provenance *last = call->n_by > 0 ? &call->by[call->n_by - 1] : NULL;
	struct provenance later = by;

	if (compare_text(name, call->name) < 0) {
		free(call->name);
		call->name = name;
	} else {
		free(name);
	}
	if (last == NULL || last->source != by.source) {
		add_provenance(call, by);
		return;
	}
	if (compare_provenance(&by, last) < 0) {
		later = *last;
		*last = by;
	}
	release_provenance(&later);
}

void recording_add_call(struct recording *recording, const struct abi *abi, int32_t nr, char *name,
			struct provenance by)
{
	size_t at = index_of(recording, abi, nr)->at;

	if (at < recording->n_calls) {
		add_again(&recording->calls[at], name, by);
		return;
	}
	xgrow(&recording->calls, recording->n_calls, &recording->cap_calls, sizeof(struct learnt));
	struct learnt *call = &recording->calls[recording->n_calls++];
	*call = (struct learnt){.abi = abi, .nr = nr, .name = name};
	add_provenance(call, by);
}

void recording_add_gap(struct recording *recording, struct recorded_gap gap)
{
	xgrow(&recording->gaps, recording->n_gaps, &recording->cap_gaps, sizeof(gap));
	recording->gaps[recording->n_gaps++] = gap;
}

void recording_warn(struct recording *recording, char *warning)
{
	xgrow(&recording->warnings, recording->n_warnings, &recording->cap_warnings,
	      sizeof(warning));
	recording->warnings[recording->n_warnings++] = warning;
}

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
	return order != 0 ? order : compare_text(a->name, b->name);
}

static int compare_names(const void *pa, const void *pb)
{
	const struct learnt *a = pa, *b = pb;
	int order = COMPARE(abi_index(a->abi), abi_index(b->abi));

	order = order != 0 ? order : compare_text(a->name, b->name);
	return order != 0 ? order : COMPARE(a->nr, b->nr);
}

static int compare_gaps(const void *pa, const void *pb)
{
	const struct recorded_gap *a = pa, *b = pb;
	int order = COMPARE(a->source, b->source);

	order = order != 0 ? order : COMPARE(a->t, b->t);
	order = order != 0 ? order : strcmp(a->kind, b->kind);
	return order != 0 ? order : strcmp(a->detail, b->detail);
}

static void release_source(struct source *source)
{
	free(source->tool);
	free(source->started);
	free(source->machine);
	free(source->kernel);
	free(source->mode);
	for (char **arg = source->command; *arg != NULL; arg++)
		free(*arg);
	free(source->command);
}

static void release_call(struct learnt *call)
{
	for (size_t i = 0; i < call->n_by; i++)
		release_provenance(&call->by[i]);
	free(call->by);
	free(call->name);
}

static void release_gap(struct recorded_gap *gap)
{
	free(gap->kind);
	free(gap->detail);
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
			release_source(to);
		*to = recording->sources[i];
	}
	free(recording->sources);
	recording->sources = sorted;
	recording->n_sources = kept;
	recording->cap_sources = n;
	for (size_t i = 0; i < recording->n_calls; i++)
		for (size_t j = 0; j < recording->calls[i].n_by; j++)
			recording->calls[i].by[j].source = now[recording->calls[i].by[j].source];
	for (size_t i = 0; i < recording->n_gaps; i++)
		recording->gaps[i].source = now[recording->gaps[i].source];
}

/* Moves the second one's provenance to the first; names come from the first. */
static void unite_calls(struct learnt *into, struct learnt *from)
{
	for (size_t i = 0; i < from->n_by; i++)
		add_provenance(into, from->by[i]);
	from->n_by = 0;
	release_call(from);
}

static void sort_provenance(struct learnt *call)
{
	size_t kept = 0;

	qsort(call->by, call->n_by, sizeof(call->by[0]), compare_provenance);
	for (size_t i = 0; i < call->n_by; i++) {
		if (kept > 0 && call->by[kept - 1].source == call->by[i].source)
			release_provenance(&call->by[i]);
		else
			call->by[kept++] = call->by[i];
	}
	call->n_by = kept;
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
	for (size_t i = 0; i < kept; i++)
		sort_provenance(&calls[i]);
	qsort(calls, kept, sizeof(*calls), compare_names);
}

/* Of two copies of a source that were cut off, the longer one says where. */
static bool cut_off_again(const struct recorded_gap *gap, const struct recorded_gap *next)
{
	return gap->source == next->source && strcmp(gap->kind, KIND_CUT_OFF) == 0 &&
	       strcmp(next->kind, KIND_CUT_OFF) == 0;
}

static void sort_gaps(struct recording *recording)
{
	struct recorded_gap *gaps = recording->gaps;
	const struct recorded_gap *last_cut = NULL;
	size_t first = recording->n_gaps;

	if (recording->n_gaps == 0)
		return;
	qsort(gaps, recording->n_gaps, sizeof(*gaps), compare_gaps);
	/* From the end, so that the last "cut-off" of a source is met first. */
	for (size_t i = recording->n_gaps; i-- > 0;) {
		bool again =
			(first < recording->n_gaps && compare_gaps(&gaps[i], &gaps[first]) == 0) ||
			(last_cut != NULL && cut_off_again(&gaps[i], last_cut));
		if (again) {
			release_gap(&gaps[i]);
			continue;
		}
		gaps[--first] = gaps[i];
		if (strcmp(gaps[first].kind, KIND_CUT_OFF) == 0)
			last_cut = &gaps[first];
	}
	recording->n_gaps -= first;
	memmove(gaps, gaps + first, recording->n_gaps * sizeof(*gaps));
}

void recording_sort(struct recording *recording)
{
	drop_index(recording);
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

void recording_keep_calls(struct recording *recording,
			  bool (*keep)(const struct learnt *call, void *ctx), void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < recording->n_calls; i++) {
		if (keep(&recording->calls[i], ctx))
			recording->calls[kept++] = recording->calls[i];
		else
			release_call(&recording->calls[i]);
	}
	recording->n_calls = kept;
}

const struct learnt *recording_find(const struct recording *recording, const struct abi *abi,
				    const char *name)
{
	size_t low = 0, high = recording->n_calls;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct learnt *call = &recording->calls[middle];
		int order = COMPARE(abi_index(abi), abi_index(call->abi));
		order = order != 0 ? order : compare_text(name, call->name);
		if (order == 0)
			return call;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

struct recording *recording_free(struct recording *recording)
{
	if (recording == NULL)
		return NULL;
	for (size_t i = 0; i < recording->n_sources; i++)
		release_source(&recording->sources[i]);
	for (size_t i = 0; i < recording->n_calls; i++)
		release_call(&recording->calls[i]);
	for (size_t i = 0; i < recording->n_gaps; i++)
		release_gap(&recording->gaps[i]);
	for (size_t i = 0; i < recording->n_warnings; i++)
		free(recording->warnings[i]);
	drop_index(recording);
	free(recording->sources);
	free(recording->calls);
	free(recording->gaps);
	free(recording->warnings);
	free(recording);
	return NULL;
}

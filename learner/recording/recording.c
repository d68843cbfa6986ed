#include "recording.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "hash.h"
#include "recording_parts.h"

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
void recording_add_provenance(struct learnt *call, struct provenance by)
{
	if (call->cap_by == 0) {
		call->by = xmalloc(sizeof(call->by[0]));
		call->cap_by = 1;
	}
	xgrow(&call->by, call->n_by, &call->cap_by, sizeof(call->by[0]));
	call->by[call->n_by++] = by;
}

void recording_add_knower(struct learnt *call, size_t source)
{
	if (call->cap_known == 0) {
		call->known = xmalloc(sizeof(call->known[0]));
		call->cap_known = 1;
	}
	xgrow(&call->known, call->n_known, &call->cap_known, sizeof(call->known[0]));
	call->known[call->n_known++] = source;
}

void recording_release_provenance(struct provenance *by)
{
	free(by->exe);
	free(by->comm);
	free(by->at);
}

int recording_compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return COMPARE(a == NULL, b == NULL);
	return strcmp(a, b);
}

int recording_compare_provenance(const void *pa, const void *pb)
{
	const struct provenance *a = pa, *b = pb;
	int order = COMPARE(a->source, b->source);

	order = order != 0 ? order : COMPARE(a->t, b->t);
	order = order != 0 ? order : COMPARE(a->pid, b->pid);
	order = order != 0 ? order : COMPARE(a->tid, b->tid);
	order = order != 0 ? order : recording_compare_text(a->exe, b->exe);
	order = order != 0 ? order : recording_compare_text(a->comm, b->comm);
	order = order != 0 ? order : recording_compare_text(a->at, b->at);
	order = order != 0 ? order : COMPARE(a->has_result, b->has_result);
	return order != 0 ? order : COMPARE(a->result, b->result);
}

/* Where a call stands that was added since the recording was last sorted. */
struct call_index {
	uint64_t key; /* ABI and number */
	size_t at;
	UT_hash_handle hh;
};

void recording_drop_index(struct recording *recording)
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

/* The call that is added, once more or for the first time; of several names the first one stays. */
static struct learnt *get_call(struct recording *recording, const struct abi *abi, int32_t nr,
			       char *name)
{
	size_t at = index_of(recording, abi, nr)->at;

	if (at == recording->n_calls) {
		xgrow(&recording->calls, recording->n_calls, &recording->cap_calls,
		      sizeof(struct learnt));
		recording->calls[recording->n_calls++] =
			(struct learnt){.abi = abi, .nr = nr, .name = name};
		return &recording->calls[at];
	}
	struct learnt *call = &recording->calls[at];
	if (recording_compare_text(name, call->name) < 0) {
		free(call->name);
		call->name = name;
	} else {
		free(name);
	}
	return call;
}

/* Of one source's, only the earliest is kept: a recording may say the same a million times. */
void recording_add_call(struct recording *recording, const struct abi *abi, int32_t nr, char *name,
			struct provenance by)
{
	struct learnt *call = get_call(recording, abi, nr, name);
	struct provenance *last = call->n_by > 0 ? &call->by[call->n_by - 1] : NULL;
	struct provenance later = by;

	if (last == NULL || last->source != by.source) {
		recording_add_provenance(call, by);
		return;
	}
	if (recording_compare_provenance(&by, last) < 0) {
		later = *last;
		*last = by;
	}
	recording_release_provenance(&later);
}

void recording_add_known(struct recording *recording, const struct abi *abi, int32_t nr, char *name,
			 size_t source)
{
	struct learnt *call = get_call(recording, abi, nr, name);

	if (call->n_known == 0 || call->known[call->n_known - 1] != source)
		recording_add_knower(call, source);
}

void recording_add_known_from(struct source *source, char *file)
{
	size_t n = source->n_known_from;

	if (n > 0 && strcmp(source->known_from[n - 1], file) == 0) {
		free(file);
		return;
	}
	xgrow(&source->known_from, source->n_known_from, &source->cap_known_from, sizeof(file));
	source->known_from[source->n_known_from++] = file;
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

void recording_release_source(struct source *source)
{
	free(source->tool);
	free(source->started);
	free(source->machine);
	free(source->kernel);
	free(source->mode);
	for (char **arg = source->command; *arg != NULL; arg++)
		free(*arg);
	free(source->command);
	for (size_t i = 0; i < source->n_known_from; i++)
		free(source->known_from[i]);
	free(source->known_from);
}

void recording_release_call(struct learnt *call)
{
	for (size_t i = 0; i < call->n_by; i++)
		recording_release_provenance(&call->by[i]);
	free(call->by);
	free(call->known);
	free(call->name);
}

void recording_release_gap(struct recorded_gap *gap)
{
	free(gap->kind);
	free(gap->detail);
}
void recording_keep_calls(struct recording *recording,
			  bool (*keep)(const struct learnt *call, void *ctx), void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < recording->n_calls; i++) {
		if (keep(&recording->calls[i], ctx))
			recording->calls[kept++] = recording->calls[i];
		else
			recording_release_call(&recording->calls[i]);
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
		order = order != 0 ? order : recording_compare_text(name, call->name);
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
		recording_release_source(&recording->sources[i]);
	for (size_t i = 0; i < recording->n_calls; i++)
		recording_release_call(&recording->calls[i]);
	for (size_t i = 0; i < recording->n_gaps; i++)
		recording_release_gap(&recording->gaps[i]);
	for (size_t i = 0; i < recording->n_warnings; i++)
		free(recording->warnings[i]);
	recording_drop_index(recording);
	free(recording->sources);
	free(recording->calls);
	free(recording->gaps);
	free(recording->warnings);
	free(recording);
	return NULL;
}

/* Writes a recording as a journal: see recording.h. */
#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"
#include "recording.h"
#include "recording_lines.h"

static void write_header(const struct source *source, struct strbuf *out)
{
	recording_add_header_line(out, &(struct header_line){.tool = source->tool,
							     .started = source->started,
							     .machine = source->machine,
							     .kernel = source->kernel,
							     .mode = source->mode,
							     .command = source->command});
}

static void write_call(const struct learnt *call, const struct provenance *by, struct strbuf *out)
{
	recording_add_call_line(out, &(struct call_line){.t = by->t,
							 .abi = call->abi,
							 .nr = call->nr,
							 .name = call->name,
							 .exe = by->exe,
							 .comm = by->comm,
							 .at = by->at,
							 .pid = by->pid,
							 .tid = by->tid,
							 .has_result = by->has_result,
							 .result = by->result});
}

static void write_end(const struct source *source, struct strbuf *out)
{
	if (source->ended)
		recording_add_end_line(out, &(struct end_line){.t = source->t,
							       .status = source->status,
							       .processes = source->processes,
							       .threads = source->threads});
}

/* Known ones stand before any other line of the run. */
#define KNOWN_T (-1)

/* A line between header and end, a call or a gap; or one in the line of what was known. */
struct entry {
	size_t source;
	double t;
	size_t order; /* where the recording has it: calls, then gaps */
	const struct learnt *call;
	const struct provenance *by; /* of a call that was not known */
	const struct recorded_gap *gap;
};

static int compare_entries(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->t < b->t || a->t > b->t)
		return a->t < b->t ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

struct entries {
	struct entry *of;
	size_t n, cap;
};

static void add(struct entries *entries, size_t source, double t, struct entry entry)
{
	xgrow(&entries->of, entries->n, &entries->cap, sizeof(*entries->of));
	entry.source = source;
	entry.t = t;
	entry.order = entries->n;
	entries->of[entries->n++] = entry;
}

static struct entries sorted_entries(const struct recording *recording)
{
	struct entries entries = {0};

	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		for (size_t j = 0; j < call->n_known; j++)
			add(&entries, call->known[j], KNOWN_T, (struct entry){.call = call});
		for (size_t j = 0; j < call->n_by; j++)
			add(&entries, call->by[j].source, call->by[j].t,
			    (struct entry){.call = call, .by = &call->by[j]});
	}
	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct recorded_gap *gap = &recording->gaps[i];
		add(&entries, gap->source, gap->known ? KNOWN_T : gap->t,
		    (struct entry){.gap = gap});
	}
	if (entries.n > 0)
		qsort(entries.of, entries.n, sizeof(*entries.of), compare_entries);
	return entries;
}

/* The first `n` entries of a source, which begin with `first`. */
static void write_known(const struct source *source, const struct entries *entries, size_t first,
			size_t n, struct strbuf *out)
{
	cleanup_free struct known_call *calls = xcalloc(n + 1, sizeof(*calls));
	cleanup_free struct known_gap *gaps = xcalloc(n + 1, sizeof(*gaps));
	struct known_line line = {.from = source->known_from,
				  .n_from = source->n_known_from,
				  .calls = calls,
				  .gaps = gaps};

	if (n == 0 && source->n_known_from == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct entry *entry = &entries->of[first + i];
		if (entry->gap != NULL)
			gaps[line.n_gaps++] =
				(struct known_gap){entry->gap->kind, entry->gap->detail};
		else
			calls[line.n_calls++] = (struct known_call){
				entry->call->abi, entry->call->nr, entry->call->name};
	}
	recording_add_known_line(out, &line);
}

static void write_entry(const struct entry *entry, struct strbuf *out)
{
	if (entry->gap == NULL)
		write_call(entry->call, entry->by, out);
	else
		recording_add_gap_line(out, &(struct gap_line){entry->gap->t, entry->gap->kind,
							       entry->gap->detail});
}

void recording_write(const struct recording *recording, struct strbuf *out)
{
	const struct entries entries = sorted_entries(recording);
	size_t next = 0;

	for (size_t i = 0; i < recording->n_sources; i++) {
		const size_t first = next;
		write_header(&recording->sources[i], out);
		while (next < entries.n && entries.of[next].source == i && entries.of[next].t < 0)
			next++;
		write_known(&recording->sources[i], &entries, first, next - first, out);
		for (; next < entries.n && entries.of[next].source == i; next++)
			write_entry(&entries.of[next], out);
		write_end(&recording->sources[i], out);
	}
	free(entries.of);
}

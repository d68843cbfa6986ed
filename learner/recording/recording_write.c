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

/* A line between header and end: a call or a gap. */
struct entry {
	size_t source;
	double t;
	size_t order; /* where the recording has it: calls, then gaps */
	const struct learnt *call;
	const struct provenance *by;
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

/* The caller frees them. */
static struct entry *sorted_entries(const struct recording *recording, size_t *n)
{
	struct entry *entries = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		for (size_t j = 0; j < call->n_by; j++) {
			const struct provenance *by = &call->by[j];
			xgrow(&entries, *n, &cap, sizeof(*entries));
			entries[*n] = (struct entry){by->source, by->t, *n, call, by, NULL};
			++*n;
		}
	}
	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct recorded_gap *gap = &recording->gaps[i];
		xgrow(&entries, *n, &cap, sizeof(*entries));
		entries[*n] = (struct entry){gap->source, gap->t, *n, NULL, NULL, gap};
		++*n;
	}
	if (*n > 0)
		qsort(entries, *n, sizeof(*entries), compare_entries);
	return entries;
}

void recording_write(const struct recording *recording, struct strbuf *out)
{
	size_t n, next = 0;
	cleanup_free struct entry *entries = sorted_entries(recording, &n);

	for (size_t i = 0; i < recording->n_sources; i++) {
		write_header(&recording->sources[i], out);
		for (; next < n && entries[next].source == i; next++) {
			if (entries[next].call != NULL)
				write_call(entries[next].call, entries[next].by, out);
			else
				recording_add_gap_line(
					out, &(struct gap_line){entries[next].gap->t,
								entries[next].gap->kind,
								entries[next].gap->detail});
		}
		write_end(&recording->sources[i], out);
	}
}

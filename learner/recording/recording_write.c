/* Writes a recording as a journal: see recording.h. */
#include <stdlib.h>

#include "alloc.h"
#include "json.h"
#include "recording.h"

/* What is not known, or empty, is left out. */
static void put_text(json_object *object, const char *key, const char *text)
{
	if (*text != '\0')
		json_set_text(object, key, text);
}

/* With the four digits that a journal has, unless that were another number. */
static void put_seconds(json_object *object, double t)
{
	cleanup_free char *text = xasprintf("%.4f", t);

	if (strtod(text, NULL) < t || strtod(text, NULL) > t) {
		free(text);
		text = xasprintf("%.17g", t);
	}
	json_set(object, "t", json_new_double(t, text));
}

static void add_line(struct strbuf *out, json_object *line)
{
	json_add(out, line);
	strbuf_addch(out, '\n');
	(void)json_object_put(line);
}

static void write_header(const struct source *source, struct strbuf *out)
{
	json_object *line = json_new_object();
	json_object *words = json_new_array();

	for (char *const *word = source->command; *word != NULL; word++)
		json_push_text(words, *word);
	json_set_int(line, "recording", 1);
	put_text(line, "tool", source->tool);
	put_text(line, "started", source->started);
	json_set(line, "command", words);
	put_text(line, "machine", source->machine);
	put_text(line, "kernel", source->kernel);
	put_text(line, "mode", source->mode);
	add_line(out, line);
}

static void write_call(const struct learnt *call, const struct provenance *by, struct strbuf *out)
{
	json_object *line = json_new_object();

	put_seconds(line, by->t);
	put_text(line, "abi", call->abi->name);
	json_set_int(line, "nr", call->nr);
	json_set_text(line, "name", call->name);
	/* Here an empty text is not the same as none. */
	json_set_text(line, "exe", by->exe);
	json_set_text(line, "comm", by->comm);
	json_set_int(line, "pid", by->pid);
	json_set_int(line, "tid", by->tid);
	json_set_text(line, "at", by->at);
	if (by->has_result)
		json_set_int(line, "result", by->result);
	add_line(out, line);
}

static void write_gap(const struct recorded_gap *gap, struct strbuf *out)
{
	json_object *line = json_new_object();

	put_seconds(line, gap->t);
	put_text(line, "gap", gap->kind);
	put_text(line, "detail", gap->detail);
	add_line(out, line);
}

static void write_end(const struct source *source, struct strbuf *out)
{
	if (!source->ended)
		return;
	json_object *line = json_new_object();
	json_object *figures = json_new_object();
	put_seconds(figures, source->t);
	json_set_int(figures, "status", source->status);
	json_set_int(figures, "processes", (int64_t)source->processes);
	json_set_int(figures, "threads", (int64_t)source->threads);
	json_set(line, "end", figures);
	add_line(out, line);
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
				write_gap(entries[next].gap, out);
		}
		write_end(&recording->sources[i], out);
	}
}

/* Writes a recording as a journal: see recording.h. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "recording.h"
#include "text.h"

static json_object *checked(json_object *object)
{
	if (object == NULL)
		oom();
	return object;
}

static void put(json_object *object, const char *key, json_object *value)
{
	if (json_object_object_add(object, key, value) != 0)
		oom();
}

static json_object *new_string(const char *text)
{
	cleanup_strbuf struct strbuf utf8 = STRBUF_INIT;

	strbuf_add_utf8(&utf8, text);
	return checked(json_object_new_string_len(utf8.s, (int)utf8.len));
}

/* What is not known, or empty, is left out. */
static void put_text(json_object *object, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		put(object, key, new_string(text));
}

static void put_number(json_object *object, const char *key, int64_t value)
{
	put(object, key, checked(json_object_new_int64(value)));
}

/* With the four digits that a journal has, unless that were another number. */
static void put_seconds(json_object *object, double t)
{
	char text[512];

	(void)snprintf(text, sizeof(text), "%.4f", t);
	if (strtod(text, NULL) < t || strtod(text, NULL) > t)
		(void)snprintf(text, sizeof(text), "%.17g", t);
	put(object, "t", checked(json_object_new_double_s(t, text)));
}

static void add_line(struct strbuf *out, json_object *line)
{
	strbuf_adds(out, json_object_to_json_string_ext(
				 line, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	strbuf_addch(out, '\n');
	(void)json_object_put(line);
}

static void write_header(const struct source *source, struct strbuf *out)
{
	json_object *line = checked(json_object_new_object());
	json_object *words = checked(json_object_new_array());

	for (char *const *word = source->command; *word != NULL; word++)
		if (json_object_array_add(words, new_string(*word)) != 0)
			oom();
	put_number(line, "recording", 1);
	put_text(line, "tool", source->tool);
	put_text(line, "started", source->started);
	put(line, "command", words);
	put_text(line, "machine", source->machine);
	put_text(line, "kernel", source->kernel);
	put_text(line, "mode", source->mode);
	add_line(out, line);
}

static void write_call(const struct learnt *call, const struct provenance *by, struct strbuf *out)
{
	json_object *line = checked(json_object_new_object());

	put_seconds(line, by->t);
	put_text(line, "abi", call->abi->name);
	put_number(line, "nr", call->nr);
	put_text(line, "name", call->name);
	/* An empty string is not the same as none here. */
	if (by->exe != NULL)
		put(line, "exe", new_string(by->exe));
	if (by->comm != NULL)
		put(line, "comm", new_string(by->comm));
	put_number(line, "pid", by->pid);
	put_number(line, "tid", by->tid);
	if (by->at != NULL)
		put(line, "at", new_string(by->at));
	if (by->has_result)
		put_number(line, "result", by->result);
	add_line(out, line);
}

static void write_gap(const struct recorded_gap *gap, struct strbuf *out)
{
	json_object *line = checked(json_object_new_object());

	put_seconds(line, gap->t);
	put_text(line, "gap", gap->kind);
	put_text(line, "detail", gap->detail);
	add_line(out, line);
}

static void write_end(const struct source *source, struct strbuf *out)
{
	if (!source->ended)
		return;
	json_object *line = checked(json_object_new_object());
	json_object *figures = checked(json_object_new_object());
	put_seconds(figures, source->t);
	put_number(figures, "status", source->status);
	put_number(figures, "processes", (int64_t)source->processes);
	put_number(figures, "threads", (int64_t)source->threads);
	put(line, "end", figures);
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

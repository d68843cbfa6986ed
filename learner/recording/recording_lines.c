#include "recording_lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"
#include "json.h"

double recording_seconds(double t)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.4f", t < 0 ? 0 : t);
	return strtod(text, NULL);
}

static void put_text(json_object *object, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		json_set_text(object, key, text);
}

/* With four digits, unless that were another number. */
static void put_seconds(json_object *object, double t)
{
	cleanup_free char *text = xasprintf("%.4f", t);

	if (strtod(text, NULL) < t || strtod(text, NULL) > t) {
		free(text);
		text = xasprintf("%.17g", t);
	}
	json_set(object, "t", json_new_double(t, text));
}

void recording_add_header_line(struct strbuf *out, const struct header_line *header)
{
	json_object *line = json_new_object();
	json_object *words = json_new_array();

	for (char *const *word = header->command; *word != NULL; word++)
		json_push_text(words, *word);
	json_set_int(line, "recording", RECORDING_VERSION);
	put_text(line, "tool", header->tool);
	put_text(line, "started", header->started);
	json_set(line, "command", words);
	put_text(line, "machine", header->machine);
	put_text(line, "kernel", header->kernel);
	put_text(line, "mode", header->mode);
	json_add_line(out, line);
}

/* Of each ABI a list. */
static json_object *known_calls(const struct known_line *known)
{
	json_object *calls = json_new_object();
	json_object *list = NULL;

	for (size_t i = 0; i < known->n_calls; i++) {
		const struct known_call *call = &known->calls[i];
		json_object *item = json_new_object();
		if (i == 0 || call->abi != known->calls[i - 1].abi) {
			list = json_new_array();
			json_set(calls, call->abi->name, list);
		}
		json_set_int(item, "nr", call->nr);
		json_set_text(item, "name", call->name);
		json_push(list, item);
	}
	return calls;
}

static json_object *known_gaps(const struct known_line *known)
{
	json_object *gaps = json_new_array();

	for (size_t i = 0; i < known->n_gaps; i++) {
		json_object *gap = json_new_object();
		put_text(gap, "gap", known->gaps[i].gap);
		put_text(gap, "detail", known->gaps[i].detail);
		json_push(gaps, gap);
	}
	return gaps;
}

void recording_add_known_line(struct strbuf *out, const struct known_line *known)
{
	json_object *line = json_new_object();
	json_object *content = json_new_object();
	json_object *from = json_new_array();

	for (size_t i = 0; i < known->n_from; i++)
		json_push_text(from, known->from[i]);
	json_set(content, "from", from);
	json_set(content, "calls", known_calls(known));
	if (known->n_gaps > 0)
		json_set(content, "gaps", known_gaps(known));
	json_set(line, "known", content);
	json_add_line(out, line);
}

void recording_add_call_line(struct strbuf *out, const struct call_line *call)
{
	json_object *line = json_new_object();

	put_seconds(line, call->t);
	json_set_text(line, "abi", call->abi->name);
	json_set_int(line, "nr", call->nr);
	json_set_text(line, "name", call->name);
	json_set_text(line, "exe", call->exe);
	json_set_text(line, "comm", call->comm);
	json_set_int(line, "pid", call->pid);
	json_set_int(line, "tid", call->tid);
	json_set_text(line, "at", call->at);
	if (call->has_result)
		json_set_int(line, "result", call->result);
	json_add_line(out, line);
}

void recording_add_gap_line(struct strbuf *out, const struct gap_line *gap)
{
	json_object *line = json_new_object();

	put_seconds(line, gap->t);
	put_text(line, "gap", gap->gap);
	put_text(line, "detail", gap->detail);
	json_add_line(out, line);
}

void recording_add_end_line(struct strbuf *out, const struct end_line *end)
{
	json_object *line = json_new_object();
	json_object *figures = json_new_object();

	put_seconds(figures, end->t);
	json_set_int(figures, "status", end->status);
	json_set_uint(figures, "processes", end->processes);
	json_set_uint(figures, "threads", end->threads);
	if (end->has_stops) {
		json_set_uint(figures, "stops", end->stops);
		json_set_uint(figures, "sieves", end->sieves);
		json_set_uint(figures, "sieved_at_least", end->sieved);
	}
	json_set(line, "end", figures);
	json_add_line(out, line);
}

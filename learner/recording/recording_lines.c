#include "recording_lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"
#include "json.h"
#include "json_line.h"

double recording_seconds(double t)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.4f", t < 0 ? 0 : t);
	return strtod(text, NULL);
}

#define DAY_SECONDS INT64_C(86400)
#define ERA_DAYS 146097 /* of 400 years */

/*
 * By hand: gmtime_r() and strftime() read the file of the local time zone, for which the workload
 * would have to wait. Years are counted from March on, so that a leap day is the last day of one.
 */
char *recording_time(int64_t seconds)
{
	int64_t days = seconds / DAY_SECONDS + 719468; /* since the March of the year 0 */
	unsigned second = (unsigned)(seconds % DAY_SECONDS);
	unsigned era = (unsigned)(days / ERA_DAYS), day = (unsigned)(days % ERA_DAYS);
	unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;

	day -= 365 * year + year / 4 - year / 100;
	unsigned month = (5 * day + 2) / 153; /* March is 0 */
	day -= (153 * month + 2) / 5;
	year += era * 400 + (month >= 10);
	month = month < 10 ? month + 3 : month - 9;
	return xasprintf("%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day + 1, second / 3600,
			 second / 60 % 60, second % 60);
}

static void add_text(struct strbuf *out, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		json_line_text(out, key, text);
}

/* With four digits, unless that were another number. */
static void add_seconds(struct strbuf *out, double t)
{
	cleanup_free char *text = xasprintf("%.4f", t);
	double rounded = strtod(text, NULL);

	if (rounded < t || rounded > t) {
		free(text);
		text = xasprintf("%.17g", t);
	}
	json_line_number(out, "t", text);
}

void recording_add_header_line(struct strbuf *out, const struct header_line *header)
{
	json_line_open(out);
	json_line_int(out, "recording", RECORDING_VERSION);
	add_text(out, "tool", header->tool);
	add_text(out, "started", header->started);
	json_line_texts(out, "command", header->command);
	add_text(out, "machine", header->machine);
	add_text(out, "kernel", header->kernel);
	add_text(out, "mode", header->mode);
	json_line_close(out);
	json_line_end(out);
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

static void set_text(json_object *object, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		json_set_text(object, key, text);
}

static json_object *known_gaps(const struct known_line *known)
{
	json_object *gaps = json_new_array();

	for (size_t i = 0; i < known->n_gaps; i++) {
		json_object *gap = json_new_object();
		set_text(gap, "gap", known->gaps[i].gap);
		set_text(gap, "detail", known->gaps[i].detail);
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
	json_line_open(out);
	add_seconds(out, call->t);
	json_line_text(out, "abi", call->abi->name);
	json_line_int(out, "nr", call->nr);
	json_line_text(out, "name", call->name);
	json_line_text(out, "exe", call->exe);
	json_line_text(out, "comm", call->comm);
	json_line_int(out, "pid", call->pid);
	json_line_int(out, "tid", call->tid);
	json_line_text(out, "at", call->at);
	if (call->has_result)
		json_line_int(out, "result", call->result);
	json_line_close(out);
	json_line_end(out);
}

void recording_add_gap_line(struct strbuf *out, const struct gap_line *gap)
{
	json_line_open(out);
	add_seconds(out, gap->t);
	add_text(out, "gap", gap->gap);
	add_text(out, "detail", gap->detail);
	json_line_close(out);
	json_line_end(out);
}

void recording_add_end_line(struct strbuf *out, const struct end_line *end)
{
	json_line_open(out);
	json_line_open_member(out, "end");
	add_seconds(out, end->t);
	json_line_int(out, "status", end->status);
	json_line_uint(out, "processes", end->processes);
	json_line_uint(out, "threads", end->threads);
	if (end->has_stops) {
		json_line_uint(out, "stops", end->stops);
		json_line_uint(out, "sieves", end->sieves);
		json_line_uint(out, "sieved_at_least", end->sieved);
		json_line_uint(out, "let_go", end->let_go);
		json_line_uint(out, "notifications", end->notifications);
	}
	json_line_close(out);
	json_line_close(out);
	json_line_end(out);
}

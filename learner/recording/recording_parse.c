/* Reads a journal, line by line. Nothing in it is trusted. */
#include "recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "json_parse.h"
#include "recording_lines.h"
#include "recording_reader.h"
#include "text.h"

/* A header holds a whole command line, which Linux limits to 6 MiB before escaping. */
#define LINE_LIMIT ((size_t)64 * 1024 * 1024)
/* Containers within containers; the lines that there are have 2. */
#define LINE_DEPTH 32
/* What a line may need in memory: a header of 6 MiB with words of one letter each. */
#define LINE_MEMORY ((size_t)512 * 1024 * 1024)

#define LINE_PARSING                                                                    \
	{                                                                               \
		.depth_max = LINE_DEPTH, .memory_max = LINE_MEMORY, .nul_in_text = true \
	}

#define SOURCES_MAX 100000

static void finish_source(struct reader *r)
{
	if (r->source == NULL || r->source->ended)
		return;
	recording_add_gap(r->recording,
			  (struct recorded_gap){
				  .source = reader_source(r),
				  .t = r->last_t,
				  .kind = xstrdup("cut-off"),
				  .detail =
					  xstrdup("the recording has no end line: the learner was "
						  "killed, or the machine went down"),
			  });
}

static int read_header(struct reader *r, json_object *line)
{
	int64_t version = 0;
	bool found;
	int ret = reader_number(r, line, "recording", 1, INT64_MAX, &version, &found);

	if (ret < 0)
		return ret;
	if (version != RECORDING_VERSION)
		return BAD(r, "version %lld of the recording format; this program reads version %d",
			   (long long)version, RECORDING_VERSION);
	if (r->recording->n_sources == SOURCES_MAX)
		return BAD(r, "more than %d runs in one recording", SOURCES_MAX);
	finish_source(r);
	struct source *source = recording_add_source(r->recording);
	r->source = source;
	r->last_t = 0;
	const struct {
		const char *key;
		char **text;
	} texts[] = {
		{"tool", &source->tool},       {"started", &source->started},
		{"machine", &source->machine}, {"kernel", &source->kernel},
		{"mode", &source->mode},
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ret = reader_text(r, line, texts[i].key, texts[i].text);
		if (ret < 0)
			return ret;
	}
	return reader_words(r, line, "command", &source->command);
}

static int read_end(struct reader *r, json_object *line)
{
	json_object *end = json_object_object_get(line, "end");
	int64_t status = 0, processes = 0, threads = 0;
	struct source *source = r->source;
	bool found;

	if (!json_object_is_type(end, json_type_object))
		return BAD(r, "\"end\": expected an object");
	int ret = reader_seconds(r, end, &source->t);
	if (ret < 0)
		return ret;
	ret = reader_number(r, end, "status", 0, 255, &status, &found);
	if (ret < 0)
		return ret;
	ret = reader_number(r, end, "processes", 0, INT64_MAX - 1, &processes, &found);
	if (ret < 0)
		return ret;
	ret = reader_number(r, end, "threads", 0, INT64_MAX - 1, &threads, &found);
	if (ret < 0)
		return ret;
	source->ended = true;
	source->status = (int)status;
	source->processes = (uint64_t)processes;
	source->threads = (uint64_t)threads;
	return 0;
}

static int read_gap(struct reader *r, json_object *line)
{
	struct recorded_gap gap = {.source = reader_source(r)};
	int ret = reader_seconds(r, line, &gap.t);

	if (ret == 0)
		ret = reader_gap(r, line, &gap);
	if (ret == 0)
		recording_add_gap(r->recording, gap);
	return ret;
}

/* What is missing stays NULL or 0. */
static int get_provenance(struct reader *r, json_object *line, struct provenance *by)
{
	int64_t pid = 0, tid = 0;
	bool found;
	int ret = reader_seconds(r, line, &by->t);

	if (ret < 0)
		return ret;
	ret = reader_text(r, line, "exe", &by->exe);
	if (ret < 0)
		return ret;
	ret = reader_text(r, line, "comm", &by->comm);
	if (ret < 0)
		return ret;
	ret = reader_text(r, line, "at", &by->at);
	if (ret < 0)
		return ret;
	ret = reader_number(r, line, "pid", 0, INT32_MAX, &pid, &found);
	if (ret < 0)
		return ret;
	ret = reader_number(r, line, "tid", 0, INT32_MAX, &tid, &found);
	if (ret < 0)
		return ret;
	ret = reader_number(r, line, "result", INT64_MIN, INT64_MAX, &by->result, &by->has_result);
	by->pid = (int)pid;
	by->tid = (int)tid;
	return ret;
}

static int read_call(struct reader *r, json_object *line)
{
	cleanup_free char *name = NULL, *exe = NULL, *comm = NULL, *at = NULL;
	struct provenance by = {.source = reader_source(r)};
	const struct abi *abi = reader_abi(r, line);
	int32_t nr = 0;

	if (abi == NULL)
		return -EINVAL;
	int ret = reader_call(r, line, abi, &nr, &name);
	if (ret == 0)
		ret = get_provenance(r, line, &by);
	/* Freed with this scope unless the recording takes them over. */
	exe = by.exe;
	comm = by.comm;
	at = by.at;
	if (ret < 0)
		return ret;
	recording_add_call(r->recording, abi, nr, TAKE_PTR(name), by);
	exe = comm = at = NULL;
	return 0;
}

static int read_object(struct reader *r, json_object *line)
{
	bool gap = json_object_object_get_ex(line, "gap", NULL);
	bool end = json_object_object_get_ex(line, "end", NULL);
	bool call = json_object_object_get_ex(line, "abi", NULL) ||
		    json_object_object_get_ex(line, "nr", NULL);
	bool known = json_object_object_get_ex(line, "known", NULL);

	if (json_object_object_get_ex(line, "recording", NULL))
		return read_header(r, line);
	if (r->source == NULL)
		return BAD(r, "expected a recording's header line");
	if (!end && !gap && !call && !known) {
		reader_warn(r, "skipped: a line of an unknown kind");
		return 0;
	}
	if (r->source->ended)
		return BAD(r, "a line after the end of the run");
	if (end)
		return read_end(r, line);
	if (gap)
		return read_gap(r, line);
	return call ? read_call(r, line) : reader_known(r, line);
}

/* How each header begins that was written by this program. No JSON text holds its bytes. */
static const char header_start[] = "{\"recording\":";

/* A header within a line: of a recording behind one that was torn, where both were put together. */
static const char *glued_header(const char *text, size_t len)
{
	return len > 1 ? memmem(text + 1, len - 1, header_start, sizeof(header_start) - 1) : NULL;
}

/*
 * `torn` says that the line has no newline, so that it may be half of one. *used is how much of it
 * was read; the rest is a line of its own.
 */
static int read_line(struct reader *r, const char *text, size_t len, bool torn, size_t *used)
{
	*used = len;
	if (len > LINE_LIMIT)
		return BAD(r, "a line of more than %zu MiB", LINE_LIMIT / 1024 / 1024);
	struct json_parsing parsing = LINE_PARSING;
	struct err wrong = {0};
	cleanup_json json_object *line = NULL;
	bool whole = json_parse(&parsing, text, len, &line, &wrong) == 0;
	const char *glued = whole ? NULL : glued_header(text, len);
	int ret;

	if (glued != NULL) {
		size_t first;
		ret = read_line(r, text, (size_t)(glued - text), true, &first);
		*used = first;
	} else if (torn && r->source != NULL && !whole) {
		reader_warn(r, "dropped: the last line is torn");
		ret = 0;
	} else if (!whole) {
		ret = BAD(r, "column %zu: %s", parsing.offset + 1, err_text(&wrong));
	} else if (!json_object_is_type(line, json_type_object)) {
		ret = BAD(r, "expected a JSON object");
	} else {
		ret = read_object(r, line);
	}
	err_done(&wrong);
	return ret;
}

static int read_lines(struct reader *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;
		size_t used;
		int ret;

		r->line++;
		text += text_mark_length(text, (size_t)(stop - text));
		do {
			ret = read_line(r, text, (size_t)(stop - text), newline == NULL, &used);
			text += used;
		} while (ret == 0 && text < stop);
		if (ret < 0)
			return ret;
		text = stop + 1;
	}
	if (r->source == NULL)
		return err_set(r->err, EINVAL, "%s: empty; expected a recording", r->name);
	finish_source(r);
	reader_warn_of_the_rest(r);
	return 0;
}

int recording_parse(const char *name, const char *text, size_t len, struct recording **recording,
		    struct err *err)
{
	struct reader r = {.name = name, .recording = recording_new(), .err = err};

	int ret = read_lines(&r, text, len);
	if (ret < 0) {
		recording_free(r.recording);
		return ret;
	}
	recording_sort(r.recording);
	*recording = r.recording;
	return 0;
}

bool recording_is(const char *text, size_t len)
{
	size_t mark = text_mark_length(text, len);
	text += mark;
	len -= mark;
	const char *newline = memchr(text, '\n', len);
	size_t first = newline != NULL ? (size_t)(newline - text) : len;

	if (first == 0 || first > LINE_LIMIT || *text != '{')
		return false;
	/* The usual order of keys, which also recognises a header that is torn or bad. */
	static const char usual[] = "{\"recording\"";
	if (first >= sizeof(usual) - 1 && memcmp(text, usual, sizeof(usual) - 1) == 0)
		return true;
	/* A profile on one line need not be read twice for it. */
	if (memmem(text, first, "\"recording\"", strlen("\"recording\"")) == NULL)
		return false;
	struct json_parsing parsing = LINE_PARSING;
	cleanup_json json_object *line = NULL;
	return json_parse(&parsing, text, first, &line, NULL) == 0 &&
	       json_object_is_type(line, json_type_object) &&
	       json_object_object_get_ex(line, "recording", NULL);
}

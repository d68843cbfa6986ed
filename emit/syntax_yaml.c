#include "syntax_yaml.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "alloc.h"
#include "cleanup.h"
#include "yaml_scalar.h"

static int append(void *data, unsigned char *buffer, size_t size)
{
	strbuf_add(data, buffer, size);
	return 1;
}

/* The events below are well-formed, in order and UTF-8, so only memory can be what is missing. */
static void emit(yaml_emitter_t *emitter, yaml_event_t *event, int made)
{
	if (made == 0 || yaml_emitter_emit(emitter, event) == 0)
		oom();
}

static void emit_scalar(yaml_emitter_t *emitter, const char *text, bool quoted)
{
	yaml_event_t event;
	yaml_scalar_style_t style =
		quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
	int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
						(int)strlen(text), 1, 1, style);

	emit(emitter, &event, made);
}

static void emit_text(yaml_emitter_t *emitter, const char *text)
{
	emit_scalar(emitter, text, yaml_scalar_needs_quotes(text));
}

/* A number, a boolean or null, which YAML writes as JSON does. */
static void emit_plain(yaml_emitter_t *emitter, struct json_object *value)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	json_add(&text, value);
	emit_scalar(emitter, text.s, false);
}

static void emit_value(yaml_emitter_t *emitter, struct json_object *value);

static void emit_array(yaml_emitter_t *emitter, struct json_object *array)
{
	yaml_event_t event;
	size_t n = json_object_array_length(array);

	emit(emitter, &event,
	     yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
						  YAML_BLOCK_SEQUENCE_STYLE));
	for (size_t i = 0; i < n; i++)
		emit_value(emitter, json_object_array_get_idx(array, i));
	emit(emitter, &event, yaml_sequence_end_event_initialize(&event));
}

static void emit_object(yaml_emitter_t *emitter, struct json_object *object)
{
	yaml_event_t event;

	emit(emitter, &event,
	     yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
	json_object_object_foreach(object, key, value)
	{
		emit_text(emitter, key);
		emit_value(emitter, value);
	}
	emit(emitter, &event, yaml_mapping_end_event_initialize(&event));
}

static void emit_value(yaml_emitter_t *emitter, struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		emit_object(emitter, value);
		break;
	case json_type_array:
		emit_array(emitter, value);
		break;
	case json_type_string:
		emit_text(emitter, json_object_get_string(value));
		break;
	default:
		emit_plain(emitter, value);
	}
}

void yaml_write(struct json_object *root, struct strbuf *out)
{
	yaml_emitter_t emitter CLEANUP(yaml_emitter_delete);
	yaml_event_t event;

	if (yaml_emitter_initialize(&emitter) == 0)
		oom();
	yaml_emitter_set_output(&emitter, append, out);
	yaml_emitter_set_unicode(&emitter, 1);
	/* No width: a long text is not folded into several lines. */
	yaml_emitter_set_width(&emitter, -1);
	emit(&emitter, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(&emitter, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	emit_value(&emitter, root);
	emit(&emitter, &event, yaml_document_end_event_initialize(&event, 1));
	emit(&emitter, &event, yaml_stream_end_event_initialize(&event));
}

struct reader {
	yaml_parser_t parser;
	const char *name;
	const char *text;
	int depth;
	struct err *err;
};

static int read_value(struct reader *reader, const yaml_event_t *event, struct json_object **value);

static size_t event_line(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

static int refuse(const struct reader *reader, const yaml_event_t *event, const char *what)
{
	return err_set(reader->err, EINVAL, "%s:%zu: %s", reader->name, event_line(event), what);
}

static int parser_error(const struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	size_t line = parser->problem_mark.line + 1;

	if (parser->error == YAML_MEMORY_ERROR)
		oom();
	if (parser->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < parser->problem_offset; i++)
			line += reader->text[i] == '\n';
	}
	return err_set(reader->err, EINVAL, "%s:%zu: not YAML: %s%s%s", reader->name, line,
		       parser->problem, parser->context != NULL ? " " : "",
		       parser->context != NULL ? parser->context : "");
}

/* The next event, which the caller deletes; on an error too. */
static int next(struct reader *reader, yaml_event_t *event)
{
	if (yaml_parser_parse(&reader->parser, event) == 0) {
		event->type = YAML_NO_EVENT;
		return parser_error(reader);
	}
	return 0;
}

static bool has_tag(const yaml_event_t *event)
{
	return (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag != NULL) ||
	       (event->type == YAML_SEQUENCE_START_EVENT &&
		event->data.sequence_start.tag != NULL) ||
	       (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag != NULL);
}

static const char *scalar_text(const yaml_event_t *event)
{
	return (const char *)event->data.scalar.value;
}

/* What is wrong with a scalar whatever its place is. */
static int check_scalar(const struct reader *reader, const yaml_event_t *event)
{
	if (has_tag(event))
		return refuse(reader, event, "tags are not accepted");
	if (strlen(scalar_text(event)) != event->data.scalar.length)
		return refuse(reader, event, "NUL in a string");
	return 0;
}

static int read_scalar(const struct reader *reader, const yaml_event_t *event,
		       struct json_object **value)
{
	int r = check_scalar(reader, event);

	if (r < 0)
		return r;
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		const char *wrong = yaml_scalar_read(scalar_text(event), value);
		if (wrong == NULL)
			return 0;
		return err_set(reader->err, EINVAL, "%s:%zu: the number %.40s %s", reader->name,
			       event_line(event), scalar_text(event), wrong);
	}
	*value = json_new_text(scalar_text(event));
	return 0;
}

/* From the event after the start to the end of the sequence. */
static int read_items(struct reader *reader, struct json_object *array)
{
	for (;;) {
		yaml_event_t event CLEANUP(yaml_event_delete);
		struct json_object *item = NULL;
		int r = next(reader, &event);

		if (r < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return r;
		r = read_value(reader, &event, &item);
		if (r < 0)
			return r;
		tree_note_lines(array, event_line(&event), event_line(&event));
		json_push(array, item);
	}
}

static int read_key(const struct reader *reader, const yaml_event_t *event,
		    struct json_object *object)
{
	if (event->type == YAML_ALIAS_EVENT)
		return refuse(reader, event, "aliases are not accepted");
	if (event->type != YAML_SCALAR_EVENT)
		return refuse(reader, event, "expected a text as the key");
	int r = check_scalar(reader, event);
	if (r < 0)
		return r;
	if (json_object_object_get_ex(object, scalar_text(event), NULL))
		return tree_duplicate(reader->name, event_line(event), scalar_text(event),
				      reader->err);
	return 0;
}

/* From the event after the start to the end of the mapping. */
static int read_members(struct reader *reader, struct json_object *object)
{
	for (;;) {
		yaml_event_t key CLEANUP(yaml_event_delete);
		yaml_event_t event CLEANUP(yaml_event_delete) = {.type = YAML_NO_EVENT};
		struct json_object *value = NULL;
		int r = next(reader, &key);

		if (r < 0 || key.type == YAML_MAPPING_END_EVENT)
			return r;
		r = read_key(reader, &key, object);
		if (r == 0)
			r = next(reader, &event);
		if (r == 0)
			r = read_value(reader, &event, &value);
		if (r < 0)
			return r;
		tree_note_lines(object, event_line(&key), event_line(&event));
		json_set(object, scalar_text(&key), value);
	}
}

static int read_container(struct reader *reader, const yaml_event_t *event,
			  struct json_object **value)
{
	bool sequence = event->type == YAML_SEQUENCE_START_EVENT;

	if (has_tag(event))
		return refuse(reader, event, "tags are not accepted");
	if (++reader->depth > TREE_DEPTH_MAX)
		return tree_too_deep(reader->name, event_line(event), reader->err);
	*value = sequence ? json_new_array() : json_new_object();
	int r = sequence ? read_items(reader, *value) : read_members(reader, *value);
	reader->depth--;
	if (r < 0) {
		json_object_put(*value);
		*value = NULL;
	}
	return r;
}

/* The value that begins with `event`. On an error *value stays NULL. */
static int read_value(struct reader *reader, const yaml_event_t *event, struct json_object **value)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(reader, event, value);
	case YAML_ALIAS_EVENT:
		return refuse(reader, event, "aliases are not accepted");
	default:
		return read_container(reader, event, value);
	}
}

/* Passes over one event that has to be of the given type. */
static int skip(struct reader *reader, yaml_event_type_t type, const char *otherwise)
{
	yaml_event_t event CLEANUP(yaml_event_delete);
	int r = next(reader, &event);

	if (r == 0 && event.type != type)
		r = refuse(reader, &event, otherwise);
	return r;
}

/* What a stream of several documents for Kubernetes is searched for. */
static bool is_resource(struct json_object *document)
{
	struct json_object *kind;

	return json_object_is_type(document, json_type_object) &&
	       json_object_object_get_ex(document, "kind", &kind) &&
	       json_object_is_type(kind, json_type_string) &&
	       strcmp(json_object_get_string(kind), "SeccompProfile") == 0;
}

static void pass(struct passed *passed, size_t line)
{
	passed->line = passed->n == 0 ? line : passed->line;
	passed->n++;
}

/*
 * Takes over a document of a stream: it is kept, or passed over. As kubectl does, empty ones are
 * skipped; of the others one may be a profile's resource, or there is only one.
 */
static int take_document(struct reader *reader, struct tree *tree, struct json_object *document,
			 size_t line)
{
	struct json_object *lost = document;
	int r = 0;

	if (document == NULL) {
		pass(&tree->empty, line);
	} else if (tree->root == NULL) {
		tree->root = document;
		tree->root_line = line;
		lost = NULL;
	} else if (!is_resource(document)) {
		pass(&tree->other, line);
	} else if (!is_resource(tree->root)) {
		lost = tree->root;
		/* The first of all, unless it was passed over already. */
		tree->other.line = tree->root_line;
		tree->other.n++;
		tree->root = document;
		tree->root_line = line;
	} else {
		r = err_set(reader->err, EINVAL,
			    "%s:%zu: expected one profile, got several: the first is in line %zu",
			    reader->name, line, tree->root_line);
	}
	json_object_put(lost);
	return r;
}

static int read_document(struct reader *reader, struct tree *tree)
{
	yaml_event_t event CLEANUP(yaml_event_delete) = {.type = YAML_NO_EVENT};
	struct json_object *document = NULL;
	int r = next(reader, &event);

	if (r == 0)
		r = read_value(reader, &event, &document);
	if (r == 0)
		r = skip(reader, YAML_DOCUMENT_END_EVENT, "expected the end of the document");
	if (r < 0) {
		json_object_put(document);
		return r;
	}
	return take_document(reader, tree, document, event_line(&event));
}

static int read_stream(struct reader *reader, struct tree *tree)
{
	int r = skip(reader, YAML_STREAM_START_EVENT, "expected the start of a stream");

	for (size_t n = 0; r == 0; n++) {
		yaml_event_t event CLEANUP(yaml_event_delete);

		r = next(reader, &event);
		if (r == 0 && event.type == YAML_STREAM_END_EVENT && n == 0)
			r = refuse(reader, &event, "the document is empty");
		if (r < 0 || event.type == YAML_STREAM_END_EVENT)
			break;
		r = read_document(reader, tree);
	}
	if (r == 0 && tree->root == NULL)
		tree->root_line = tree->empty.line;
	if (r == 0 && tree->other.n > 0 && !is_resource(tree->root))
		r = err_set(reader->err, EINVAL, "%s:%zu: expected one document, got several",
			    reader->name, tree->other.line);
	return r;
}

int yaml_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err)
{
	struct reader reader = {.name = name, .text = text, .err = err};

	if (yaml_parser_initialize(&reader.parser) == 0)
		oom();
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
	*tree = (struct tree){.name = name};
	int r = read_stream(&reader, tree);
	if (r < 0)
		tree_done(tree);
	yaml_parser_delete(&reader.parser);
	return r;
}

#include "syntax_yaml.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "alloc.h"
#include "cleanup.h"
#include "yaml_anchors.h"
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

/* Aliases stand for so many values at most: a few lines could stand for billions. */
#define YAML_ALIASED_MAX 1000000

struct reader {
	yaml_parser_t parser;
	const char *name;
	const char *text;
	int depth;
	struct tree_odd *odd;
	struct yaml_anchors anchors;
	size_t read;    /* so many values were read, what aliases stand for included */
	size_t aliased; /* so many of them by aliases */
	size_t searched;
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

static const char *scalar_text(const yaml_event_t *event)
{
	return (const char *)event->data.scalar.value;
}

static int check_nul(const struct reader *reader, const yaml_event_t *event)
{
	if (strlen(scalar_text(event)) != event->data.scalar.length)
		return refuse(reader, event, "NUL in a string");
	return 0;
}

/* As kubectl does: of the tags only those of YAML's own types mean something. */
static int read_scalar(const struct reader *reader, const yaml_event_t *event,
		       struct json_object **value)
{
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE, odd = false;
	const char *tag = (const char *)event->data.scalar.tag;
	enum yaml_type type = tag != NULL ? yaml_type_by_tag(tag) : YAML_ANY;
	int r = check_nul(reader, event);

	if (r < 0)
		return r;
	if (type == YAML_ANY && !plain)
		type = YAML_TEXT;
	if (!yaml_scalar_read(scalar_text(event), type, value, &odd))
		return refuse(reader, event, "the tag does not fit the text");
	if (odd)
		tree_note_odd(&reader->odd->numbers, event_line(event));
	return 0;
}

/* From the event after the start to the end of the sequence. */
static int read_items(struct reader *reader, struct json_object *array)
{
	for (size_t i = 0;; i++) {
		yaml_event_t event CLEANUP(yaml_event_delete);
		struct json_object *item = NULL;
		int r = next(reader, &event);

		if (r < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return r;
		r = read_value(reader, &event, &item);
		if (r < 0)
			return r;
		tree_note_item(array, i, event_line(&event));
		json_push(array, item);
	}
}

/* A mapping that is being read. */
struct mapping {
	struct json_object *object;
	struct json_object *merged; /* has the keys that are there because of a merge key */
};

/* Takes over the value. */
static int put_member(struct reader *reader, struct mapping *mapping, const char *key,
		      struct json_object *value, size_t key_line, size_t line)
{
	enum member member = MEMBER_NEW;

	if (json_object_object_get_ex(mapping->object, key, NULL))
		member = json_object_object_get_ex(mapping->merged, key, NULL) ? MEMBER_REPLACES
									       : MEMBER_AGAIN;
	int r = tree_note_member(mapping->object, key, member, key_line, line, &reader->searched);
	json_set(mapping->object, key, value);
	return r < 0 ? tree_too_many(reader->name, key_line, reader->err) : 0;
}

static int merge_object(struct reader *reader, struct mapping *mapping, struct json_object *from,
			const yaml_event_t *event)
{
	int r = 0;

	if (!json_object_is_type(from, json_type_object))
		return refuse(reader, event, "expected a mapping, or a list of them, to merge");
	json_object_object_foreach(from, key, value)
	{
		json_set(mapping->merged, key, NULL);
		if (r == 0)
			r = put_member(reader, mapping, key, json_object_get(value),
				       event_line(event), event_line(event));
	}
	return r;
}

/* In the way of kubectl's reader: over what is there; of a list, the first counts. */
static int merge(struct reader *reader, struct mapping *mapping, struct json_object *from,
		 const yaml_event_t *event)
{
	int r = 0;

	if (!json_object_is_type(from, json_type_array))
		return merge_object(reader, mapping, from, event);
	for (size_t i = json_object_array_length(from); r == 0 && i > 0; i--)
		r = merge_object(reader, mapping, json_object_array_get_idx(from, i - 1), event);
	return r;
}

static bool is_merge_key(const yaml_event_t *key)
{
	return key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       strcmp(scalar_text(key), "<<") == 0;
}

static const char *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	default:
		return (const char *)event->data.mapping_start.anchor;
	}
}

/* A key, too, can have an anchor. */
static int keep_key(struct reader *reader, const yaml_event_t *key)
{
	struct json_object *value = NULL;

	if (anchor_of(key) == NULL)
		return 0;
	int r = read_scalar(reader, key, &value);
	if (r < 0)
		return r;
	yaml_anchors_close(&reader->anchors, anchor_of(key),
			   yaml_anchors_open(&reader->anchors, anchor_of(key)), value, 1);
	json_object_put(value);
	return 0;
}

/* A member, whose key was read. */
static int read_member(struct reader *reader, const yaml_event_t *key, struct mapping *mapping)
{
	yaml_event_t event CLEANUP(yaml_event_delete) = {.type = YAML_NO_EVENT};
	struct json_object *value = NULL;
	int r = 0;

	if (key->type != YAML_SCALAR_EVENT)
		return refuse(reader, key, "expected a text as the key");
	r = check_nul(reader, key);
	if (r == 0)
		r = keep_key(reader, key);
	if (r == 0)
		r = next(reader, &event);
	if (r == 0)
		r = read_value(reader, &event, &value);
	if (r < 0)
		return r;
	if (!is_merge_key(key))
		return put_member(reader, mapping, scalar_text(key), value, event_line(key),
				  event_line(&event));
	r = merge(reader, mapping, value, &event);
	json_object_put(value);
	return r;
}

/* From the event after the start to the end of the mapping. */
static int read_members(struct reader *reader, struct json_object *object)
{
	struct mapping mapping = {.object = object, .merged = json_new_object()};
	int r;

	for (;;) {
		yaml_event_t key CLEANUP(yaml_event_delete);

		r = next(reader, &key);
		if (r < 0 || key.type == YAML_MAPPING_END_EVENT)
			break;
		r = read_member(reader, &key, &mapping);
		if (r < 0)
			break;
	}
	json_object_put(mapping.merged);
	return r;
}

static int read_container(struct reader *reader, const yaml_event_t *event,
			  struct json_object **value)
{
	bool sequence = event->type == YAML_SEQUENCE_START_EVENT;

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

/* What an alias stands for is shared, but whoever reads the tree reads it each time. */
static int read_alias(struct reader *reader, const yaml_event_t *event, struct json_object **value)
{
	size_t size;
	int r = yaml_anchors_get(&reader->anchors, (const char *)event->data.alias.anchor, value,
				 &size);

	if (r < 0)
		return refuse(reader, event,
			      r == -ELOOP ? "an alias of what it is a part of"
					  : "an alias without an anchor before it");
	reader->read += size;
	reader->aliased += size;
	if (reader->aliased <= YAML_ALIASED_MAX)
		return 0;
	json_object_put(*value);
	*value = NULL;
	return refuse(reader, event, "the aliases stand for too much");
}

/* The value that begins with `event`. On an error *value stays NULL. */
static int read_value(struct reader *reader, const yaml_event_t *event, struct json_object **value)
{
	size_t before = reader->read++;
	const char *anchor;
	size_t opened = 0;

	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(reader, event, value);
	anchor = anchor_of(event);
	if (anchor != NULL)
		opened = yaml_anchors_open(&reader->anchors, anchor);
	int r = event->type == YAML_SCALAR_EVENT ? read_scalar(reader, event, value)
						 : read_container(reader, event, value);
	if (r == 0 && anchor != NULL)
		yaml_anchors_close(&reader->anchors, anchor, opened, *value, reader->read - before);
	return r;
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

static bool is_of_kind(struct json_object *document, const char *expected)
{
	struct json_object *kind;

	return json_object_is_type(document, json_type_object) &&
	       json_object_object_get_ex(document, "kind", &kind) &&
	       json_object_is_type(kind, json_type_string) &&
	       strcmp(json_object_get_string(kind), expected) == 0;
}

/* What a stream of several documents for Kubernetes is searched for, and lists of it. */
static bool is_resource(struct json_object *document)
{
	struct json_object *items;

	if (is_of_kind(document, "SeccompProfile") || is_of_kind(document, "SeccompProfileList"))
		return true;
	if (!json_object_is_type(document, json_type_object) ||
	    !json_object_object_get_ex(document, "items", &items) ||
	    !json_object_is_type(items, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(items); i++)
		if (is_of_kind(json_object_array_get_idx(items, i), "SeccompProfile"))
			return true;
	return false;
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
		tree_note_odd(&tree->odd.empty_documents, line);
	} else if (tree->root == NULL) {
		tree->root = document;
		tree->root_line = line;
		lost = NULL;
	} else if (!is_resource(document)) {
		tree_note_odd(&tree->odd.other_documents, line);
	} else if (!is_resource(tree->root)) {
		lost = tree->root;
		/* The first of all, unless it was passed over already. */
		tree->odd.other_documents.line = tree->root_line;
		tree->odd.other_documents.n++;
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
	/* Anchors are a document's own. */
	yaml_anchors_release(&reader->anchors);
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
		tree->root_line = tree->odd.empty_documents.line;
	if (r == 0 && tree->odd.other_documents.n > 0 && !is_resource(tree->root))
		r = err_set(reader->err, EINVAL, "%s:%zu: expected one document, got several",
			    reader->name, tree->odd.other_documents.line);
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
	reader.odd = &tree->odd;
	int r = read_stream(&reader, tree);
	if (r < 0)
		tree_done(tree);
	yaml_parser_delete(&reader.parser);
	return r;
}

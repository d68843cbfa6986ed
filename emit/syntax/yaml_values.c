#include "yaml_values.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "alloc.h"
#include "cleanup.h"
#include "yaml_scalar.h"

/* Aliases stand for so many values at most: a few lines could stand for billions. */
#define YAML_ALIASED_MAX 1000000

size_t yaml_event_line(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

int yaml_refuse(const struct yaml_reader *reader, const yaml_event_t *event, const char *what)
{
	return err_set(reader->err, EINVAL, "%s:%zu: %s", reader->name, yaml_event_line(event),
		       what);
}

static int parser_error(const struct yaml_reader *reader)
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
int yaml_next(struct yaml_reader *reader, yaml_event_t *event)
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

static int check_nul(const struct yaml_reader *reader, const yaml_event_t *event)
{
	if (strlen(scalar_text(event)) != event->data.scalar.length)
		return yaml_refuse(reader, event, "NUL in a string");
	return 0;
}

/* As kubectl does: of the tags only those of YAML's own types mean something. */
static int read_scalar(const struct yaml_reader *reader, const yaml_event_t *event,
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
		return yaml_refuse(reader, event, "the tag does not fit the text");
	if (odd)
		tree_note_odd(&reader->odd->numbers, yaml_event_line(event));
	return 0;
}

/* From the event after the start to the end of the sequence. */
static int read_items(struct yaml_reader *reader, struct json_object *array)
{
	for (size_t i = 0;; i++) {
		yaml_event_t event CLEANUP(yaml_event_delete);
		struct json_object *item = NULL;
		int r = yaml_next(reader, &event);

		if (r < 0 || event.type == YAML_SEQUENCE_END_EVENT)
			return r;
		r = yaml_read_value(reader, &event, &item);
		if (r < 0)
			return r;
		tree_note_item(array, i, yaml_event_line(&event));
		json_push(array, item);
	}
}

/* A mapping that is being read. */
struct mapping {
	struct json_object *object;
	struct json_object *merged; /* has the keys that are there because of a merge key */
};

/* Takes over the value. */
static int put_member(struct yaml_reader *reader, struct mapping *mapping, const char *key,
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

static int merge_object(struct yaml_reader *reader, struct mapping *mapping,
			struct json_object *from, const yaml_event_t *event)
{
	int r = 0;

	if (!json_object_is_type(from, json_type_object))
		return yaml_refuse(reader, event,
				   "expected a mapping, or a list of them, to merge");
	json_object_object_foreach(from, key, value)
	{
		json_set(mapping->merged, key, NULL);
		if (r == 0)
			r = put_member(reader, mapping, key, json_object_get(value),
				       yaml_event_line(event), yaml_event_line(event));
	}
	return r;
}

/* In the way of kubectl's reader: over what is there; of a list, the first counts. */
static int merge(struct yaml_reader *reader, struct mapping *mapping, struct json_object *from,
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
static int keep_key(struct yaml_reader *reader, const yaml_event_t *key)
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
static int read_member(struct yaml_reader *reader, const yaml_event_t *key, struct mapping *mapping)
{
	yaml_event_t event CLEANUP(yaml_event_delete) = {.type = YAML_NO_EVENT};
	struct json_object *value = NULL;
	int r = 0;

	if (key->type != YAML_SCALAR_EVENT)
		return yaml_refuse(reader, key, "expected a text as the key");
	r = check_nul(reader, key);
	if (r == 0)
		r = keep_key(reader, key);
	if (r == 0)
		r = yaml_next(reader, &event);
	if (r == 0)
		r = yaml_read_value(reader, &event, &value);
	if (r < 0)
		return r;
	if (!is_merge_key(key))
		return put_member(reader, mapping, scalar_text(key), value, yaml_event_line(key),
				  yaml_event_line(&event));
	r = merge(reader, mapping, value, &event);
	json_object_put(value);
	return r;
}

/* From the event after the start to the end of the mapping. */
static int read_members(struct yaml_reader *reader, struct json_object *object)
{
	struct mapping mapping = {.object = object, .merged = json_new_object()};
	int r;

	for (;;) {
		yaml_event_t key CLEANUP(yaml_event_delete);

		r = yaml_next(reader, &key);
		if (r < 0 || key.type == YAML_MAPPING_END_EVENT)
			break;
		r = read_member(reader, &key, &mapping);
		if (r < 0)
			break;
	}
	json_object_put(mapping.merged);
	return r;
}

static int read_container(struct yaml_reader *reader, const yaml_event_t *event,
			  struct json_object **value)
{
	bool sequence = event->type == YAML_SEQUENCE_START_EVENT;

	if (++reader->depth > TREE_DEPTH_MAX)
		return tree_too_deep(reader->name, yaml_event_line(event), reader->err);
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
static int read_alias(struct yaml_reader *reader, const yaml_event_t *event,
		      struct json_object **value)
{
	size_t size;
	int r = yaml_anchors_get(&reader->anchors, (const char *)event->data.alias.anchor, value,
				 &size);

	if (r < 0)
		return yaml_refuse(reader, event,
				   r == -ELOOP ? "an alias of what it is a part of"
					       : "an alias without an anchor before it");
	reader->read += size;
	reader->aliased += size;
	if (reader->aliased <= YAML_ALIASED_MAX)
		return 0;
	json_object_put(*value);
	*value = NULL;
	return yaml_refuse(reader, event, "the aliases stand for too much");
}

/* The value that begins with `event`. On an error *value stays NULL. */
int yaml_read_value(struct yaml_reader *reader, const yaml_event_t *event,
		    struct json_object **value)
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

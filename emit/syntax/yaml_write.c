/* Trees as YAML: see syntax_yaml.h. */
#include "syntax_yaml.h"

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

#include "syntax_yaml.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "yaml_values.h"

/* Passes over one event that has to be of the given type. */
static int skip(struct yaml_reader *reader, yaml_event_type_t type, const char *otherwise)
{
	yaml_event_t event CLEANUP(yaml_event_delete);
	int r = yaml_next(reader, &event);

	if (r == 0 && event.type != type)
		r = yaml_refuse(reader, &event, otherwise);
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
static int take_document(struct yaml_reader *reader, struct tree *tree,
			 struct json_object *document, size_t line)
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

static int read_document(struct yaml_reader *reader, struct tree *tree)
{
	yaml_event_t event CLEANUP(yaml_event_delete) = {.type = YAML_NO_EVENT};
	struct json_object *document = NULL;
	int r = yaml_next(reader, &event);

	if (r == 0)
		r = yaml_read_value(reader, &event, &document);
	/* Anchors are a document's own. */
	yaml_anchors_release(&reader->anchors);
	if (r == 0)
		r = skip(reader, YAML_DOCUMENT_END_EVENT, "expected the end of the document");
	if (r < 0) {
		json_object_put(document);
		return r;
	}
	return take_document(reader, tree, document, yaml_event_line(&event));
}

static int read_stream(struct yaml_reader *reader, struct tree *tree)
{
	int r = skip(reader, YAML_STREAM_START_EVENT, "expected the start of a stream");

	for (size_t n = 0; r == 0; n++) {
		yaml_event_t event CLEANUP(yaml_event_delete);

		r = yaml_next(reader, &event);
		if (r == 0 && event.type == YAML_STREAM_END_EVENT && n == 0)
			r = yaml_refuse(reader, &event, "the document is empty");
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
	struct yaml_reader reader = {.name = name, .text = text, .err = err};

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

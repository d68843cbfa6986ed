#include "syntax_json.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "json_scan.h"

#define INDENT 2

static void add_newline(struct strbuf *out, int level)
{
	strbuf_addf(out, "\n%*s", level * INDENT, "");
}

static void add_scalar(struct strbuf *out, struct json_object *value)
{
	strbuf_adds(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_NOSLASHESCAPE));
}

/*
 * json-c writes the scalars. The layout is ours, because json-c's differs between its versions
 * (in empty containers), and what is committed must not.
 */
static void add_value(struct strbuf *out, struct json_object *value, int level);

static void add_object(struct strbuf *out, struct json_object *object, int level)
{
	bool first = true;

	strbuf_addch(out, '{');
	json_object_object_foreach(object, key, value)
	{
		struct json_object *text = json_object_new_string(key);
		if (text == NULL)
			oom();
		strbuf_adds(out, first ? "" : ",");
		add_newline(out, level + 1);
		add_scalar(out, text);
		strbuf_adds(out, ": ");
		add_value(out, value, level + 1);
		json_object_put(text);
		first = false;
	}
	if (!first)
		add_newline(out, level);
	strbuf_addch(out, '}');
}

static void add_array(struct strbuf *out, struct json_object *array, int level)
{
	size_t n = json_object_array_length(array);

	strbuf_addch(out, '[');
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, i > 0 ? "," : "");
		add_newline(out, level + 1);
		add_value(out, json_object_array_get_idx(array, i), level + 1);
	}
	if (n > 0)
		add_newline(out, level);
	strbuf_addch(out, ']');
}

static void add_value(struct strbuf *out, struct json_object *value, int level)
{
	if (json_object_is_type(value, json_type_object))
		add_object(out, value, level);
	else if (json_object_is_type(value, json_type_array))
		add_array(out, value, level);
	else
		add_scalar(out, value);
}

void json_write(struct json_object *root, struct strbuf *out)
{
	add_value(out, root, 0);
	strbuf_addch(out, '\n');
}

static size_t line_at(const char *text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

/* The scan says it better than json-c, and the same with all versions of it. */
static int explain(const char *name, const char *text, struct json_tokener *tokener,
		   struct err *err)
{
	struct tree none = {.name = name};
	int r = json_scan(text, &none, err);

	if (r < 0)
		return r;
	return err_set(err, EINVAL, "%s:%zu: not JSON: %s", name,
		       line_at(text, json_tokener_get_parse_end(tokener)),
		       json_tokener_error_desc(json_tokener_get_error(tokener)));
}

static void free_tokener(struct json_tokener **tokener)
{
	json_tokener_free(*tokener);
}

int json_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err)
{
	/* A scalar in the innermost container counts as a level of its own for json-c. */
	struct json_tokener *tokener CLEANUP(free_tokener) =
		json_tokener_new_ex(TREE_DEPTH_MAX + 1);

	if (tokener == NULL)
		oom();
	/* What follows the value is the scan's to refuse, which can say it better. */
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 |
						JSON_TOKENER_ALLOW_TRAILING_CHARS);
	struct json_object *root = json_tokener_parse_ex(tokener, text, (int)len);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		return explain(name, text, tokener, err);
	*tree = (struct tree){.name = name, .root = root};
	int r = json_scan(text, tree, err);
	if (r < 0)
		tree_done(tree);
	return r;
}

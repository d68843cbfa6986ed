#include "syntax_json.h"

#include <errno.h>

#include "json_parse.h"

/* A document that is being read. */
struct document {
	struct tree *tree;
	size_t searched;
};

static void note_odd(void *data, enum json_odd odd, size_t line)
{
	struct tree_odd *all = &((struct document *)data)->tree->odd;

	tree_note_odd(odd == JSON_COMMENT ? &all->comments : &all->no_unicode, line);
}

static int note_member(void *data, struct json_object *object, const char *key, bool again,
		       size_t key_line, size_t line)
{
	struct document *document = data;

	return tree_note_member(object, key, again ? MEMBER_AGAIN : MEMBER_NEW, key_line, line,
				&document->searched);
}

static struct json_object *same_member(void *data, struct json_object *object, const char *key)
{
	struct document *document = data;
	struct json_object *same = tree_same_member(object, key, &document->searched);

	if (same != NULL)
		document->tree->odd.shared = true;
	return same;
}

static void note_item(void *data, struct json_object *array, size_t i, size_t line)
{
	(void)data;
	tree_note_item(array, i, line);
}

static int read_json(const char *name, const char *text, size_t len, bool any_case,
		     struct tree *tree, struct err *err)
{
	struct document document = {.tree = tree};
	const struct json_lenient lenient = {.data = &document,
					     .odd = note_odd,
					     .member = note_member,
					     .earlier = any_case ? same_member : NULL,
					     .item = note_item};
	struct json_parsing parsing = {
		.depth_max = TREE_DEPTH_MAX, .nul_in_text = true, .lenient = &lenient};

	*tree = (struct tree){.name = name};
	int r = json_parse(&parsing, text, len, &tree->root, err);
	tree->root_line = parsing.line;
	return r < 0 ? err_wrap(err, r, "%s:%zu", name, parsing.line) : 0;
}

int json_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err)
{
	return read_json(name, text, len, true, tree, err);
}

int json_read_exact_keys(const char *name, const char *text, size_t len, struct tree *tree,
			 struct err *err)
{
	return read_json(name, text, len, false, tree, err);
}

#include "syntax_json.h"

#include <errno.h>

#include "json_parse.h"

void json_write(struct json_object *root, struct strbuf *out)
{
	json_add_indented(out, root);
	strbuf_addch(out, '\n');
}

int json_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err)
{
	struct json_parsing parsing = {.depth_max = TREE_DEPTH_MAX, .note = tree_note_lines};
	struct json_object *root = NULL;
	int r = json_parse(&parsing, text, len, &root, err);

	if (r < 0)
		return err_wrap(err, r, "%s:%zu", name, parsing.line);
	*tree = (struct tree){.name = name, .root = root, .root_line = parsing.line};
	return 0;
}

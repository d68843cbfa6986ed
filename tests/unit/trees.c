#include "trees.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "strbuf.h"

void expect_document_refused(read_fn *read_text, const struct bad_document *bad)
{
	struct err err = {0};
	struct tree tree;
	int r = read_text("f", bad->text, strlen(bad->text), &tree, &err);

	if (r == 0)
		fail_msg("accepted: %s", bad->text);
	assert_int_equal(r, -EINVAL);
	assert_string_equal(err_text(&err), bad->message);
	err_done(&err);
}

char *read_as_json(read_fn *read_text, const char *text)
{
	struct err err = {0};
	struct tree tree;

	if (read_text("f", text, strlen(text), &tree, &err) < 0)
		fail_msg("refused: %s: %s", text, err_text(&err));
	char *json = xstrdup(json_object_to_json_string_ext(tree.root, JSON_C_TO_STRING_PLAIN));
	tree_done(&tree);
	return json;
}

/* JSON to trees; json.h writes them. */
#ifndef EMIT_SYNTAX_JSON_H
#define EMIT_SYNTAX_JSON_H

#include <stddef.h>

#include "err.h"
#include "tree.h"

/*
 * Reads JSON, with what of its consumers take beyond it (see json_parse.h). On success *tree is the
 * caller's to release, and keeps `name`. Errors are "NAME:LINE: ..." for: what is not JSON, nesting
 * deeper than TREE_DEPTH_MAX, anything after the end. `text` ends with a NUL at text[len] and
 * holds none before it.
 */
int json_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err);

/*
 * The same for consumers to which keys in two letter cases are two keys. json_read() reads the later
 * value of a container into the earlier one, as Go does; where it did, tree->odd.shared says so.
 */
int json_read_exact_keys(const char *name, const char *text, size_t len, struct tree *tree,
			 struct err *err);

#endif

/*
 * YAML: trees to text and back: what JSON's data model has of it. It is read as kubectl reads it:
 * 1.1 for the most part, with aliases, merge keys, and the last of duplicate keys.
 */
#ifndef EMIT_SYNTAX_YAML_H
#define EMIT_SYNTAX_YAML_H

#include <stddef.h>

#include "err.h"
#include "strbuf.h"
#include "tree.h"

/*
 * Writes a tree in block style, one member or item a line. Text is quoted where a YAML 1.1 or
 * 1.2 reader would take it for anything but text ("no", "0x1", "1:30"), and where its characters
 * ask for it. All text in the tree is UTF-8.
 */
void yaml_write(struct json_object *root, struct strbuf *out);

/*
 * Reads a stream of which one document is what is wanted: the only one that is not empty, or the
 * only one whose "kind" is a profile's. tree->odd says what was passed over. On success *tree is the
 * caller's to release, and keeps `name`. Errors are "NAME:LINE: ..." for: what is not YAML or not
 * UTF-8, no or several such documents, keys that are not scalars, tags that do not fit, NUL in a
 * string, nesting deeper than TREE_DEPTH_MAX, aliases that stand for too much. `text` holds no NUL
 * bytes.
 */
int yaml_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err);

#endif

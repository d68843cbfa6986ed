/*
 * YAML: trees to text and back. Of YAML 1.2, what JSON's data model has: mappings with text keys,
 * sequences, and scalars typed by the core schema.
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
 * Reads a document. On success *tree is the caller's to release, and keeps `name`. Errors are
 * "NAME:LINE: ..." for: what is not YAML or not UTF-8, no or several documents, duplicate keys,
 * keys that are not scalars, aliases, tags of any kind, whole numbers that no 64-bit integer
 * holds, NUL in a string, nesting deeper than TREE_DEPTH_MAX. `text` holds no NUL bytes.
 */
int yaml_read(const char *name, const char *text, size_t len, struct tree *tree, struct err *err);

#endif

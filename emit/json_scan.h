/*
 * A second look at JSON text, beside json-c's: its trees have no lines, and even its
 * strict mode lets through what RFC 8259 does not know or what would change a document's meaning
 * silently: duplicate keys (the last one wins), whole numbers too large (cut to the largest),
 * NUL in strings (cuts them), 'single quotes', NaN, "1.", control characters, half surrogates.
 */
#ifndef EMIT_JSON_SCAN_H
#define EMIT_JSON_SCAN_H

#include "err.h"
#include "tree.h"

/*
 * Walks through the text and the tree that was made of it in step, notes the lines in the tree,
 * and refuses the above with "NAME:LINE: ...". Sets tree->root_line. Without a root it only says
 * what is wrong with the text; that it is UTF-8 is left to json-c. `text` ends with a NUL.
 */
int json_scan(const char *text, struct tree *tree, struct err *err);

#endif

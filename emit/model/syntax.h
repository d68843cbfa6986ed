/* How the tree of a document is written as text. */
#ifndef EMIT_SYNTAX_H
#define EMIT_SYNTAX_H

enum syntax {
	SYNTAX_JSON,
	SYNTAX_YAML,
	SYNTAX_NONE, /* the dialect has a text, or bytes, of its own */
};

#endif

/*
 * A dialect: what shape a profile document has. format.c has the table of them; a further one is
 * a file of its own and an entry there.
 *
 * Most are trees, which a syntax writes as text. Some have a text, or bytes, of their own: these
 * have the functions whose names end in _text instead.
 */
#ifndef EMIT_DIALECT_H
#define EMIT_DIALECT_H

#include <stdbool.h>

#include "context.h"
#include "err.h"
#include "known.h"
#include "profile.h"
#include "strbuf.h"
#include "syntax.h"
#include "tree.h"
#include "warnings.h"

struct oci_document;

/* What a reader fills, and what it may ask. */
struct reading {
	const struct context *context;
	struct profile *profile;   /* empty at first */
	struct warnings *warnings; /* NULL: nobody wants any */
	const struct abi *own;     /* the context's ABI */
	struct known known;        /* the names of the document, and the ABIs that it is for */
	bool marked_json;          /* a byte order mark stands before the document, which is JSON */
	bool pretends_json;        /* read as YAML, but has braces or a name as JSON has */
	bool is_part;              /* the profile is a part of a runtime's configuration */
	struct oci_document *document; /* what was read, with its lines; NULL: not of that kind */
};

struct writing {
	const struct context *context;
	struct warnings *warnings; /* NULL: nobody wants any */
};

struct dialect {
	const char *name;   /* as -f takes it */
	enum syntax syntax; /* the usual one; SYNTAX_NONE: a text of its own, or bytes */
	bool is_binary;     /* bytes */

	/*
	 * Is this the shape of the document? Looks at no more than it takes to tell the dialects
	 * apart. NULL: cannot be read.
	 */
	const struct key_rules *keys; /* of those that are trees */
	bool (*recognises)(const struct node *root);
	bool (*recognises_text)(const char *text);

	/* Adds what the document says to an empty profile. "NAME:LINE: ..." on an error. */
	int (*read)(const struct node *root, struct reading *reading, struct err *err);
	int (*read_text)(const char *name, const char *text, struct reading *reading,
			 struct err *err);

	/* Makes the document of a sorted profile; *root is the caller's to put. */
	int (*write)(const struct profile *profile, const struct writing *writing,
		     struct json_object **root, struct err *err);
	int (*write_text)(const struct profile *profile, const struct writing *writing,
			  struct strbuf *out, struct err *err);
};

/*
 * For readers: says which ABIs (borrowed) the document is for; none: the machine's own. After
 * that, names can be checked.
 */
void reading_set_abis(struct reading *reading, const struct abi *const *abis, size_t n);
void reading_check_name(struct reading *reading, const char *name, struct verdict verdict,
			size_t line);

#endif

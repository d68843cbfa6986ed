/*
 * The tree of a document, whatever its syntax: json-c objects, which know where in the text they
 * stood, so that an error about a value can name its line.
 *
 * json-c has no object for null, and keeps the text of a double in the place for user data; so a
 * container remembers the lines of its members, and a struct node carries a value about together
 * with what its container knows of it.
 */
#ifndef EMIT_TREE_H
#define EMIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "json.h"
#include "warnings.h"

/* Containers within containers; the deepest profile, in a config.json, has 7. */
#define TREE_DEPTH_MAX 64

/* What the consumers of a document make of its keys. */
struct key_rules {
	bool any_case;   /* they take a key in another letter case, too, as programs in Go do */
	bool null_texts; /* null in a list of texts is "" to one of them at least */
	/* The keys of lists for which their own writers put null; ends with NULL. Or NULL: none. */
	const char *const *usual_nulls;
	const char *unknown; /* what becomes of a key that they do not know: "which ... skip" */
	const char *twice;   /* and of one that is there twice */
};

/* How often something odd was found, and in which line first. */
struct noted {
	size_t n, line;
};

/* What is taken although it is not quite the syntax, and documents that are not the one. */
struct tree_odd {
	struct noted comments, no_unicode;
	struct noted numbers; /* that not all readers of YAML read alike */
	struct noted empty_documents, other_documents;
	bool shared; /* two keys in different letter case have one value */
};

void tree_note_odd(struct noted *noted, size_t line);

struct tree {
	const char *name; /* of the document, for messages; borrowed */
	struct json_object *root;
	size_t root_line;
	const struct key_rules *keys; /* borrowed; NULL: keys are what they are */
	struct warnings *warnings;    /* borrowed; NULL: nobody wants any */
	struct tree_odd odd;
};

/* Frees the nodes. */
void tree_done(struct tree *tree);

/* A value in its place. Borrowed from the tree: copied freely, never freed. */
struct node {
	const struct tree *tree;
	struct json_object *value; /* NULL: null */
	const char *label;         /* the key it, or its array, stands under; NULL at the root */
	size_t line;
	size_t key_line;     /* of the key, or the same as `line` */
	size_t earlier_line; /* where the same key stood before, or 0 */
};

struct node tree_root(const struct tree *tree);

/*
 * Finds a member of an object. Returns false, and leaves *member alone, when there is none, or null,
 * which all consumers take for the same. Of several that fit in any letter case the last counts.
 */
bool node_get(const struct node *object, const char *key, struct node *member);

/* The same for one that is an array; false for anything else. */
bool node_get_array(const struct node *object, const char *key, struct node *array);

/* Is there such a key, in any letter case, also if its value is null? For recognising dialects. */
bool node_has(const struct node *object, const char *key);

/* The i-th item of an array; i is less than node_length(). */
struct node node_item(const struct node *array, size_t i);
size_t node_length(const struct node *array);

/*
 * The getters below return 0, or -EINVAL and a message "NAME:LINE: KEY: expected ..., got ...".
 * Text is borrowed from the tree, valid UTF-8, without NUL bytes.
 */
int node_object(const struct node *node, struct err *err);
int node_array(const struct node *node, struct err *err);
int node_text(const struct node *node, const char **text, struct err *err);

/* The same for one that may hold NUL bytes. */
int node_string(const struct node *node, struct err *err);

/* Does an item of a list of texts count as ""? Then that is noted. */
bool node_null_text(const struct node *item);

int node_number(const struct node *node, uint64_t max, uint64_t *value, struct err *err);

/* A member that must be there. */
int node_require(const struct node *object, const char *key, struct node *member, struct err *err);

/* Adds the warnings about the letter case of one key, where further ones are not looked at. */
void node_check_case(const struct node *object, const char *key);

/*
 * Adds warnings for keys of an object that are not among `known`, are spelt in another letter case,
 * stand there twice in whatever case, or have no value.
 */
void node_check_keys(const struct node *object, const char *const *known, size_t n);

/* -EINVAL with "NAME:LINE: KEY: expected WHAT, got ...", where WHAT is the formatted text. */
int node_expected(const struct node *node, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The same for a text that is none of the words it could be: "..., got "wrd", did you mean
 * "word"?" for the nearest of them, or all of them.
 */
int node_expected_word(const struct node *node, struct err *err, const char *what,
		       const char *const *words, size_t n);

/* The same where the caller knows what was meant. */
int node_expected_meant(const struct node *node, struct err *err, const char *what,
			const char *meant);

/* What a member is when it is put into an object. */
enum member {
	MEMBER_NEW,
	MEMBER_AGAIN,    /* the key is there twice */
	MEMBER_REPLACES, /* what YAML's merge key brought in */
};

/* More members than this are not searched for a key that is there already. */
#define TREE_SEARCHED_MAX 20000000

/*
 * For the syntaxes, while they build a tree: notes the lines of a member or item that is put in
 * next, or in place of another. -E2BIG when *searched, which the caller keeps for a document, grows
 * beyond the above.
 */
int tree_note_member(struct json_object *object, const char *key, enum member member,
		     size_t key_line, size_t line, size_t *searched);
/*
 * The container under the last key that is the same in another letter case, if those who take any case
 * read into it; or NULL.
 */
struct json_object *tree_same_member(struct json_object *object, const char *key, size_t *searched);
void tree_note_item(struct json_object *array, size_t i, size_t line);

/* The messages that they share; -EINVAL. */
int tree_too_many(const char *name, size_t line, struct err *err);
int tree_too_deep(const char *name, size_t line, struct err *err);

#endif

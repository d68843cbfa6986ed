/*
 * What the parts of tree.h's implementation share; nobody else includes it, and they
 * only behind tree.h.
 */
#ifndef EMIT_TREE_PARTS_H
#define EMIT_TREE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct node;
struct tree;

/* What a container has as its user data. */
struct lines {
	struct member_lines {
		size_t key, value;
		size_t earlier; /* where the key stood before, or 0 */
		uint64_t hash;  /* of the key in any letter case: an object may have a million */
	} * of;
	size_t n, cap;
};

/* The i-th member of an object as a node. */
struct node tree_member_at(const struct node *container, size_t i, const char *label,
			   struct json_object *value);

/* Do those who load the document take the one key for the other? */
bool tree_fits(const struct tree *tree, const char *candidate, const char *key);

#endif

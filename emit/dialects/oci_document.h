/*
 * What was read of a document with the keys of the OCI specification, with its lines: the readers make
 * rules of it, and oci_warn.h looks at it when all of it is there. Texts are borrowed from the tree.
 */
#ifndef EMIT_OCI_DOCUMENT_H
#define EMIT_OCI_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "dialect.h"
#include "oci_args.h"
#include "rule_history.h"

struct oci_name {
	const char *text;
	size_t line;
};

/* Where a verdict stands. */
struct oci_lines {
	size_t action; /* the value */
	size_t zero;   /* the key of an errno that is the number 0; 0: there is none */
};

/* An entry of "syscalls". */
struct oci_entry {
	size_t line;
	struct verdict verdict;
	struct oci_lines lines; /* of the verdict */
	struct oci_args args;
	struct oci_name *names; /* owned array */
	size_t n_names, cap_names;
};

/* Lines are those of keys unless said otherwise; 0: there is no such key. */
struct oci_document {
	size_t line;               /* of the object */
	size_t architectures_line; /* of the list, or of the object */
	struct oci_lines fallback; /* of the default */
	size_t flags_line;         /* of a list that is not empty */
	size_t listener_line;
	struct oci_entry *entries; /* owned */
	size_t n_entries, cap_entries;
	struct rule_history *history; /* what rules said of names so far: rule_history.h's */
};

/* Before the parts of the object are read. format.c ends it with oci_document_release(). */
void oci_document_begin(const struct node *object, struct reading *reading);

/* Adds an entry, which moves when the next one is added. */
struct oci_entry *oci_document_add(const struct node *node, struct reading *reading);

/* Nothing happens where none was begun. */
void oci_document_release(struct reading *reading);

#endif

/* Reads the entries of "syscalls": what documents with the keys of the OCI specification share. */
#ifndef EMIT_OCI_ENTRY_H
#define EMIT_OCI_ENTRY_H

#include <stdbool.h>

#include "dialect.h"
#include "oci_document.h"

/*
 * "args" of an entry, if it is there. Of the operator's resource, whose numbers are signed, an index
 * is required, and a value of 0 is left out.
 */
int oci_read_args(const struct node *node, bool of_resource, struct oci_args *args,
		  struct err *err);

/*
 * The rules of an entry, whose verdict and conditions are there. `node` is a name; what is to be said
 * of it is noted. With `add` false nothing is added: the entry is not for this machine.
 */
int oci_read_name(const struct node *node, struct oci_entry *entry, bool add,
		  struct reading *reading, struct err *err);

/* The same for a list of one or more names. */
int oci_read_names(const struct node *list, struct oci_entry *entry, bool add,
		   struct reading *reading, struct err *err);

/* Is an entry so empty that Podman, alone, passes over it? Then that is noted. */
bool oci_is_blank(const struct node *node, struct reading *reading);

/* Calls read_entry for each of "syscalls", if it is there. */
int oci_read_syscalls(const struct node *root, struct reading *reading,
		      int (*read_entry)(const struct node *, struct reading *, struct err *),
		      struct err *err);

#endif

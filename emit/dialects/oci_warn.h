/* What the consumers of OCI profiles, and of those made like them, skip or refuse: for lint. */
#ifndef EMIT_OCI_WARN_H
#define EMIT_OCI_WARN_H

#include "dialect.h"
#include "oci_document.h"

/* Looks at a document that was read without an error, and at the profile and the ABIs that it gave. */
void oci_warn(struct reading *reading);

/* An entry, or its list of names, that names no call. */
void oci_warn_empty(const struct node *entry, struct reading *reading);

/* An errno beside an action that takes none. */
void oci_warn_no_errno(const struct node *node, enum action action);

/* An errno that is in place, but larger than libseccomp takes. */
void oci_warn_errno_range(const struct node *node, struct verdict verdict);

/* A name that no system call could have. */
void oci_warn_bad_name(const struct node *node, const char *name);

#endif

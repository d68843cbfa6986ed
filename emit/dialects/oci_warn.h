/* What the consumers of OCI profiles, and of those made like them, skip or refuse: for lint. */
#ifndef EMIT_OCI_WARN_H
#define EMIT_OCI_WARN_H

#include "dialect.h"
#include "oci_parts.h"

/*
 * Looks at an object with the keys of the specification that was read without an error, and at the
 * profile and the ABIs that it gave.
 */
void oci_warn(const struct node *object, struct reading *reading);

/* An entry, or its list of names, that names no call. */
void oci_warn_empty(const struct node *entry, struct reading *reading);

/* An errno beside an action that takes none. */
void oci_warn_no_errno(const struct node *node, enum action action);

/* An errno that is in place, but larger than libseccomp takes. */
void oci_warn_errno_range(const struct node *node, struct verdict verdict);

/* A name that no system call could have. */
void oci_warn_bad_name(const struct node *node, const char *name);

/* The rules of an entry for a name were read: what consumers make of them beside earlier ones. */
void oci_warn_rule(struct reading *reading, const char *name, struct verdict verdict,
		   const struct oci_args *args, size_t line);
void oci_warn_release(struct reading *reading);

#endif

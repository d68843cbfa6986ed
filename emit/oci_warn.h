/* What the consumers of OCI profiles, and of those made like them, skip or refuse: for lint. */
#ifndef EMIT_OCI_WARN_H
#define EMIT_OCI_WARN_H

#include "dialect.h"

/*
 * Looks at an object with the keys of the specification that was read without an error, and at the
 * profile and the ABIs that it gave.
 */
void oci_warn(const struct node *object, struct reading *reading);

/*
 * A rule without conditions was read. Of several for one name, consumers take one: warns where
 * they say different things.
 */
void oci_warn_overruled(struct reading *reading, const char *name, struct verdict verdict,
			size_t line);
void oci_warn_release(struct reading *reading);

#endif

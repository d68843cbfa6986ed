/* The metadata of a resource of Kubernetes. */
#ifndef EMIT_K8S_METADATA_H
#define EMIT_K8S_METADATA_H

#include "dialect.h"

/*
 * Checks that `metadata` of the resource is what the API server takes, and notes what means nothing
 * there. What the cluster adds (uid, managedFields, ...) is of no interest.
 */
int k8s_read_metadata(const struct node *root, struct err *err);

#endif

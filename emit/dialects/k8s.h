/*
 * Dialect "k8s": the SeccompProfile resource of the Kubernetes Security Profiles Operator
 * (security-profiles-operator.x-k8s.io, v1beta1 and v1: api/seccompprofile).
 *
 * - The name is a DNS subdomain (RFC 1123); the resource has no namespace.
 * - There is no default errno: SCMP_ACT_ERRNO as the default is EPERM. A profile whose default is
 *   ENOSYS is written with EPERM and rules for newer calls (see enosys.h), and a warning says so.
 * - Numbers are signed: values are less than 2^63. At most 6 conditions, names once per entry.
 * - SCMP_ARCH_NATIVE is an architecture; LOONGARCH64, M68K, SH and SHEB are none.
 * - A list of resources is read as the one profile in it.
 * - A base profile is named, not included: a warning says that its rules are missing.
 */
#ifndef EMIT_K8S_H
#define EMIT_K8S_H

#include "dialect.h"

bool k8s_recognises(const struct node *root);
int k8s_read(const struct node *root, struct reading *reading, struct err *err);
int k8s_write(const struct profile *profile, const struct writing *writing,
	      struct json_object **root, struct err *err);

/* A DNS subdomain: at most 253 of a-z, 0-9, - and ., each part beginning and ending with a-z0-9. */
bool k8s_is_name(const char *name);

#define K8S_NAME_EXPECTED "a DNS name (a-z, 0-9, - and ., at most 253 characters)"

#define K8S_API_GROUP "security-profiles-operator.x-k8s.io/"
#define K8S_KIND "SeccompProfile"

/* Where a listener must be. */
#define K8S_LISTENER_DIR "/var/run/security-profiles-operator/"

/* Has the resource a word for the ABI? */
bool k8s_has_abi(const struct abi *abi);

#endif

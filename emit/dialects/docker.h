/*
 * Dialects "docker" and "podman": what these two, and CRI-O with Podman's library, read beyond the
 * OCI object. Sources: moby's profiles/seccomp (seccomp.go, seccomp_linux.go) and
 * containers/common's pkg/seccomp (types.go, seccomp_linux.go).
 *
 * - "archMap": for each machine its ABIs. Beside a list of "architectures" it is an error.
 * - "name": one name, instead of "names". "comment": no meaning.
 * - "includes" and "excludes" of an entry: it holds only where each of "includes" does (all of
 *   "caps", one of "arches", at least "minKernel") and nothing of "excludes" (any of "caps"). They
 *   are decided when the document is read, for the machine of the context; capabilities are those
 *   of the bounding set.
 * - Podman alone: an errno as a text ("errno", "defaultErrno"), which wins over the number, and
 *   SCMP_ARCH_NATIVE. It does not know "minKernel": the entry holds on every kernel.
 * - Both read an absent list and null alike.
 *
 * A document with nothing of Podman's own is taken for Docker's. Both write what OCI has; podman
 * writes each errno as a text as well.
 */
#ifndef EMIT_DOCKER_H
#define EMIT_DOCKER_H

#include "dialect.h"

bool docker_recognises(const struct node *root);
int docker_read(const struct node *root, struct reading *reading, struct err *err);
int docker_write(const struct profile *profile, const struct writing *writing,
		 struct json_object **root, struct err *err);

bool podman_recognises(const struct node *root);
int podman_read(const struct node *root, struct reading *reading, struct err *err);
int podman_write(const struct profile *profile, const struct writing *writing,
		 struct json_object **root, struct err *err);

#endif

/* "includes" and "excludes" of an entry of Docker's and Podman's profiles: see docker.h. */
#ifndef EMIT_DOCKER_FILTER_H
#define EMIT_DOCKER_FILTER_H

#include <stdbool.h>

#include "dialect.h"

/*
 * Reads both of an entry, and sets *holds: is the entry for the machine of the context? Podman
 * does not look at "minKernel".
 */
int docker_filter_read(const struct node *entry, bool podman, struct reading *reading, bool *holds,
		       struct err *err);

#endif

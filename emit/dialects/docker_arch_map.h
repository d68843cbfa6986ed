/* "archMap" of the dialects docker and podman: for which ABIs the document is on which machine. */
#ifndef EMIT_DOCKER_ARCH_MAP_H
#define EMIT_DOCKER_ARCH_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "dialect.h"

/* The ABIs of the document's archMap, and those of them that are for the machine. */
struct docker_arch_map {
	struct reading *reading;
	const struct context *native; /* Podman's: knows SCMP_ARCH_NATIVE */
	const struct abi **abis;      /* owned: of all machines */
	size_t n, cap;
	bool found;
};

/* Reads the list under that key of the document `root` into the map and the profile. */
int docker_read_arch_map(const struct node *root, const struct node *list,
			 struct docker_arch_map *map, struct err *err);

void docker_arch_map_release(struct docker_arch_map *map);

#endif

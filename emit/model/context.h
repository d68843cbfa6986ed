/*
 * What the meaning of a document depends on beside its text: the machine that it is loaded on.
 * And what a document needs that is in no profile.
 */
#ifndef EMIT_CONTEXT_H
#define EMIT_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"

/* What Docker's minKernel compares. */
struct kernel_version {
	uint32_t major, minor;
};

/* All zero: this machine, the running kernel, the capabilities that Docker gives a container. */
struct context {
	const struct abi *abi;        /* the machine's own; NULL: this machine's */
	struct kernel_version kernel; /* 0.0: the running one */
	bool has_caps;                /* `caps` holds; else Docker's default */
	uint64_t caps;                /* a bit for each capability, by its number */
	const char *name;             /* of the Kubernetes resource to write; NULL: none */
};

const struct abi *context_abi(const struct context *context);
struct kernel_version context_kernel(const struct context *context);
uint64_t context_caps(const struct context *context);

/* Is it `version` or newer? */
bool context_kernel_is(const struct context *context, struct kernel_version version);

/*
 * Docker's syntax: "MAJOR.MINOR", each at most 255, not 0.0, nothing else. Returns false for
 * anything else.
 */
bool kernel_version_parse(const char *text, struct kernel_version *version);

/* The same of what `uname -r` prints: "6.1.0-13-amd64" is 6.1, as is "6.1" itself. */
bool kernel_release_parse(const char *text, struct kernel_version *version);

/*
 * The number of a capability by its full name ("CAP_CHOWN"), or -1: Docker compares as text.
 */
int capability_by_name(const char *name);

/*
 * A list with commas: capabilities, with or without CAP_, in any letter case, and the words
 * "default" (Docker's), "all" and "none". On failure *wrong is the word that is neither, which
 * the caller frees.
 */
bool capabilities_parse(const char *list, uint64_t *caps, char **wrong);

#endif

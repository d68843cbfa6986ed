/* The conditions of an entry of "syscalls", with their lines. */
#ifndef EMIT_OCI_ARGS_H
#define EMIT_OCI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"

struct oci_args {
	struct condition *of;    /* owned */
	size_t *value_two_lines; /* owned, for each: where a positive "valueTwo" stands, or 0 */
	size_t n, cap, cap_lines;
	bool alternatives; /* an index repeats: each is a rule of its own */
	size_t line;       /* of the key "args" */
};

#endif

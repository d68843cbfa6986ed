/* What the built-in layers hold: facts with reasons. layers.h makes layers of them. */
#ifndef LEARNER_LAYER_TABLES_H
#define LEARNER_LAYER_TABLES_H

#include <stdbool.h>
#include <stddef.h>

struct builtin_entry {
	const char *name;
	const char *reason;
	const char *abis; /* separated by commas; NULL: every ABI that has the call */
	const char *with; /* only where this call was recorded, and no sibling of the entry's own */
	bool privileged;  /* of a runtime: only where new privileges are allowed */
};

struct builtin_layer {
	const char *name;
	const char *help;
	bool on;                             /* unless --no-layer says otherwise */
	const char *runtime;                 /* what --for takes: measured with this version */
	bool unprivileged;                   /* without the entries that are `privileged` */
	bool variants;                       /* of each family of siblings.h that has a reason */
	const struct builtin_entry *entries; /* ends with a NULL name; NULL: none */
};

extern const struct builtin_layer builtin_layers[];
extern const size_t builtin_layer_count;

/* A program that starts containers with a runtime, and is none itself. */
struct engine {
	const char *name;
	const char *starts; /* normally */
};

extern const struct engine engine_table[];
extern const size_t engine_count;

#endif

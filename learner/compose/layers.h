/*
 * Layers: system calls that a profile needs although a run cannot show them, each with a reason.
 * Built-in ones are tables; others are files, one call per line:
 *
 *	# comment
 *	name             reason
 *	name [abi,abi]   reason; the call is needed on these ABIs only
 */
#ifndef LEARNER_LAYERS_H
#define LEARNER_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "err.h"
#include "siblings.h"

struct layer_entry {
	char *name;
	char *reason;
	const struct abi **abis; /* owned array; empty: every ABI that has the call */
	size_t n_abis, cap_abis;
	/* A container runtime calls it. Its ABI is the machine's own, which loaders of a profile put
	 * into every filter; a 32-bit program's profile lists another, which may lack the call. */
	bool by_runtime;
	/* Only where this call was recorded, and no sibling of `name`; NULL: whatever was. */
	const char *with;
	/* Only where a sibling in this family was recorded; NULL: whatever was recorded. */
	const struct family *family;
};

struct layer {
	char *name; /* of a file: its path */
	bool asked; /* not one that is on by itself */
	struct layer_entry *entries;
	size_t n_entries, cap_entries;
};

/* A layer is wanted, or is not. */
struct layer_choice {
	const char *name; /* a built-in layer, a file, or "all" (only when !wanted) */
	bool wanted;
};

/* Choices in the order in which they were made; a later one wins. Free `of`. */
struct layer_choices {
	struct layer_choice *of;
	size_t n, cap;
};

/* The layers that a profile is composed with, in the order of the tables and the command line. */
struct layers {
	struct layer *layers;
	size_t n_layers, cap_layers;
};

/* Name and one line of help of the n-th built-in layer; NULL past the end. */
const char *layers_builtin_name(size_t n);
const char *layers_builtin_help(size_t n);
bool layers_is_builtin(const char *name);

/* The built-in layers that are named for a container runtime: what --for takes. */
const char *layers_runtime_name(size_t n);
bool layers_is_runtime(const char *name);

/* Which runtime a container engine of this name normally starts; NULL: not known as one. */
const char *layers_engine_starts(const char *name);

/* Does the argument of --layer name a file: does it contain a '/' or end in ".layer"? */
bool layers_is_file(const char *name);

/*
 * The built-in layers that are on, changed by the choices, files read. Do this
 * before a recording starts, so that a bad file does not cost a run. Free with layers_release()
 * in either case.
 */
int layers_load(const struct layer_choices *choices, struct layers *layers, struct err *err);

void layers_release(struct layers *layers);

/*
 * Is the entry meant for this ABI? False also when the ABI has no such call, except for
 * a runtime's. Of one with a family or `with`, the recording says whether it is needed.
 */
bool layer_entry_applies(const struct layer_entry *entry, const struct abi *abi);

/* Reads the text of a layer file into `layer`; `name` stands in messages. */
int layer_parse(const char *name, const char *text, size_t len, struct layer *layer,
		struct err *err);

void layer_release(struct layer *layer);

#endif

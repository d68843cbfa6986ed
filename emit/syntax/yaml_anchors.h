/* What the anchors of a YAML document stand for. Aliases share the value, which is not copied. */
#ifndef EMIT_YAML_ANCHORS_H
#define EMIT_YAML_ANCHORS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

struct yaml_anchor;

/* Zero it first; release it at the end of the document. */
struct yaml_anchors {
	struct yaml_anchor *of; /* owned: a hash table */
	size_t opened;          /* so many, those of one name included */
};

/*
 * Where a value with the anchor begins: from here on the name means this one and no earlier one. Returns
 * what closes it.
 */
size_t yaml_anchors_open(struct yaml_anchors *anchors, const char *name);

/*
 * Where the value ends that was opened. `value` may be NULL, for null; `size` is how many values it
 * consists of, itself included. Does nothing when a value within it has the same anchor, which is the later one.
 */
void yaml_anchors_close(struct yaml_anchors *anchors, const char *name, size_t opened,
			struct json_object *value, size_t size);

/* -ENOENT for an unknown name, -ELOOP within the value itself. *value is the caller's to put. */
int yaml_anchors_get(const struct yaml_anchors *anchors, const char *name,
		     struct json_object **value, size_t *size);

void yaml_anchors_release(struct yaml_anchors *anchors);

#endif

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
};

/* `value` may be NULL, for null; `size` is how many values it consists of. The last of a name counts. */
void yaml_anchors_set(struct yaml_anchors *anchors, const char *name, struct json_object *value,
		      size_t size);

/* Returns false for an unknown name. *value is the caller's to put. */
bool yaml_anchors_get(const struct yaml_anchors *anchors, const char *name,
		      struct json_object **value, size_t *size);

void yaml_anchors_release(struct yaml_anchors *anchors);

#endif

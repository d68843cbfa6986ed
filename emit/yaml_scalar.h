/* What a plain YAML scalar means: the core schema of YAML 1.2, section 10.3.2. */
#ifndef EMIT_YAML_SCALAR_H
#define EMIT_YAML_SCALAR_H

#include <json-c/json.h>
#include <stdbool.h>

/*
 * Makes the value of a plain scalar; *value is NULL for null. Returns false for a whole number
 * that fits neither int64_t nor uint64_t.
 */
bool yaml_scalar_read(const char *text, struct json_object **value);

/* Would some reader, of YAML 1.1 or 1.2, take the plain scalar for anything but text? */
bool yaml_scalar_needs_quotes(const char *text);

#endif

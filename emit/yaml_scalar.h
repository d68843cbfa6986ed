/* What a plain YAML scalar means: the core schema of YAML 1.2, section 10.3.2. */
#ifndef EMIT_YAML_SCALAR_H
#define EMIT_YAML_SCALAR_H

#include <json-c/json.h>
#include <stdbool.h>

/*
 * Makes the value of a plain scalar; *value is NULL for null. Returns NULL, or what is wrong with a
 * number: it fits neither int64_t nor uint64_t, or readers of YAML 1.1 take it for another number,
 * or for a number where those of 1.2 do not (010, 0o10, 1_000, 1:30).
 */
const char *yaml_scalar_read(const char *text, struct json_object **value);

/* Would some reader, of YAML 1.1 or 1.2, take the plain scalar for anything but text? */
bool yaml_scalar_needs_quotes(const char *text);

#endif

/*
 * What a YAML scalar means: to kubectl, which reads YAML 1.1 with some of 1.2 (go-yaml of version
 * 2). yes, on and y are true; 010 and 0o10 are 8; 0b11, 0x1F, 1_000 and 1e3 are numbers, 1:30 is none.
 */
#ifndef EMIT_YAML_SCALAR_H
#define EMIT_YAML_SCALAR_H

#include <json-c/json.h>
#include <stdbool.h>

enum yaml_type {
	YAML_ANY, /* what it looks like */
	YAML_TEXT,
	YAML_NULL,
	YAML_BOOLEAN,
	YAML_INTEGER,
	YAML_FLOAT,
	YAML_UNKNOWN_TYPE, /* one that we have no values of */
};

/* By a scalar's tag. Tags of programs' own, which YAML allows, mean nothing: YAML_ANY. */
enum yaml_type yaml_type_by_tag(const char *tag);

/*
 * Makes the value of a scalar; *value is NULL for null. Returns false when it is not of the type.
 * Whole numbers are integers, in whichever way they are written; others, and those of more than 64
 * bits, are doubles with their text. Sets *odd where other readers of YAML take it for another
 * number or for none.
 */
bool yaml_scalar_read(const char *text, enum yaml_type type, struct json_object **value, bool *odd);

/* Would some reader, of YAML 1.1 or 1.2, take the plain scalar for anything but text? */
bool yaml_scalar_needs_quotes(const char *text);

#endif

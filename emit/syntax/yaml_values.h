/* Values of a YAML stream as they come: for syntax_yaml.c, which knows of documents. */
#ifndef EMIT_YAML_VALUES_H
#define EMIT_YAML_VALUES_H

#include <yaml.h>

#include "err.h"
#include "tree.h"
#include "yaml_anchors.h"

struct yaml_reader {
	yaml_parser_t parser;
	const char *name;
	const char *text;
	int depth;
	struct tree_odd *odd;
	struct yaml_anchors anchors;
	size_t read;    /* so many values were read, what aliases stand for included */
	size_t aliased; /* so many of them by aliases */
	size_t searched;
	struct err *err;
};

/* The next event, which the caller deletes; or an error of the parser's. */
int yaml_next(struct yaml_reader *reader, yaml_event_t *event);

/* Where it begins, from 1. */
size_t yaml_event_line(const yaml_event_t *event);

/* -EINVAL with "NAME:LINE: WHAT". */
int yaml_refuse(const struct yaml_reader *reader, const yaml_event_t *event, const char *what);

/* The value that begins with the event, to its end. On success *value is the caller's; NULL: null. */
int yaml_read_value(struct yaml_reader *reader, const yaml_event_t *event,
		    struct json_object **value);

#endif

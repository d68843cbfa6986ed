/*
 * What the rules of a document have said so far of each name, so that a later one can be compared with
 * them: for the warnings about what consumers make of several rules for a call.
 */
#ifndef EMIT_RULE_HISTORY_H
#define EMIT_RULE_HISTORY_H

#include "dialect.h"
#include "oci_args.h"

struct rule_history;

/*
 * The rules of an entry for a name were read: what consumers make of them beside earlier ones. *history
 * is NULL at first.
 */
void rule_history_add(struct rule_history **history, struct reading *reading, const char *name,
		      struct verdict verdict, const struct oci_args *args, size_t line);

void rule_history_release(struct rule_history **history);

#endif

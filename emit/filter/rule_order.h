/* The order in which a profile's rules are written, and given to libseccomp. */
#ifndef EMIT_RULE_ORDER_H
#define EMIT_RULE_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"

/*
 * Does it matter in which order these are given? It can where several rules for a call, with
 * conditions or without, have different verdicts (which one counts, or whether libseccomp refuses
 * them, depends on what it had before), and where they compare by order, of which libseccomp before
 * 2.6.1 makes wrong filters in some orders and not in others. Returns an array of `n_rules` that the caller
 * frees; it is about the rules of the same index.
 */
bool *rule_order_matters(const struct profile *profile);

#endif

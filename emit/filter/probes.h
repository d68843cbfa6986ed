/*
 * Arguments with which a filter is tried: one of each kind that its rules, or libseccomp, which
 * compares the halves of an argument one after the other, could treat differently.
 */
#ifndef EMIT_PROBES_H
#define EMIT_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiled_rule.h"

struct probes; /* opaque */

/* Free with probes_free(); NULL is fine there. Returns NULL. */
struct probes *probes_new(unsigned int bits);
struct probes *probes_free(struct probes *probes);

/* Rules of one call, which must outlive the probes. May be called several times. */
void probes_add(struct probes *probes, const struct compiled_rule *made, size_t n);

/*
 * The next arguments: every combination of the values, if they are at most `max`, or else so many
 * of them, the same ones every time, half of them such that a rule holds. False after the last.
 */
bool probes_next(struct probes *probes, size_t max, uint64_t args[COMPILED_ARGS]);

/* After probes_next(): is nothing left out that the rules could treat differently? */
bool probes_are_all(const struct probes *probes);

/* Arguments for which both rules hold, on ABIs with arguments of `bits` bits; false: none. */
bool probes_both(const struct compiled_rule *a, const struct compiled_rule *b, unsigned int bits,
		 uint64_t args[COMPILED_ARGS]);

/*
 * Does `wide` hold for all arguments for which `narrow` does? Never said of a `narrow` that holds for
 * none, or that has two conditions on one argument.
 */
bool probes_covers(const struct compiled_rule *wide, const struct compiled_rule *narrow,
		   unsigned int bits);

#endif

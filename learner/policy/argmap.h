/*
 * Functions of a system call's arguments, exact for all 2^384 of them: decision diagrams over the
 * bits of the six arguments, in which two functions are equal when their references are. Every
 * comparison that a filter can make on an argument is a diagram of at most 64 nodes.
 *
 * A map holds any number of functions. Its memory and its work are bounded: documents may come from
 * anywhere. Beyond the bound argmap_overflowed() is true until argmap_reset(), and what the other
 * calls return then means nothing.
 */
#ifndef LEARNER_ARGMAP_H
#define LEARNER_ARGMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"

#define ARGMAP_ARGS 6

struct argmap; /* opaque */

/* A function from arguments to a value; belongs to its map and lives until the next reset. */
typedef uint32_t argmap_ref;

struct argmap *argmap_new(void);

/* NULL is fine. Returns NULL. */
struct argmap *argmap_free(struct argmap *map);

/* Forgets all functions. */
void argmap_reset(struct argmap *map);

bool argmap_overflowed(const struct argmap *map);

/* The same value for all arguments. */
argmap_ref argmap_constant(struct argmap *map, uint64_t value);

/*
 * `value` where all conditions hold (without any: everywhere), 0 elsewhere. The conditions are
 * sorted by index. Only the low `bits` (32 or 64) of arguments and values are looked at.
 */
argmap_ref argmap_where(struct argmap *map, const struct condition *conditions, size_t n,
			unsigned int bits, uint64_t value);

/* The bitwise OR of two functions' values; faster than argmap_combine(). */
argmap_ref argmap_or(struct argmap *map, argmap_ref a, argmap_ref b);

/*
 * Applies `op` to the values of two functions. `op` is called for each pair of values that some
 * arguments give, and for no other pair, so it can also be used to look at them.
 */
typedef uint64_t argmap_op(void *ctx, uint64_t a, uint64_t b);
argmap_ref argmap_combine(struct argmap *map, argmap_ref a, argmap_ref b, argmap_op *op, void *ctx);

/* The function's value for these arguments. */
uint64_t argmap_value(const struct argmap *map, argmap_ref f, const uint64_t args[ARGMAP_ARGS]);

/* The arguments for which (args[i] & mask[i]) == value[i], for all i. */
struct argmap_cube {
	uint64_t mask[ARGMAP_ARGS];
	uint64_t value[ARGMAP_ARGS]; /* within the mask */
};

/*
 * Where the function has `value`, as cubes without overlap, the same every time. Writes at most
 * `max` of them to `cubes`; returns how many there are, or max + 1 when there are more.
 */
size_t argmap_cubes(struct argmap *map, argmap_ref f, uint64_t value, struct argmap_cube *cubes,
		    size_t max);

#endif

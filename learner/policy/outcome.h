/*
 * What happens to a call as a function of its arguments: rulings turned into argument maps, where
 * they can be compared and combined exactly.
 *
 * A value of such a function is a set of verdicts: one, or several where a profile contradicts
 * itself. (A loader settles that by the order in which the rules were written or by the shape of
 * its tree; nobody should rely on it.)
 */
#ifndef LEARNER_OUTCOME_H
#define LEARNER_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "argmap.h"
#include "policy.h"

struct outcomes; /* opaque: the functions and the verdicts that they are about */

struct outcomes *outcomes_new(void);

/* NULL is fine. Returns NULL. */
struct outcomes *outcomes_free(struct outcomes *outcomes);

/* Forgets all functions; to be called between one system call and the next. */
void outcomes_reset(struct outcomes *outcomes);

/* Too much to be decided exactly: what was returned since the last reset means nothing. */
bool outcomes_undecided(const struct outcomes *outcomes);

/*
 * The ruling (NULL: none) with the fallback where it says nothing. `bits`: abi_argument_bits().
 */
argmap_ref outcomes_of(struct outcomes *outcomes, const struct ruling *ruling,
		       struct verdict fallback, unsigned int bits);

/* How far a verdict lets a call go. */
enum leniency {
	LENIENCY_REFUSED,
	LENIENCY_DELEGATED, /* TRACE, NOTIFY: another process decides */
	LENIENCY_RUNS,
};

enum leniency verdict_leniency(struct verdict verdict);

struct outcome_change {
	bool runs_before, runs_after; /* for some arguments */
	bool wider, narrower;         /* for some arguments let go further, or less far */
	bool other;                   /* for some arguments as far as before, but another verdict */
};

/*
 * From one function to another. Where both are at their fallback, an equally lenient one, it is
 * the fallback that changed and not the call: that does not count.
 */
struct outcome_change outcomes_compare(struct outcomes *outcomes, argmap_ref before,
				       argmap_ref after);

/* Do both give the same verdicts for all arguments? */
bool outcomes_equal(struct outcomes *outcomes, argmap_ref a, argmap_ref b);

/* For all arguments the strictest of each side's verdicts, and of these the more lenient one, or
 * the stricter. Between errno values `a` wins. The result has no sets of several verdicts. */
argmap_ref outcomes_unite(struct outcomes *outcomes, argmap_ref a, argmap_ref b);
argmap_ref outcomes_intersect(struct outcomes *outcomes, argmap_ref a, argmap_ref b);

/* The strictest verdict that the function gives for any arguments. */
struct verdict outcomes_strictest(struct outcomes *outcomes, argmap_ref f);

/* The verdicts that the function gives for any arguments, in no particular but a stable order. */
size_t outcomes_verdicts(struct outcomes *outcomes, argmap_ref f, struct verdict *verdicts,
			 size_t max);

/* Where the function gives exactly this verdict: see argmap_cubes(). */
size_t outcomes_cubes(struct outcomes *outcomes, argmap_ref f, struct verdict verdict,
		      struct argmap_cube *cubes, size_t max);

/* The verdicts for these arguments: at most `max` are written, their number is returned. */
size_t outcomes_at(const struct outcomes *outcomes, argmap_ref f, const uint64_t args[ARGMAP_ARGS],
		   struct verdict *verdicts, size_t max);

#endif

/* "Did you mean": the known word that a misspelt one is closest to. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* Words longer than this are not misspellings of anything. */
#define NEAREST_WORD_MAX 64

/*
 * How many characters are inserted, deleted, replaced or swapped with their neighbour between the two
 * (Damerau-Levenshtein, optimal string alignment), letter case not counted. Neither may be longer than
 * NEAREST_WORD_MAX.
 */
size_t nearest_distance(const char *a, const char *b);

/*
 * The candidate that is the least distance from `word`, or NULL when none is close. NULL candidates
 * are skipped. What all candidates begin with up to a "_", as in SCMP_ACT_ALLOW, says nothing: it need
 * not be there in `word`, and makes no two words alike.
 */
const char *nearest(const char *word, const char *const *candidates, size_t n);

#endif

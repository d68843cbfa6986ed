/* "Did you mean": the known word that a misspelt one is closest to. */
#ifndef EMIT_NEAREST_H
#define EMIT_NEAREST_H

#include <stddef.h>

/*
 * The candidate that takes the fewest insertions, deletions and replacements of characters to
 * make from `word` (letter case is not counted), or NULL when none is close. NULL candidates are
 * skipped.
 */
const char *nearest(const char *word, const char *const *candidates, size_t n);

#endif

/* "Did you mean ...?" */
#ifndef LEARNER_TYPO_H
#define LEARNER_TYPO_H

#include <stddef.h>

/* Damerau-Levenshtein distance (optimal string alignment) of two words. */
size_t typo_distance(const char *a, const char *b);

/* The best candidate so far; start with {0}. */
struct typo {
	const char *best; /* NULL: nothing near enough */
	size_t distance;
};

/* Offers a candidate for the mistyped `word`. Far-off ones are ignored; of equals the first wins. */
void typo_offer(struct typo *typo, const char *word, const char *candidate);

#endif

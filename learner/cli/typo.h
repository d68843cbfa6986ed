/* "Did you mean ...?" */
#ifndef LEARNER_TYPO_H
#define LEARNER_TYPO_H

#include <stddef.h>

/* The best candidate so far; start with {0}. */
struct typo {
	const char *best; /* NULL: nothing near enough */
	size_t distance;
};

/* Offers a candidate for the mistyped `word`. Far-off ones are ignored; of equals the first wins. */
void typo_offer(struct typo *typo, const char *word, const char *candidate);

#endif

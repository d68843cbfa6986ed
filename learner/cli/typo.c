#include "typo.h"

#include <string.h>

#include "nearest.h"

void typo_offer(struct typo *typo, const char *word, const char *candidate)
{
	if (strlen(word) > NEAREST_WORD_MAX || strlen(candidate) > NEAREST_WORD_MAX)
		return;
	/* A third of the letters wrong is a typing error, more is another word. */
	size_t limit = strlen(word) < 3 ? 1 : 1 + strlen(word) / 3;
	size_t distance = nearest_distance(word, candidate);

	if (distance > limit || distance >= strlen(candidate))
		return;
	if (typo->best != NULL && distance >= typo->distance)
		return;
	typo->best = candidate;
	typo->distance = distance;
}

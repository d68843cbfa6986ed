#include "typo.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"

/* Words this long are not options or names that somebody mistyped. */
#define WORD_MAX 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

size_t typo_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), width = m + 1;
	cleanup_free size_t *d = xcalloc((n + 1) * width, sizeof(*d));

	for (size_t j = 0; j <= m; j++)
		d[j] = j;
	for (size_t i = 1; i <= n; i++) {
		d[i * width] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t *here = &d[i * width + j];
			size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
			*here = min3(*(here - 1) + 1, *(here - width) + 1,
				     *(here - width - 1) + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				size_t swapped = *(here - 2 * width - 2) + 1;
				*here = swapped < *here ? swapped : *here;
			}
		}
	}
	return d[n * width + m];
}

void typo_offer(struct typo *typo, const char *word, const char *candidate)
{
	if (strlen(word) > WORD_MAX || strlen(candidate) > WORD_MAX)
		return;
	/* A third of the letters wrong is a typing error, more is another word. */
	size_t limit = strlen(word) < 3 ? 1 : 1 + strlen(word) / 3;
	size_t distance = typo_distance(word, candidate);

	if (distance > limit || distance >= strlen(candidate))
		return;
	if (typo->best != NULL && distance >= typo->distance)
		return;
	typo->best = candidate;
	typo->distance = distance;
}

#include "nearest.h"

#include <ctype.h>
#include <string.h>

/* Longer than every word there is to suggest; anything longer is not a misspelling of one. */
#define WORD_MAX 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, with the two rows of the table that are needed at a time in one. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			int same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
			size_t above = row[j + 1];
			row[j + 1] = min3(diagonal + (same ? 0 : 1), above + 1, row[j] + 1);
			diagonal = above;
		}
	}
	return row[len];
}

const char *nearest(const char *word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t best_distance = strnlen(word, WORD_MAX + 1) / 3 + 1;

	if (strnlen(word, WORD_MAX + 1) > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (candidates[i] == NULL || strlen(candidates[i]) > WORD_MAX)
			continue;
		size_t d = distance(word, candidates[i]);
		if (d < best_distance) {
			best_distance = d;
			best = candidates[i];
		}
	}
	return best;
}

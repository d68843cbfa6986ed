#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static size_t min2(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t nearest_distance(const char *a, const char *b)
{
	/* Three rows of the table: the one of this character and those of the two before. */
	size_t rows[3][NEAREST_WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t replaced = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
			row[j] = min2(replaced, min2(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = min2(row[j], before[j - 2] + 1);
		}
		size_t *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[len];
}

/* The length of what all of them begin with, to its last "_". */
static size_t common_prefix(const char *const *candidates, size_t n)
{
	const char *first = NULL;
	size_t len = 0, count = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		if (candidates[i] == NULL)
			continue;
		if (count++ == 0) {
			first = candidates[i];
			len = strlen(first);
		}
		while (k < len && candidates[i][k] == first[k])
			k++;
		len = k;
	}
	while (len > 0 && first[len - 1] != '_')
		len--;
	return count > 1 ? len : 0;
}

const char *nearest(const char *word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t prefix = common_prefix(candidates, n);

	for (size_t i = 0; prefix > 0 && i < n; i++)
		if (candidates[i] != NULL && strncasecmp(word, candidates[i], prefix) == 0) {
			word += prefix;
			break;
		}
	size_t len = strnlen(word, NEAREST_WORD_MAX + 1), least = len / 3 + 1;
	if (len > NEAREST_WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (candidates[i] == NULL || strlen(candidates[i]) > NEAREST_WORD_MAX)
			continue;
		size_t d = nearest_distance(word, candidates[i] + prefix);
		if (d < least) {
			least = d;
			best = candidates[i];
		}
	}
	return best;
}

#include "folded.h"

#include <ctype.h>
#include <string.h>

/*
 * Go's encoding/json: the letter case does not matter, and two characters outside of ASCII, the
 * Kelvin sign and the long s, are cases of k and s.
 */
static char folded(const char **text)
{
	static const char kelvin[] = "\xe2\x84\xaa", long_s[] = "\xc5\xbf";

	if (strncmp(*text, kelvin, 3) == 0) {
		*text += 3;
		return 'k';
	}
	if (strncmp(*text, long_s, 2) == 0) {
		*text += 2;
		return 's';
	}
	return (char)tolower((unsigned char)*(*text)++);
}

bool folded_same(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0')
		if (folded(&a) != folded(&b))
			return false;
	return *a == *b;
}

/* FNV-1a. */
uint64_t folded_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (*text != '\0')
		hash = (hash ^ (unsigned char)folded(&text)) * 0x100000001b3;
	return hash;
}

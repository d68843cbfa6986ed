/* Keys in any letter case, as programs in Go take them. */
#ifndef EMIT_FOLDED_H
#define EMIT_FOLDED_H

#include <stdbool.h>
#include <stdint.h>

/* Are they the same but for the letter case? Their hashes are then the same, too. */
bool folded_same(const char *a, const char *b);
uint64_t folded_hash(const char *text);

#endif

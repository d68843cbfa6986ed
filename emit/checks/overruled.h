/* Rules that another rule for the same call leaves without any effect. */
#ifndef EMIT_OVERRULED_H
#define EMIT_OVERRULED_H

#include <stdbool.h>

#include "profile.h"

/*
 * For each rule of the profile: does it have conditions that play no role, since on every ABI where
 * it makes anything a rule for the call has none? That one counts in whatever order they are
 * written, unless it says what the default says: runtimes leave such rules out. Owned array.
 */
bool *overruled_rules(const struct profile *profile);

#endif

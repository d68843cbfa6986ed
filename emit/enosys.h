/*
 * Calls whose callers do without them when they hear ENOSYS, and only then. Where a format cannot
 * say that other calls get ENOSYS, rules for these say it: EPERM, or worse, would end the program
 * on the day on which a newer library or kernel makes it try one.
 */
#ifndef EMIT_ENOSYS_H
#define EMIT_ENOSYS_H

#include <stddef.h>

#include "abi.h"
#include "profile.h"

/*
 * Adds a rule with ENOSYS for each that one of the ABIs has and for which the profile has no rule
 * yet. Returns how many. The profile is to be sorted again.
 */
size_t enosys_add(struct profile *profile, const struct abi *const *abis, size_t n_abis);

#endif

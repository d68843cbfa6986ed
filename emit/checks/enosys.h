/*
 * Calls whose callers do without them when they hear ENOSYS, and only then. Where a format cannot
 * say that other calls get ENOSYS, rules for these say it: EPERM, or worse, would end the program
 * on the day on which a newer library or kernel makes it try one.
 */
#ifndef EMIT_ENOSYS_H
#define EMIT_ENOSYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "profile.h"

/*
 * Adds a rule with ENOSYS for each that one of the ABIs has and for which the profile has no rule
 * yet. Returns how many. The profile is to be sorted again.
 */
size_t enosys_add(struct profile *profile, const struct abi *const *abis, size_t n_abis);

/* The calls, by position; NULL beyond the last. */
const char *enosys_call(size_t n);

/*
 * runc (libcontainer/seccomp/patchbpf) answers ENOSYS, and not what the default says, to calls with
 * a higher number than any that the profile names for the ABI. That number, and in *by the rule
 * that has it; -1, and NULL, when it names none. False when runc does not do so: where the default
 * lets calls run or leaves them to a tracer, or is ENOSYS anyway.
 */
bool enosys_of_runc(const struct profile *profile, const struct abi *abi, int32_t *highest,
		    const struct rule **by);

/*
 * Does the call get the default there, though without that rule it would get ENOSYS? It must be
 * one of the ABI, and have no rule.
 */
bool enosys_is_lost(const struct profile *profile, const struct abi *abi, const char *name,
		    int32_t highest);

#endif

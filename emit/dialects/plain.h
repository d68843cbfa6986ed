/* What the dialects that know names, and no conditions, have in common. */
#ifndef EMIT_PLAIN_H
#define EMIT_PLAIN_H

#include <stdbool.h>

#include "dialect.h"

/* Does the rule say what is said of every call anyway? */
bool plain_is_fallback(const struct profile *profile, const struct rule *rule);

/* Refuses rules with conditions, and names that are none. */
int plain_check(const struct profile *profile, const char *dialect, struct err *err);

/*
 * The same, and refuses rules that do anything but allow (beside those that repeat the default),
 * and a default that allows.
 */
int plain_check_allowed(const struct profile *profile, const char *dialect, struct err *err);

/* Warns of the settings that the dialect has no words for: flags and a listener. */
void plain_drop_settings(const struct profile *profile, const char *dialect,
			 const struct writing *writing);

/*
 * The ABIs that a profile is for: its own, or else the machine's, for which `own` is the place.
 * Returns how many.
 */
size_t plain_abis(const struct profile *profile, const struct writing *writing,
		  const struct abi **own, const struct abi *const **abis);

#endif

/* Rules that libseccomp refuses to have together: a part of rule_checks.c. */
#ifndef EMIT_CONFLICTS_H
#define EMIT_CONFLICTS_H

#include <stdbool.h>

#include "profile.h"
#include "warnings.h"

/*
 * Warns of the rules that libseccomp here refuses (EEXIST) when it is given the profile's as
 * runtimes give them, in the order of the document and for all ABIs; and sets has_finding[] of each. Where
 * it cannot be asked, since it has no filters for an ABI or makes no end of one, of those that
 * repeat conditions of an earlier one with another verdict, which every version refuses.
 */
void conflicts_check(const struct profile *profile, bool *has_finding, struct warnings *warnings);

#endif

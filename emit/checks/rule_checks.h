/*
 * What a profile's rules do to each other when a runtime gives them to libseccomp one by one, in
 * the order in which they were written.
 */
#ifndef EMIT_RULE_CHECKS_H
#define EMIT_RULE_CHECKS_H

#include "profile.h"
#include "warnings.h"

/*
 * The rules are in the order of the document, not sorted. Warns of a rule that has the conditions
 * of an earlier one and another verdict: libseccomp refuses it (EEXIST), and the runtimes then do
 * not start. (A second one without conditions it skips: oci_warn.h.) And of rules with conditions
 * that one without any overrules, of pairs that hold for the same arguments and say different
 * things, of a rule that a wider one makes superfluous, and of compared values with bits outside of
 * their mask.
 */
void rule_checks_conflicts(const struct profile *profile, struct warnings *warnings);

/*
 * Warns when calls since Linux 4.18 that programs do without when they hear ENOSYS get the default
 * in runc, because the profile names a call with a higher number: see enosys.h.
 */
void rule_checks_enosys(const struct profile *profile, struct warnings *warnings);

#endif

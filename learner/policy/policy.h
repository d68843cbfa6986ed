/*
 * What a profile or a recording says about system calls, in the form in which two of them can be
 * compared: per ABI a map from call to ruling. Same meaning gives the same policy, whatever the
 * document's format, grouping or order.
 */
#ifndef LEARNER_POLICY_H
#define LEARNER_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "profile.h"
#include "recording.h"
#include "ruling.h"

struct policy_abi {
	const struct abi *abi;
	struct ruling *rulings; /* owned; sorted by number */
	size_t n_rulings, cap_rulings;
	bool implied; /* a profile that lists ABIs does not list it, but its filter has it */
};

struct policy {
	const struct profile *profile;     /* borrowed; NULL when it is a recording */
	const struct recording *recording; /* borrowed; NULL when it is a profile */
	struct verdict fallback;           /* of a profile; recordings have none */
	bool assumed_native;               /* a profile that lists no ABI */
	struct policy_abi *abis;           /* owned; in the table's order */
	size_t n_abis, cap_abis;
	const char **unknown; /* owned array: names in the profile that no ABI has; borrowed */
	size_t n_unknown, cap_unknown;
};

/*
 * Both borrow strings and provenance from their argument, which must outlive the policy. A
 * profile has the ABIs that profile_covers() says, so without a list the native one; a name that an ABI does not have is not there,
 * and neither is a rule that says what the default says. Rules for calls that an ABI multiplexes
 * also make one for the multiplexer, as syscalls_multiplexed() explains. A recording allows what it has. The
 * profile must be sorted. Free with policy_free().
 */
struct policy *policy_of_profile(const struct profile *profile);
struct policy *policy_of_recording(const struct recording *recording);

/* NULL is fine. Returns NULL. */
struct policy *policy_free(struct policy *policy);

/* NULL when the policy does not have the ABI. */
const struct policy_abi *policy_find_abi(const struct policy *policy, const struct abi *abi);

/* NULL when nothing is said about the number. */
const struct ruling *policy_find_ruling(const struct policy_abi *abi, int32_t nr);

/* The profile's rules for this name: *n of them, one behind the other. */
const struct rule *policy_rules_of_name(const struct profile *profile, const char *name, size_t *n);

/*
 * What rules for one name say in `profile`, on ABIs whose arguments have `bits` bits. Returns
 * false, and nothing to release, when they say nothing: the profile's fallback holds. nr is -1.
 */
bool policy_ruling_of_rules(const struct profile *profile, const struct rule *rules, size_t n,
			    unsigned int bits, struct ruling *ruling);

/*
 * May the call run, by its ruling or, where that (NULL: there is none) leaves some arguments to it, by
 * the policy's default? An ABI that a filter lacks is killed.
 */
bool policy_allows(const struct policy *policy, bool abi_present, const struct ruling *ruling);

#endif

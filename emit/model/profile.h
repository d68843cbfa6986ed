/*
 * The profile: default action, ABIs and rules, as a plain value. Every format is written from it
 * and read into it; it knows no format.
 */
#ifndef EMIT_PROFILE_H
#define EMIT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "rule.h"

struct profile {
	struct verdict fallback; /* for every call without a rule */
	const struct abi **abis; /* owned array; empty: the loader's own ABI */
	size_t n_abis, cap_abis;
	char **flags; /* owned: SECCOMP_FILTER_FLAG_* */
	size_t n_flags, cap_flags;
	bool has_flags;          /* an empty list of flags differs from none: see config-linux.md */
	char *listener_path;     /* owned or NULL */
	char *listener_metadata; /* owned or NULL */
	struct rule *rules;
	size_t n_rules, cap_rules;
	bool is_part;      /* it was read from a runtime's configuration, of which it is a part */
	size_t next_order; /* for the rule that is added next */
};

/* An empty profile that refuses everything with ENOSYS. Free with profile_free(). */
struct profile *profile_new(void);

/* NULL is fine. Returns NULL. */
struct profile *profile_free(struct profile *profile);

/* All of it, also the order of the rules; free with profile_free(). */
struct profile *profile_copy(const struct profile *profile);

/* Adds an ABI; one that is there already is not added again. */
void profile_add_abi(struct profile *profile, const struct abi *abi);

/* Is the ABI in its list? */
bool profile_lists(const struct profile *profile, const struct abi *abi);

/*
 * Is the ABI in the filter that a runtime makes of the profile? Those that are listed are, and by
 * libseccomp, which always puts the machine's own in, the one of the kernels that have a listed one
 * as a second ABI. Without any list it is the native one.
 */
bool profile_covers(const struct profile *profile, const struct abi *abi);

/* Copies `flag` in; duplicates are dropped. Sets has_flags. */
void profile_add_flag(struct profile *profile, const char *flag);

/* Copies the name and the conditions in. */
void profile_add_rule(struct profile *profile, const char *name, struct verdict verdict,
		      const struct condition *conditions, size_t n_conditions);

/* Is there a rule for the call, with or without conditions? */
bool profile_has_rule(const struct profile *profile, const char *name);

void profile_drop_rule(struct profile *profile, size_t i);

/*
 * In place of the rules for a call one without conditions, or none: the strictest of what they and
 * the default say.
 */
void profile_make_strict(struct profile *profile, const char *name);

/*
 * Brings it into the one form that equal profiles share: ABIs in the table's order, flags and
 * rules sorted by name, verdict and conditions, conditions by index; doubles dropped; EPERM
 * where an errno is missing, none where the action takes none; no value_two where it is not used.
 * Of several rules without conditions that contradict each other the first is kept, which is the
 * one that loaders take. In what order the others were written is in the rules, for where it
 * matters: see rule_order.h.
 */
void profile_sort(struct profile *profile);

/* Same meaning to the letter: equal after sorting. Both must be sorted. */
bool profile_equal(const struct profile *a, const struct profile *b);

/* Is this what the default says, in that sense? */
bool profile_is_default(const struct profile *profile, struct verdict verdict);

#endif

/* What libseccomp makes of a profile's rules on one ABI: numbers, and conditions cut to its width. */
#ifndef EMIT_MADE_H
#define EMIT_MADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "profile.h"

#define MADE_ARGS 6

/*
 * A rule on the ABI. One for a call that the ABI multiplexes makes two: that for the multiplexer,
 * `derived`, asks for the subcall in place of what the rule asks of argument 0.
 */
struct made {
	int32_t nr;
	const struct rule *rule;                /* borrowed from the profile */
	struct condition conditions[MADE_ARGS]; /* sorted; without masks of nothing */
	size_t n_conditions;                    /* 0: the rule overrides those with conditions */
	bool derived;
	bool absent; /* the ABI does not have the call, and `nr` is negative */
};

struct made_list {
	struct made *list; /* owned; by number, conditions, and then as they were written */
	size_t n, cap;
};

/*
 * The rules that count: runtimes leave out those that say what the default says. A name that the
 * ABI does not have makes nothing, nor does a rule of more than MADE_ARGS conditions. Free with
 * made_release(); the profile must outlive it.
 */
void made_of_profile(struct made_list *made, const struct profile *profile, const struct abi *abi);

/*
 * The same, and the rules for calls that the ABI does not have: they decide nothing, but libseccomp
 * keeps them on most ABIs, and refuses one beside another as it does with those that count.
 */
void made_with_absent(struct made_list *made, const struct profile *profile, const struct abi *abi);

/* Those that are left out: with conditions, and what the default says. */
void made_left_out(struct made_list *made, const struct profile *profile, const struct abi *abi);

void made_release(struct made_list *made);

/*
 * What becomes of the rule's conditions on ABIs with arguments of `bits` bits that have the call itself;
 * the number stays 0. False when it makes nothing there.
 */
bool made_at_width(struct made *made, const struct rule *rule, unsigned int bits);

/* How many from `first` on are about the same number. */
size_t made_same_number(const struct made_list *made, size_t first);

/* The order of the list without that of writing: 0 when they ask for the same. */
int made_compare(const struct made *a, const struct made *b);

/* Do the conditions hold? Only the ABI's `bits` of each argument count. */
bool made_holds(const struct made *made, const uint64_t args[MADE_ARGS], unsigned int bits);

/* Does the condition hold for an argument? `max`: the highest value that the ABI's arguments have. */
bool condition_holds(const struct condition *condition, uint64_t arg, uint64_t max);

#endif

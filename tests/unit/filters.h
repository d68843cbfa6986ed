/*
 * What a profile says about a call, decided in two ways that know nothing of the program's own:
 * by reading its rules, and by the filter that libseccomp compiles from it.
 */
#ifndef TESTS_UNIT_FILTERS_H
#define TESTS_UNIT_FILTERS_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"

#define FILTER_ARGS 6

/* Verdicts, each once. More than one: the profile contradicts itself. */
struct verdicts {
	struct verdict list[16];
	size_t n;
};

/*
 * By the rules, with the semantics of runc and libseccomp: a rule that repeats the default says
 * nothing, one without conditions overrides those with, conditions of a rule are ANDed, rules are
 * ORed. An ABI that the profile lacks is killed. The call must exist on the ABI. Of multiplexed
 * calls, it knows the first five of x86's socketcall.
 */
struct verdicts evaluate(const struct profile *profile, const struct abi *abi, const char *name,
			 const uint64_t args[FILTER_ARGS]);

bool verdicts_have(const struct verdicts *verdicts, struct verdict verdict);

/* How strict, by the order in seccomp(2): 0 is ALLOW. Of several verdicts the strictest. */
int strictness(struct verdict verdict);
int strictness_of(const struct verdicts *verdicts);

/* A compiled filter, and how long it is. */
struct filter {
	struct sock_filter *code; /* owned */
	size_t n;
};

/*
 * Compiles the profile as a runtime does. False where libseccomp refuses to, since two rules with
 * the same conditions contradict each other.
 */
bool filter_compile(const struct profile *profile, struct filter *filter);

/* The same, without the filter. */
bool filter_compiles(const struct profile *profile);

void filter_release(struct filter *filter);

/* Plays the filter. */
struct verdict filter_run(const struct filter *filter, const struct abi *abi, int32_t nr,
			  const uint64_t args[FILTER_ARGS]);

#endif

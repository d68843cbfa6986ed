/* Profiles, and calls to try on them, at random: the same ones after the same random_start(). */
#ifndef TESTS_UNIT_RANDOM_PROFILES_H
#define TESTS_UNIT_RANDOM_PROFILES_H

#include <stddef.h>
#include <stdint.h>

#include "filters.h"
#include "profile.h"

#define N_NAMES 3
#define N_ABIS 3

/* Calls. x86 has accept by socketcall alone. */
extern const char *const plain_names[N_NAMES];
extern const char *const multiplexed_names[N_NAMES];

/* Of the two lists, the one in use: profiles are about these calls and read(). */
extern const char *const *names;

extern const char *const abis[N_ABIS];

/* Which profiles are made. */
enum {
	ONE_ABI = 1,     /* x86_64 alone */
	MASKS_ONLY = 2,  /* == and masks, which every libseccomp compiles rightly */
	SINGLE_RULE = 4, /* a rule for each name, which it does as well */
	ORDERS = 32,     /* order comparisons of one argument, which it compiles wrongly */
	ALLOW_LIST = 8,  /* allows, and refuses the rest */
	TRIVIAL = 16,    /* with conditions that always hold */
	UPPER = 64,      /* with values that often differ in the upper half only */
};

void random_start(uint64_t seed);

/* How many cases to try of `usual`: a quarter where FEWER is set, as with sanitizers. */
size_t random_cases(size_t usual);

/* From 0 to n - 1. */
size_t below(size_t n);

struct verdict random_verdict(void);
void add_random_rule(struct profile *profile, const char *name, int how, struct verdict verdict);

/* Sorted; the caller frees it. */
struct profile *random_profile(int how);

/* Values at which some profile may change its mind, and others. */
void random_args(const struct profile *const *profiles, size_t n, uint64_t *args);

#endif

/* Values of one argument with which the conditions on it are tried: for probes.h. */
#ifndef EMIT_PROBE_VALUES_H
#define EMIT_PROBE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"

/* The most values of an argument. */
#define PROBE_VALUES_MAX 512

/* Conditions on one argument. Further ones are as if they were not there. */
#define PROBE_CONDITIONS_MAX 128

struct probe_argument {
	struct condition conditions[PROBE_CONDITIONS_MAX];
	size_t n_conditions;
	uint64_t values[PROBE_VALUES_MAX];
	uint64_t kinds[PROBE_VALUES_MAX]; /* of the values: see kind_of() */
	size_t n;                         /* 0: not made yet */
	bool dropped;                     /* there were more of either than there is place for */
};

/* Notes a condition on the argument. */
void probe_values_add(struct probe_argument *arg, const struct condition *condition);

/* Makes the values, of an argument of `bits` bits: one at least on each side of each condition. */
void probe_values_make(struct probe_argument *arg, unsigned int bits);

#endif

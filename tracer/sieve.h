/*
 * The sieve: a seccomp program that lets pass what is learnt and traces the rest, made from the
 * sysset. It looks at nothing but the audit token and the number (and clone's flags), so that
 * the kernel answers for learnt calls from a bitmap without running it (Linux 5.11).
 */
#ifndef TRACER_SIEVE_H
#define TRACER_SIEVE_H

#include <linux/filter.h>
#include <stddef.h>

#include "sysset.h"
#include "watch.h"

/* Comes with each stop that a sieve causes, to tell it from a filter of the workload's own. */
#define SIEVE_COOKIE 0x51e5

/* The longest program; a jump reaches 255 instructions. */
#define SIEVE_MAX 768

struct sieve {
	struct sock_filter insns[SIEVE_MAX];
	size_t n;
};

/*
 * Builds the program. Calls that can open a gap (watch.h) are never let pass, whether learnt or
 * not: each one has to be looked at; of clone only one with CLONE_UNTRACED.
 */
void sieve_build(struct sieve *sieve, const struct sysset *learnt, struct watch *watch);

#endif

/*
 * The sieve: a seccomp program that lets pass what is learnt and has us look at the rest, made from the
 * sysset. It looks at nothing but the audit token and the number (and one argument of one call), so
 * that the kernel answers for learnt calls from a bitmap without running it (Linux 5.11).
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

/* How a call that does not pass gets before our eyes. */
enum sieve_kind {
	SIEVE_TRACES,        /* it stops its thread, which must be traced for life */
	SIEVE_NOTIFIES,      /* it waits at the listener: the process can be let go */
	SIEVE_NOTIFIES_EXEC, /* ... and so does each exec, learnt or not */
};

struct sieve {
	enum sieve_kind kind;
	struct sock_filter insns[SIEVE_MAX];
	size_t n;
};

/*
 * Builds the program. Calls that can open a gap (watch.h) are never let pass, whether learnt or
 * not: each one has to be looked at. Of clone only one with CLONE_UNTRACED, where the child must be
 * traced. Children of a process that was let go have its sieve in any case, so there all births pass,
 * and of prctl all but what sets a filter.
 */
void sieve_build(struct sieve *sieve, enum sieve_kind kind, const struct sysset *learnt,
		 struct watch *watch);

#endif

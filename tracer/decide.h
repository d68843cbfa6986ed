/*
 * When a process gets the sieve. A sieve can't be changed any more: a call that is learnt later
 * stops in that process and in all its children for as long as they live. Too early is as bad as
 * too late, so the decision is made from what the process, its program and the whole run have
 * taught lately, and from what stopping costs.
 *
 *   - While the run as a whole is still learning, nobody gets one.
 *   - A process gets one after many calls that taught nothing, made in quick succession: one that
 *     makes few calls costs nothing and can stay as it is.
 *   - Fewer are enough, of its own and of the whole run's, for a process that repeats one or two
 *     calls: it copies something, and most programs that do have nothing else to do.
 *   - Fewer are enough for a program that has often run to its end: what it does later was learnt
 *     then. Not after one run or two: an entry point may ask a server for its version, or to check
 *     its configuration, before it starts it.
 *   - A process that duplicates descriptors one after the other finds out how many it may have, and
 *     one that closes one after the other gets rid of what it inherited, as daemons do: it is
 *     starting up, and what it does later is still to come. Then the whole run has to be quiet for
 *     longer.
 *   - A program whose last runs taught nothing gets one at its first call. Most short-lived
 *     programs are of this kind, and would never make many calls.
 *   - A process that mainly starts others waits longer. Its children inherit the sieve, and a
 *     server among them could have its whole life ahead. When a good deal of time has been spent
 *     on stops in its children without learning anything, it gets one too; and sooner when they
 *     all executed the same program, as those of xargs do.
 */
#ifndef TRACER_DECIDE_H
#define TRACER_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "habits.h"
#include "tuning.h"

/* Why a process is to get the sieve now, or is not. */
enum sieve_reason {
	SIEVE_NOT_ASKED_FOR,    /* never: everything is recorded exactly */
	SIEVE_PROCESS_UNKNOWN,  /* not yet: it is not known whose thread this is */
	SIEVE_OWN_FILTER,       /* never: the workload has loaded one, or is in strict mode */
	SIEVE_AT_EXEC,          /* not here: no system call instruction precedes an exec's exit */
	SIEVE_DISPATCHES,       /* not in this thread: its calls raise SIGSYS */
	SIEVE_PUT_OFF,          /* not yet: attempts have come to nothing */
	SIEVE_THERE,            /* it has the sieve */
	SIEVE_CANNOT,           /* never: filters of others are there */
	SIEVE_SHARES_MEMORY,    /* not while it may share its memory with its parent */
	SIEVE_SIBLING_EXECUTES, /* not while another thread executes a program */
	SIEVE_RUN_LEARNS,       /* not while the whole run does */
	SIEVE_STARTS_OTHERS,    /* not while its children may teach something */
	SIEVE_FEW_CALLS,        /* not yet: it has made few since it taught something */
	SIEVE_PROBES,           /* not yet: it is about its descriptors */
	SIEVE_SLOW,             /* not yet: its calls are far apart */
	SIEVE_LAST_REFUSAL = SIEVE_SLOW,
	SIEVE_STRAY,     /* now: what a lost injection has left is to be put away */
	SIEVE_QUIET,     /* now: many calls have taught nothing */
	SIEVE_REPEATS,   /* now: it makes the same one or two calls */
	SIEVE_FAMILIAR,  /* now: its program has run to its end often */
	SIEVE_KNOWN_WAY, /* now: its program has been called like this before */
	SIEVE_QUIET_WAY, /* now: the last run of its program that was called like this taught nothing */
	SIEVE_QUIET_PROGRAM, /* now: the last runs of its program taught nothing */
	SIEVE_SAME_CHILDREN, /* now: all its children execute the same program */
	SIEVE_CHILDREN,      /* now: its children cost time and teach nothing */
};

/*
 * Do its habits say that a process should get the sieve `now`, after so many stops of the run? Changes
 * nothing. On SIEVE_SLOW the caller has habits_count_anew() called, for it to be asked again when there are
 * as many calls more.
 */
enum sieve_reason decide(const struct tuning *tuning, const struct run_habits *run,
			 const struct process_habits *process, uint64_t stops, double now);

/* Is it a reason for the sieve? */
bool sieve_reason_is_for(enum sieve_reason reason);

/* In words. */
const char *sieve_reason_text(enum sieve_reason reason);

#endif

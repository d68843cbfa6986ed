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

#include "watch.h"

struct tracer;
struct task;
struct process;
struct program;

/* What the decision turns on, in calls unless said otherwise. */
struct tuning {
	uint64_t run_quiet;       /* of the whole run, since it last learnt something */
	uint64_t process_quiet;   /* of one process */
	uint64_t repeating_quiet; /* of one process that makes one or two different ones */
	uint64_t familiar_quiet;  /* of one process whose program has had familiar_runs */
	unsigned int familiar_runs;
	uint64_t probing_quiet; /* of the whole run, for a process that is about its descriptors */
	uint64_t calls_per_probe;    /* of which fewer mean that it is */
	double least_rate;           /* calls per second below which a sieve is not worth it */
	unsigned int quiet_runs;     /* of a program, before it gets a sieve at its start */
	unsigned int starter;        /* children that make a process one that starts others */
	uint64_t starter_quiet;      /* stops of the whole run before such a process gets one */
	unsigned int children_quiet; /* ... and children started since something was learnt */
	unsigned int same_children;  /* or in a row, of one program, since something was learnt */
	double poll_seconds;         /* how long to ask for the next stop before sleeping */
	double poll_pace;            /* seconds between stops, above which it is not worth it */
};

extern const struct tuning tuning_default;

/*
 * Changes values by "NAME=VALUE,NAME=VALUE", the names being those of the members. Returns false
 * when it can't be understood. Not for users: for benchmarks, and tests that want it soon.
 */
bool tuning_parse(struct tuning *tuning, const char *text);

/* Per process. */
struct decide {
	uint64_t quiet;     /* calls since it last taught something */
	uint64_t numbers;   /* of these, a bit for each number modulo 64 */
	uint64_t probes;    /* of these, those that duplicated a descriptor or closed one more */
	double quiet_since; /* seconds since the start of the run */
	unsigned int children;
	bool executed;           /* it runs a program of its own, not its parent's */
	bool taught;             /* since it executed its program */
	bool closed;             /* a descriptor, by its last call */
	struct program *program; /* NULL: not known */
};

/* Per run. */
struct decide_run {
	uint64_t quiet;       /* calls since anything was learnt */
	uint64_t stops_then;  /* the number of stops when that was */
	uint64_t children;    /* processes started since then */
	struct program *last; /* executed */
	uint64_t same;        /* times in a row since anything was learnt */
};

/* A call of that kind was seen; `taught`: for the first time in this run. */
void decide_on_call(struct tracer *t, struct process *process, int32_t nr, bool taught,
		    enum watched kind);

/* `child` was made by `parent`, which may be NULL. */
void decide_on_fork(struct tracer *t, struct process *parent, struct process *child);

/* The process runs a new program; NULL when its file could not be found out. */
void decide_on_exec(struct tracer *t, struct process *process, struct program *program);

/* The process has ended. */
void decide_on_end(struct process *process);

/* Should the process of this thread get the sieve now? */
bool decide_now(struct tracer *t, struct process *process);

#endif

/* The numbers that the decision for a sieve turns on, and how the tracer waits. */
#ifndef TRACER_TUNING_H
#define TRACER_TUNING_H

#include <stdbool.h>
#include <stdint.h>

/* What the decision turns on, in calls unless said otherwise. */
struct tuning {
	uint64_t run_quiet;       /* of the whole run, since it last learnt something */
	uint64_t process_quiet;   /* of one process */
	uint64_t repeating_quiet; /* of one process that makes one or two different ones */
	uint64_t familiar_quiet;  /* of one process whose program has had familiar_runs */
	uint64_t way_quiet; /* of one process that is called as a run that started nobody was */
	unsigned int familiar_runs;
	unsigned int quiet_runs; /* of a program, before it gets a sieve at its start */
	uint64_t probing_quiet;  /* of the whole run, for a process that is about its descriptors */
	uint64_t calls_per_probe;    /* so few for each descriptor mean that it is about them */
	double least_rate;           /* calls per second below which a sieve is not worth it */
	unsigned int starter;        /* children that make a process one that starts others */
	unsigned int children_quiet; /* started since something was learnt, before it gets one */
	uint64_t starter_quiet;      /* ... and stops of the whole run */
	unsigned int same_children;  /* or in a row, of one program, since something was learnt */
	unsigned int let_go;         /* 0: whoever has a sieve is traced all the same */
	double poll_seconds;         /* how long to ask for the next stop before sleeping */
	double poll_pace;            /* seconds between stops, above which it is not worth it */
};

extern const struct tuning tuning_default;

/*
 * Changes values by "NAME=VALUE,NAME=VALUE", the names being those of the members. Returns false
 * when it can't be understood. Not for users: for benchmarks, and tests that want it soon.
 */
bool tuning_parse(struct tuning *tuning, const char *text);

#endif

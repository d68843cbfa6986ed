/*
 * What the calls, children and programs of a process, and those of the whole run, have been like lately:
 * what the decision for a sieve (decide.h) is made from.
 */
#ifndef TRACER_HABITS_H
#define TRACER_HABITS_H

#include <stdbool.h>
#include <stdint.h>

#include "watch.h"

struct program;

/* Per process. */
struct process_habits {
	uint64_t quiet;     /* calls since it last taught something */
	uint64_t numbers;   /* of these, a bit for each number modulo 64 */
	uint64_t probes;    /* of these, those that duplicated a descriptor or closed one more */
	double quiet_since; /* seconds since the start of the run */
	unsigned int children;
	bool executed;           /* it runs a program of its own, not its parent's */
	bool taught;             /* since it executed its program */
	bool closed;             /* a descriptor, by its last call */
	struct program *program; /* NULL: not known */
	struct program *way;     /* the same as it is called here; NULL: not known */
};

/* Per run. */
struct run_habits {
	uint64_t quiet;       /* calls since anything was learnt */
	uint64_t stops_then;  /* the number of stops when that was */
	uint64_t children;    /* processes started since then */
	struct program *last; /* executed */
	uint64_t same;        /* times in a row since anything was learnt */
};

/* A call of that kind was learnt, `now`, at stop number `stops` of the run. `process` may be NULL. */
void habits_note_new_call(struct run_habits *run, struct process_habits *process, enum watched kind,
			  uint64_t stops, double now);

/* ... or was known already. */
void habits_note_known_call(struct run_habits *run, struct process_habits *process,
			    enum watched kind, int32_t nr);

/* `child` was made by `parent`, which may be NULL. */
void habits_note_fork(struct run_habits *run, struct process_habits *parent,
		      struct process_habits *child, double now);

/* The process runs a new program, in some way; NULL when its file, or the way, could not be found out. */
void habits_note_exec(struct run_habits *run, struct process_habits *process,
		      struct program *program, struct program *way, double now);

/* The process has ended. */
void habits_note_end(struct process_habits *process);

/* Its calls were too far apart: they are counted anew from here on. */
void habits_count_anew(struct process_habits *process, double now);

#endif

/*
 * The programs that the workload has executed, by their file, and once more by their file and the way in
 * which they were called: how often, and whether the last runs taught anything. Grows with the number of
 * different programs and first arguments, not of processes.
 */
#ifndef TRACER_PROGRAM_H
#define TRACER_PROGRAM_H

#include <stdbool.h>

#include "hash.h"
#include "kernel.h"

struct program {
	struct program_id id;
	unsigned int runs;       /* that have ended */
	unsigned int quiet_runs; /* ended in a row without teaching anything */
	bool starts;             /* one of these had children */
	unsigned int gaps;       /* bits of the gap kinds reported for it already */
	UT_hash_handle hh;
};

struct programs {
	struct program *by_id;
};

/* Finds it or makes an entry. */
struct program *programs_get(struct programs *programs, struct program_id id);

void programs_release(struct programs *programs);

#endif

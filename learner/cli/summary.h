/* The few lines that record ends with. */
#ifndef LEARNER_SUMMARY_H
#define LEARNER_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "recording.h"
#include "recording_lines.h"

/* What the run was. */
struct summary {
	const struct known_line *known; /* what was known before; NULL: nothing was named */

	double t;        /* how long it took, in seconds */
	double last_new; /* when the last new call came; seconds since the start */
	uint64_t processes, threads;
	bool at_least;            /* there may have been more of both */
	const struct abi *late;   /* ABI of a call that made the run slow; NULL: there is none */
	int32_t late_nr;          /* its number */
	uint64_t late_times;      /* how often it had to be looked at */
	size_t calls;             /* learnt */
	size_t calls_of[ABI_MAX]; /* of these, those of each entry of abi_table */
	bool nobody_named;        /* it could not be told who makes a call */
	const char *trouble;      /* the first thing that should not have happened; NULL: nothing */
};

/* Says that, and the gaps found in it, not those that were known. */
void summary_say(const struct summary *summary, const struct recording *recording);

#endif

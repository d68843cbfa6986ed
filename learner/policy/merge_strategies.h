/*
 * How rules may come by that say what merged inputs say about a call. Each strategy only proposes:
 * merge_rules.c decides whether a proposal is exact, and safe to give to libseccomp.
 */
#ifndef LEARNER_MERGE_STRATEGIES_H
#define LEARNER_MERGE_STRATEGIES_H

#include <stdbool.h>
#include <stddef.h>

#include "merge_inputs.h"
#include "merge_terms.h"

/* What is asked for. */
struct proposal_request {
	struct outcomes *outcomes;
	const struct merge_inputs *inputs;
	const char *name;
	struct verdict fallback; /* the result's default */
	argmap_ref target;       /* on one of the result's ABIs */
};

struct proposal {
	struct rule *rules; /* owned array; conditions are the inputs', or in `terms` */
	size_t n, cap;
	struct terms terms;
	bool as_it_was; /* what libseccomp makes of it is what it makes of one of the inputs */
};

void proposal_release(struct proposal *proposal);

enum proposing {
	PROPOSED,
	PROPOSED_NONE, /* not this time; the next time may be different */
	PROPOSED_ALL,  /* there are no more */
};

struct merge_strategy {
	const char *name;
	const char *reason;
	/* The nth proposal, from 0, into an empty `proposal`. */
	enum proposing (*propose)(const struct proposal_request *request, size_t nth,
				  struct proposal *proposal);
};

/* In the order in which they are tried: from rules that people wrote to rules that nobody would. */
extern const struct merge_strategy merge_strategies[];
extern const size_t merge_strategy_count;

#endif

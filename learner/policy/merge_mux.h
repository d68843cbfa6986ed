/* The calls through which a merged profile's ABIs multiplex others: a part of merge.c. */
#ifndef LEARNER_MERGE_MUX_H
#define LEARNER_MERGE_MUX_H

#include "outcome.h"
#include "policy.h"

/* What is united, or intersected. */
struct merge_policies {
	struct policy *const *list; /* each input's */
	size_t n;                   /* one or more */
	bool intersect;
};

enum merge_mux {
	MERGE_MUX_EXACT,
	MERGE_MUX_STRICTER, /* the multiplexer is refused to calls that should have it */
	MERGE_MUX_WITHOUT,  /* so are the calls themselves: their rules had to go */
};

/*
 * The rules of all names are in `result`, each merged by itself, sorted. Rules for calls that an
 * ABI multiplexes make others for the multiplexer (`name`), which nobody has merged: where those
 * let pass more than the inputs do, or contradict each other, a rule for it is added that refuses.
 */
enum merge_mux merge_multiplexer(struct outcomes *outcomes, const struct merge_policies *inputs,
				 const char *name, struct profile *result);

#endif

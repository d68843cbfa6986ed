/* What is asked of a run. */
#ifndef TRACER_TRACER_OPTIONS_H
#define TRACER_TRACER_OPTIONS_H

#include <stdbool.h>

#include "tuning.h"

struct tracer_options {
	bool sieve;           /* keep known calls from stopping, where that can be done */
	bool after_filter;    /* learn only from threads on which the workload has put a filter */
	bool stop_with_main;  /* end what is left when the main process has ended */
	unsigned int tick_ms; /* between calls of observer.tick, about; 0: none */
	struct tuning tuning; /* tuning_default, or changed from that */
};

#endif

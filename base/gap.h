/* Reasons why a run may not have shown everything. */
#ifndef TRACER_GAP_H
#define TRACER_GAP_H

enum gap_kind {
	GAP_UNTRACED_CHILD,
	GAP_PRIVILEGES_DROPPED,
	GAP_WORKLOAD_TRACES,
	GAP_ALREADY_FILTERED,
	GAP_OWN_FILTER,
	GAP_LISTENER_REFUSED,
	GAP_UNKNOWN_NUMBER,
	GAP_IO_URING,
	GAP_INTERRUPTED,
	GAP_CUT_OFF, /* found when a recording is read: it has no end line */
	GAP_MAX,
};

/* The kind's name in recordings: "untraced-child" ... */
const char *gap_name(enum gap_kind kind);

/* What it means for the profile and what to do, in one sentence; NULL for an unknown name. */
const char *gap_advice(const char *name);

#endif

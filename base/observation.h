/* What the tracer learns: one system call seen for the first time, and who made it. */
#ifndef TRACER_OBSERVATION_H
#define TRACER_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi.h"

/*
 * An observation with its provenance. Strings belong to whoever holds the struct and are NULL
 * when they could not be found out (the thread was killed in between, /proc is not mounted).
 */
struct observation {
	const struct abi *abi;
	int32_t nr;     /* as abi_of_call() gives it; negative numbers are possible */
	double t;       /* seconds since the start of the run */
	pid_t pid, tid; /* in the tracer's PID namespace */
	char *exe;
	char *comm;
	char *at; /* the calling code: object+0xOFFSET, the offset in the object's file */
	bool has_result;
	int64_t result; /* what the call returned: negative errno or a value */
};

#endif

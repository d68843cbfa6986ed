/*
 * The few calls that are worth a second look each time they are made, because they can open a
 * gap: which they are on each ABI, in a table that answers in one step.
 */
#ifndef TRACER_WATCH_H
#define TRACER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"

enum watched {
	WATCH_NOTHING,
	WATCH_CLONE,  /* flags are an argument */
	WATCH_CLONE3, /* flags are in memory */
	WATCH_PTRACE,
	WATCH_SECCOMP,
	WATCH_PRCTL,
	WATCH_IO_URING,
	WATCH_LAST = WATCH_IO_URING,
	DUPLICATES, /* in the same table, but not a kind: see watch_duplicates() */
	EXECUTES,   /* and watch_executes() */
};

/* Numbers from here on above the ABI's base are never watched. */
#define WATCH_SPAN 1024

struct watch {
	unsigned char *by_nr[32]; /* per ABI; filled in when it is first met */
};

/* Does the call duplicate a descriptor? Not watched: decide.h wants to know. */
bool watch_duplicates(struct watch *watch, const struct abi *abi, int32_t nr);

/* Does it execute a program? Not watched either. */
bool watch_executes(struct watch *watch, const struct abi *abi, int32_t nr);

enum watched watch_kind(struct watch *watch, const struct abi *abi, int32_t nr);
void watch_release(struct watch *watch);

#endif

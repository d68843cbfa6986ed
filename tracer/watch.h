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
	WATCH_LAST = WATCH_IO_URING, /* what follows opens no gap, and passes through a sieve */
	WATCH_DUPLICATES,            /* a descriptor: decide.h wants to know */
	WATCH_CLOSES,                /* ... and of this */
	WATCH_EXECUTES,              /* a program */
	WATCH_NO_RETURN,             /* ends the machine: is reported before it is made */
	WATCH_DISPATCH_ON,           /* a prctl: system calls go to the thread itself from now on */
	WATCH_DISPATCH_OFF,          /* ... and do so no more */
};

/* Numbers from here on above the ABI's base are never watched. */
#define WATCH_SPAN 1024

struct watch {
	unsigned char *by_nr[ABI_MAX]; /* per ABI; filled in when it is first met */
};

enum watched watch_kind(struct watch *watch, const struct abi *abi, int32_t nr);

/* Is it one that has to be looked at each time? */
bool watch_opens_gap(enum watched kind);

void watch_release(struct watch *watch);

#endif

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
	WATCH_DUPLICATES,            /* duplicates a descriptor; habits.h counts these */
	WATCH_CLOSES,                /* closes a descriptor; habits.h counts these, too */
	WATCH_EXECUTES,              /* executes a program */
	WATCH_NO_RETURN,             /* ends the machine: is reported before it is made */
	WATCH_DISPATCH_ON,           /* a prctl: the thread gets its own calls as SIGSYS */
	WATCH_DISPATCH_OFF,          /* a prctl: it does so no more */
};

/* Numbers from here on above the ABI's base are never watched. */
#define WATCH_SPAN 1024

struct watch {
	unsigned char *by_nr[ABI_MAX]; /* per ABI; filled in when it is first met */
};

enum watched watch_kind(struct watch *watch, const struct abi *abi, int32_t nr);

/* Is it one that has to be looked at each time? */
bool watch_opens_gap(enum watched kind);

/* Does it make a thread or a process? A tracer may miss those. */
bool watch_is_birth(enum watched kind);

void watch_release(struct watch *watch);

#endif

/*
 * Tells of gaps. Each kind is reported once for each program, however often it is executed, so that a loop
 * can't flood the recording.
 */
#ifndef TRACER_GAP_RAISE_H
#define TRACER_GAP_RAISE_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"

/* Who has made a call. */
struct caller {
	pid_t tid, pid;     /* 0: not known */
	unsigned int *gaps; /* that were reported of its program, a bit each; NULL: not known */
};

struct caller gap_caller(struct task *task);

/* The words that a call has, whether it was traced or has waited at a listener. */
#define GAP_WORDS_IO_URING "io_uring set up by"
#define GAP_WORDS_FILTER "seccomp filter loaded by"

/* False when this program has been reported with this gap already. */
bool gap_first_time(struct caller caller, enum gap_kind kind);

/* Reports a gap: the formatted text, then the program and the process. */
void gap_raise(struct run *run, struct caller caller, enum gap_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same, the first time only. */
void gap_raise_once(struct run *run, struct caller caller, enum gap_kind kind, const char *what);

/* A call was learnt: has it a name? */
void gap_raise_unnamed(struct run *run, struct caller caller, const struct abi *abi, int32_t nr);

/* A call of an ABI that is not in our table. */
void gap_raise_unknown_abi(struct run *run, struct caller caller, uint32_t audit);

/* An exec dropped the privileges of the program's file; `what` names them. */
void gap_raise_privileges(struct run *run, struct caller caller, const char *what);

#endif

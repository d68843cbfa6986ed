/*
 * Follows a workload: every thread and child, from the first instruction of the program to the
 * end of the last process. It prints nothing; what it learns goes to an observer. This is all that
 * others see of it.
 */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "err.h"
#include "observer.h"
#include "tracer_options.h"

struct kernel;
struct tracer;

/* `kernel` NULL: the real one. All but `options` must outlive the tracer. */
struct tracer *tracer_new(struct kernel *kernel, const struct observer *observer, void *data,
			  const struct tracer_options *options);

/*
 * This call counts as learnt before the program starts: it is not observed, and lets a sieve come
 * early. Before tracer_spawn().
 */
void tracer_know(struct tracer *tracer, const struct abi *abi, int32_t nr);

/*
 * Starts the program, found like execvp(3) does, and takes hold of it before its first
 * instruction. Signals that arrive from now on are passed on to it.
 */
int tracer_spawn(struct tracer *tracer, char *const argv[], struct err *err);

/*
 * Follows it to the end. 0: there is a main_status. -ENOENT and other errors of execve(2): the
 * program could not be executed, and exec_failed is set. On any other error the workload is gone.
 */
int tracer_run(struct tracer *tracer, bool *exec_failed, struct err *err);

/* Ends what is left: SIGTERM now, SIGKILL two seconds later. */
void tracer_end_all(struct tracer *tracer);

/* NULL: nothing happens. */
void tracer_free(struct tracer *tracer);

/* A call that was looked at in processes that were let go, because their filter was older than it. */
struct late_call {
	const struct abi *abi; /* NULL: there is none */
	int32_t nr;
	uint64_t times;
};

/* What a run has come to. */
struct tracer_figures {
	const char *mode; /* "exact", "sieve" or "after-filter", once the program is started */
	double t;         /* when the run was over; seconds since the start, as all times are */
	double last_new;  /* when the last call was learnt */
	size_t calls;     /* learnt; what was known is not counted */
	size_t calls_of[ABI_MAX]; /* of these, those of each entry of abi_table */
	bool main_ended;
	int main_status; /* a wait status, once main_ended */
	uint64_t processes, threads,
		stops;          /* of processes and threads that were let go: at least */
	uint64_t let_go;        /* threads that were; their children are not counted */
	uint64_t notifications; /* calls of these that were looked at */
	struct late_call late;  /* which of them most often */
	uint64_t sieves;        /* that were installed */
	uint64_t sieved;        /* threads that have had one, inherited ones included; at least */
	const char
		*trouble; /* the first thing that should not have happened; NULL: there is none */
};

/* What it points to lives as long as the tracer, or until more happens. */
struct tracer_figures tracer_figures(const struct tracer *tracer);

/* Can it be told who makes a call? Not where /proc shows another PID namespace, or is not there. */
bool tracer_can_tell_who(void);

#endif

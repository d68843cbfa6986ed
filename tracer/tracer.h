/*
 * Follows a workload: every thread and child, from the first instruction of the program to the
 * end of the last process. It prints nothing; what it learns goes to callbacks.
 */
#ifndef TRACER_TRACER_H
#define TRACER_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "decide.h"
#include "err.h"
#include "gap.h"
#include "kernel.h"
#include "observation.h"
#include "program.h"
#include "suspend.h"
#include "sysset.h"
#include "task.h"
#include "watch.h"

struct tracer_events {
	/* The program is in place and about to run. Called first, and not when it can't run. */
	void (*started)(void *data);

	/*
	 * Something new; called once for each call, when it returns, when its thread ends, or when
	 * it has not returned after a tenth of a second.
	 */
	void (*observed)(void *data, const struct observation *o);

	/* A reason why the run may be incomplete. `detail` is for people and may hold any bytes. */
	void (*gap)(void *data, double t, enum gap_kind kind, const char *detail);

	/* The main process has ended, others have not. Called once at most. */
	void (*outlived)(void *data, const struct tasks *tasks);

	/* Called about every `tick_ms` when that is set. */
	void (*tick)(void *data, const struct tasks *tasks);
};

enum ending {
	ENDING_NOT,  /* follow everything until it ends by itself */
	ENDING_TERM, /* what is left got SIGTERM, and has until `kill_at` */
	ENDING_KILL, /* what is left gets SIGKILL */
};

/* A status that was received and not yet looked at. */
struct queued {
	pid_t tid;
	int status;
};

struct tracer {
	struct kernel *kernel;
	const struct tracer_events *events;
	void *data; /* for the callbacks */

	bool stop_with_main;
	bool after_filter;    /* learn only from threads on which the workload has put a filter */
	unsigned int tick_ms; /* 0: no regular tick */

	bool sieve;       /* install sieves; set it before tracer_spawn() */
	bool privileged;  /* set-user-ID programs keep their privileges under this tracer */
	long own_filters; /* seccomp filters on this process, which the workload has too */
	struct tuning tuning;
	struct decide_run run;
	struct programs programs;
	uint64_t sieves; /* that were installed */
	uint64_t sieved; /* threads that have had one, inherited ones included; at least */

	struct tasks tasks;
	struct sysset learnt;
	struct watch watch;

	pid_t main_pid;
	int error_pipe;   /* the child's errno when it can't execute the program; -1 later */
	bool filtered;    /* this process is under a seccomp filter, and so is the workload */
	bool unsupported; /* this kernel can't tell what a syscall stop is */
	bool started;     /* the program runs: before, it is our own code */
	bool main_ended;
	int main_status; /* a wait status, once main_ended */

	double start;    /* on the kernel's clock */
	double last_new; /* seconds since start */
	double end;
	uint64_t stops;
	struct queued *queue; /* statuses that wait for their turn; tid 0: not any more */
	size_t n_queue, cap_queue, next_queued;
	unsigned int at_once; /* reports in a row that were there when they were asked for */
	double last_stop;     /* on the kernel's clock */
	double pace;          /* seconds between stops, averaged over the last few */

	struct suspend suspend;
	bool has_strangers;    /* this process has children that are not the workload's */
	double strangers_only; /* when the last known task had gone; 0: there are some */
	enum ending ending;
	bool ended_some; /* a process has died of the SIGTERM that it got for that */
	double kill_at;
	unsigned int ticking; /* what the timer is set to, in ms */
	bool ticked;          /* since it was set */
	bool unanswered;      /* some thread was not let go on: see answer() */
	struct err trouble;   /* the first thing that should not have happened, if any */
	struct err failure;   /* why the run can't go on, if so */
};

/* `kernel`, `events` and `data` must outlive it. Zero-initialised storage is enough. */
void tracer_init(struct tracer *t, struct kernel *kernel, const struct tracer_events *events,
		 void *data);

/*
 * Starts the program, found like execvp(3) does, and takes hold of it before its first
 * instruction. Signals that arrive from now on are passed on: see forward.h.
 */
int tracer_spawn(struct tracer *t, char *const argv[], struct err *err);

/*
 * Follows it to the end. 0: there is a main_status. -ENOENT and other errors of execve(2): the
 * program could not be executed, and exec_failed is set. On any other error the workload is gone.
 */
int tracer_run(struct tracer *t, bool *exec_failed, struct err *err);

/* Ends what is left: SIGTERM now, SIGKILL two seconds later. */
void tracer_end_all(struct tracer *t);

void tracer_release(struct tracer *t);

/*
 * Waits for the next status of `tid`, and keeps all others for later: unlike waitpid(tid) this
 * reaps siblings that have died, without which an exec in the same process would never get on.
 * 0, or a negative errno.
 */
int tracer_wait_for(struct tracer *t, pid_t tid, int *status);

/* Puts a status at the end of those that are kept for later. */
void tracer_queue(struct tracer *t, pid_t tid, int status);

/* Seconds since the start. */
double tracer_time(const struct tracer *t);

/* Remembers the first thing that should not have happened; the run goes on. */
void tracer_trouble(struct tracer *t, int error, const char *what, pid_t tid);

/* The same for what a thread can't go on without: the run ends, and the workload is killed. */
void tracer_fail(struct tracer *t, int error, const char *what, pid_t tid);

#endif

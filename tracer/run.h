/*
 * The state of a run: what was asked for, who is followed, what was learnt, and how it goes on. All other
 * modules of the tracer work on it; it knows none of them.
 */
#ifndef TRACER_RUN_H
#define TRACER_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "habits.h"
#include "kernel.h"
#include "observer.h"
#include "poll.h"
#include "program.h"
#include "sysset.h"
#include "task.h"
#include "tracer_options.h"
#include "watch.h"

/* What this process is, and the workload with it. */
struct host {
	bool privileged;    /* set-user-ID programs keep their privileges under this tracer */
	bool filtered;      /* it is under a seccomp filter, and so is the workload */
	bool has_strangers; /* it has children that are not the workload's */
	bool unsupported;   /* this kernel can't tell what a syscall stop is */
	bool lets_go;       /* processes can be let go: listener.h, guardian.h */
	long filters;       /* seccomp filters on it, which the workload has too */
};

struct main_process {
	pid_t pid;
	int error_pipe; /* the child's errno when it can't execute the program; -1 later */
	bool started;   /* the program runs: before, it is our own code */
	bool ended;
	int status; /* a wait status, once `ended` */
};

/* What was learnt, and what helps to learn. */
struct knowledge {
	struct sysset calls;
	size_t known;             /* of these, those that this run did not learn: tracer_know() */
	size_t known_of[ABI_MAX]; /* of these, those of each entry of abi_table */
	struct watch watch;
	struct programs programs;
	unsigned int gaps; /* as struct program has them, where no program is known */
	struct run_habits habits;
	double last_new; /* when the last call was learnt; seconds since the start */
	uint64_t sieves; /* that were installed */
	uint64_t sieved; /* threads that have had one, inherited ones included; at least */
	uint64_t let_go; /* threads that were detached */
	uint64_t notifications;
	bool took_privileges; /* some process has no_new_privs from us */
};

/* How quickly stops come. */
struct pacing {
	uint64_t stops;
	unsigned int at_once; /* reports in a row that were there when they were asked for */
	unsigned int unheard; /* reports in a row since the listeners were asked */
	double last_stop;     /* on the kernel's clock */
	double pace;          /* seconds between stops, averaged over the last few */
	struct poll poll;
};

/* A status that was received and not yet looked at. */
struct queued {
	pid_t tid; /* 0: not any more */
	int status;
};

/* Statuses that wait for their turn. */
struct queue {
	struct queued *items;
	size_t n, cap, next;
};

/* The main process as a job: suspend.h. */
struct suspension {
	int sig;           /* the main process is stopped by it; 0: it is not stopped */
	bool settled;      /* nothing is to be done until something changes */
	double asked_at;   /* when the last one was; in seconds since the start */
	bool asked;        /* a stop was asked for at the terminal, or by somebody of our group */
	double due;        /* when it is to be decided; in seconds since the start */
	double went_on_at; /* when the main process was continued last */
	double continue_at; /* when the main process is to be continued if it still stands; 0: never */
};

/* How what is left is brought to its end, and the run with it. */
struct ending {
	enum {
		ENDING_NOT,  /* follow everything until it ends by itself */
		ENDING_TERM, /* what is left got SIGTERM, and has until `kill_at` */
		ENDING_KILL, /* what is left gets SIGKILL */
	} stage;
	double kill_at;
	bool ended_some;       /* a process has died of the SIGTERM that it got for that */
	double strangers_only; /* when the last known task had gone; 0: there are some */
};

/* How many processes there are that were let go, as far as was looked at. */
struct untraced {
	size_t n;
	double at; /* when that was; seconds since the start */
};

struct timer {
	unsigned int ms; /* what it is set to */
	bool ticked;     /* since it was set */
};

struct run {
	struct kernel *kernel;
	const struct observer *observer;
	void *data;                    /* for the observer */
	struct tracer_options request; /* its `sieve` says later whether it can be done */
	struct host host;
	double start; /* on the kernel's clock */
	double end;   /* seconds since then */

	struct main_process main;
	struct tasks tasks;
	struct knowledge learnt;

	struct pacing pacing;
	size_t listeners; /* that are open */
	struct untraced untraced;
	pid_t injected; /* makes calls for us, which are not the workload's; 0: nobody */
	struct queue queue;
	struct suspension suspension;
	struct ending ending;
	struct timer timer;
	bool unanswered;    /* some thread was not let go on: due.h */
	struct err trouble; /* the first thing that should not have happened, if any */
	struct err failure; /* why the run can't go on, if so */
};

/* `kernel`, `observer` and `data` must outlive it. Zero-initialised storage is enough. */
void run_init(struct run *run, struct kernel *kernel, const struct observer *observer, void *data);

void run_release(struct run *run);

/* Seconds since the start. */
double run_time(const struct run *run);

/* Remembers the first thing that should not have happened; the run goes on. */
void run_note_trouble(struct run *run, int error, const char *what, pid_t tid);

/* The same for what a thread can't go on without: the run ends, and the workload is killed. */
void run_fail(struct run *run, int error, const char *what, pid_t tid);

bool run_has_failed(const struct run *run);

/* Moves a thread to the phase after an event, by the table of phase.h; the only way to do that. */
void run_enter_phase(struct run *run, struct task *task, enum phase_event event);

/* The same of what is known of a process's sieve. */
void run_enter_sieve_state(struct run *run, struct process *process, enum sieve_event event);

/* Tells the observer of a gap, now. */
void run_tell_gap(struct run *run, enum gap_kind kind, const char *detail);

/* Tells it that others outlive the main process, if any do; and how far the run has come. */
void run_tell_outlived(struct run *run);
void run_tell_progress(struct run *run);

/* Sends a signal to each process of the workload, also to those that were let go. */
void run_signal_all(struct run *run, int sig);

#endif

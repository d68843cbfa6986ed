/*
 * The live threads of the workload and the processes they belong to. A thread is dropped the
 * moment its death is reported: its number may be given to another one right away. What has
 * ended leaves nothing behind but counts.
 */
#ifndef TRACER_TASK_H
#define TRACER_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "habits.h"
#include "hash.h"
#include "observation.h"
#include "phase.h"
#include "watch.h"

enum init { INIT_UNKNOWN, INIT_NO, INIT_YES };

/* The sieve of a process, and what stands against it. */
struct sieving {
	enum sieve_state state; /* changed by run_enter_sieve_state() only */
	bool own_filter; /* the process has loaded a seccomp filter itself, or its parent had */
	bool set_no_new_privs; /* by us, in it or in a parent */
	unsigned int signals;  /* that may have come to a handler, and were seen */
	unsigned int refusals; /* attempts to give it one that came to nothing, one after another */
	uint64_t next_attempt; /* not before so many stops of the run */
};

struct process {
	pid_t tgid;
	size_t n_tasks;     /* when 0, it is freed */
	char *exe;          /* the file it executes, once it was asked for; owned */
	int stopped;        /* by this signal, as a whole or about to be; 0: it runs */
	unsigned int gaps;  /* as struct program has them, where the program is not known */
	bool has_parent;    /* its parent's event has been seen */
	bool shares_memory; /* with its parent, until it executes a program */
	enum init init;     /* is it the first process of a PID namespace? */
	int memory;         /* a descriptor for it: memory.h; 0: none */
	struct sieving sieve;
	struct process_habits habits;
	UT_hash_handle hh;
};

/*
 * The call that a thread has made last, kept only where arch_forgets_calls(): again.h. After calls that
 * a sieve has let pass it is not known.
 */
struct last_call {
	const struct abi *abi; /* NULL: not known */
	int32_t nr;
	bool rewound; /* we have set the thread back to before it, and it is not made again yet */
	uint64_t first_argument;
	uint64_t ip; /* the instruction pointer in it */
};

/* What the last call of a thread has to do with children. */
struct births {
	bool reported;       /* a child was, since the call began */
	bool shares_memory;  /* a process made by it shares its memory */
	uint64_t clone_args; /* where CLONE_UNTRACED is to be put back; 0: nowhere */
};

/* What a lost injection has left in a thread, or would leave if it were lost now. */
struct stray {
	uint64_t page; /* in its memory; 0: none */
	int listener;  /* one more than the number of a descriptor; 0: none */
};

struct task {
	pid_t tid;
	struct process *process;     /* NULL: not known (yet) */
	enum phase phase;            /* changed by run_enter_phase() only */
	enum watched awaits;         /* what its call is, if the result matters: watch.h */
	struct observation *pending; /* learnt at entry, waits for the result; owned */

	bool runs_free;                /* was let run past calls that the sieve lets pass */
	bool interrupted;              /* a stop that we have caused is on its way */
	enum sieve_state when_resumed; /* a child made since then has the same sieve */
	double unanswered; /* since when it stands; seconds on the clock, 0: it does not */

	bool filtered;   /* a seccomp filter of the workload's own is on it */
	bool dispatches; /* its system calls raise SIGSYS: PR_SET_SYSCALL_USER_DISPATCH */
	struct stray stray;
	bool exit_kill; /* it dies when we do */
	struct births births;
	struct last_call last_call;
	UT_hash_handle hh;
};

struct tasks {
	struct task *by_tid;
	struct process *by_tgid;
	size_t n_pending;        /* tasks with an observation that waits for its result */
	uint64_t seen_tasks;     /* since the start */
	uint64_t seen_processes; /* since the start */
};

/* NULL when unknown. */
struct task *tasks_find(const struct tasks *tasks, pid_t tid);

/* A thread of the process `tgid`, or of an unknown one when tgid <= 0. */
struct task *tasks_add(struct tasks *tasks, pid_t tid, pid_t tgid);

/* Says to which process a thread belongs; without effect when that is known. */
void tasks_set_process(struct tasks *tasks, struct task *task, pid_t tgid);

/* Frees it, and its process with the last thread. An observation that waits is freed too. */
void tasks_remove(struct tasks *tasks, struct task *task);

/*
 * At an exec, the thread that was `old_tid` is from now on called `tid` and is the only one of
 * its process. Neither the old number nor the old leader of that number ever reports a death:
 * entries that exec has made void are removed here. `gone` is called for each before it goes.
 * Returns the task that lives on.
 */
struct task *tasks_exec(struct tasks *tasks, pid_t old_tid, pid_t tid,
			void (*gone)(void *data, struct task *task), void *data);

/*
 * The process `tgid` has ended as a whole: removes what is still known of its threads. A thread
 * that was killed inside execve had taken over the leader's number, and reports no death of its
 * own. `gone` as above.
 */
void tasks_end_process(struct tasks *tasks, pid_t tgid, void (*gone)(void *data, struct task *task),
		       void *data);

size_t tasks_count(const struct tasks *tasks);
size_t tasks_process_count(const struct tasks *tasks);

/* Frees everything. */
void tasks_release(struct tasks *tasks);

/* Has its process a sieve that traces, as far as is known? */
static inline bool task_is_sieved(const struct task *task)
{
	return task->process != NULL && task->process->sieve.state == SIEVED;
}

/* Is there anything that a lost injection has left in it? */
static inline bool task_has_stray(const struct task *task)
{
	return task->stray.page != 0 || task->stray.listener != 0;
}

/* Does anybody wait for the result of its call? */
bool task_awaits_result(const struct task *task);

/* It has another memory from now on, or none: closes what memory_keep() has opened. */
void process_close_memory(struct process *process);

void observation_free(struct observation *o);

#endif

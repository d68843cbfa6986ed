/*
 * A kernel made of paper: struct kernel played from a table of lines. Each line is what wait()
 * reports next, what the other functions answer for that thread, and everything that the tracer
 * must do about it, as text, until it waits again:
 *
 *	"syscall 10"            resumed with PTRACE_SYSCALL; also "cont 10", "listen 10"
 *	"syscall 10 sig 15"     the same with a signal
 *	"kill 11 15"            signal 15 sent to 11
 *	"registers 10"          its registers set
 *	"refused 10"            the call that it was about to make is not made
 *	"restart 10"            its call, broken off with EINTR, given a result that the kernel restarts
 *	"rewind 10 with 7"      it is set back to before that call, with the first argument
 *	"eintr 10"              that is taken back
 *	"call 10 9 prot 1"      ... so that it makes call 9 next; of mmap with the protection
 *	"call 10 317 listens"   ... of seccomp with a listener; "exec passes": no exec waits there
 *	"interrupt 10"          a stop of it asked for
 *	"mask 10", "unmask 10"  all its signals blocked, the old mask put back
 *	"write 10", "detach 10" its memory written, no longer traced; also "detach 10 sig 15"
 *	"bind 10", "unbind 10"  it dies with this process, or does not any more
 *	"guard"                 made ready for letting processes go
 *	"take 10 3"             its descriptor 3, a listener, taken over: LISTENER(3)
 *	"answer 10"             its call, which waited at a listener, goes on
 *	"close 103"             a listener closed
 *	"suspend 20"            this process stops as by signal 20
 *	"started", "outlived 2", "tick 2"  callbacks, with the number of live tasks
 *	"observed x86_64:39 by 10/11 = 5"  pid/tid, and the result if there is one
 *	"gap KIND: DETAIL"
 *
 * in that order of time, joined by "; ". Anything else fails the test, with the source line.
 *
 * After that run each script is played again, once for every question asked of the kernel, with
 * that question answered by "no such thread" and the process of the thread killed; and once
 * without /proc. What must hold then, and in every other run, is in script_check_run(),
 * script_check_answer() and the ledger.
 */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include <linux/audit.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "run.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* The main process of every script. */
#define MAIN 10

enum line_kind {
	LINE_STATUS,
	LINE_BORN,    /* a thread exists from here on; wait() is not told */
	LINE_DIED,    /* one that is not traced is gone; wait() is not told */
	LINE_GOES_ON, /* a process that is not traced was continued; wait() is not told */
	LINE_TICK,    /* wait() is interrupted, or poll() is */
	LINE_CALL,    /* a call waits at a listener */
	LINE_HANG_UP, /* nobody is left who could make one there */
};

struct line {
	enum line_kind kind;
	int where; /* source line */
	pid_t tid, tgid;
	int status;
	double after; /* seconds that pass before it */
	syscall_info info;
	int info_error;
	unsigned long message;
	uint64_t memory; /* what read_memory() gives, when `has_memory` */
	bool has_memory;
	int memory_error; /* it fails with this */
	bool later;       /* it is answered only when another thread's injection is over */
	bool no_call;     /* there is no system call instruction before its next one */
	bool broken_off;  /* its registers say: EINTR from the call below */
	bool rewound;     /* ... or: about to make it */
	int32_t call_nr;
	uint64_t call_args[6];
	bool changed;        /* last_filter() says something else than what was loaded */
	int filters;         /* filter_count(); negative: this error */
	int siginfo_code;    /* signal_info() says this in si_code */
	pid_t siginfo_pid;   /* ... and this in si_pid */
	bool is_init;        /* its process is the first one of a PID namespace */
	bool handles;        /* ... and has a handler for every signal */
	bool handles_hidden; /* ... or it can't be found out whether it has */
	int resume_error;    /* resume() fails with this */
	uint64_t program;    /* inode of what an exec executes; 0: of a file of its own */
	const char *dropped; /* privileges_dropped() says this */
	bool job;            /* a stop of a process that is not traced, as a shell hears of it */
	bool untraced;       /* who is born is not traced */
	int listener;      /* in the thread that has loaded the filter; it is LISTENER(this) here */
	int poll_error;    /* poll() fails with this instead */
	int receive_error; /* receive() does: the call waits no more */
	int answer_error;  /* answer() does */
	bool replaced;     /* is_waiting() is false, and it is received all the same */
	const char *then;
};

#define STATUS(tid_, status_, then_, ...)                                                   \
	{                                                                                   \
		.kind = LINE_STATUS, .where = __LINE__, .tid = (tid_), .status = (status_), \
		.then = (then_), __VA_ARGS__                                                \
	}
#define STOPPED(sig_, event_) \
	((int)((unsigned int)(event_) << 16 | (unsigned int)(sig_) << 8 | 0x7f))

#define EXITED(tid_, code, then_) STATUS(tid_, (code) << 8, then_)
#define KILLED(tid_, sig, then_) STATUS(tid_, (sig), then_)
#define SIGNALLED(tid_, sig, then_) STATUS(tid_, STOPPED(sig, 0), then_)
#define EVENT(tid_, event, sig, then_, ...) STATUS(tid_, STOPPED(sig, event), then_, __VA_ARGS__)
#define ATTACHED(tid_, then_) EVENT(tid_, PTRACE_EVENT_STOP, SIGTRAP, then_)
#define ATTACHED_WITH(tid_, then_, ...) EVENT(tid_, PTRACE_EVENT_STOP, SIGTRAP, then_, __VA_ARGS__)
#define GROUP_STOP(tid_, sig, then_) EVENT(tid_, PTRACE_EVENT_STOP, sig, then_)
#define FORKED(tid_, child, then_) \
	EVENT(tid_, PTRACE_EVENT_FORK, SIGTRAP, then_, .message = (child))
#define CLONED(tid_, child, then_) \
	EVENT(tid_, PTRACE_EVENT_CLONE, SIGTRAP, then_, .message = (child))
#define EXECED(tid_, old, then_, ...) \
	EVENT(tid_, PTRACE_EVENT_EXEC, SIGTRAP, then_, .message = (old), __VA_ARGS__)
#define SYSCALL_STOP(tid_, then_, ...) STATUS(tid_, STOPPED(SIGTRAP | 0x80, 0), then_, __VA_ARGS__)
#define ENTER_ON(arch_, tid_, nr_, then_, ...)                                                \
	SYSCALL_STOP(tid_, then_, .info.op = PTRACE_SYSCALL_INFO_ENTRY, .info.arch = (arch_), \
		     .info.entry.nr = (uint64_t)(nr_), __VA_ARGS__)
#define ENTER(tid_, nr_, then_, ...) ENTER_ON(AUDIT_ARCH_X86_64, tid_, nr_, then_, __VA_ARGS__)
#define LEAVE(tid_, result, then_, ...)                                          \
	SYSCALL_STOP(tid_, then_, .info.op = PTRACE_SYSCALL_INFO_EXIT,           \
		     .info.arch = AUDIT_ARCH_X86_64, .info.exit.rval = (result), \
		     .info.exit.is_error = (result) < 0 && (result) >= -4095, __VA_ARGS__)
/* A filter says TRACE; `data` comes with it. */
#define FILTERED(tid_, nr_, data, then_, ...)                                                     \
	EVENT(tid_, PTRACE_EVENT_SECCOMP, SIGTRAP, then_, .info.op = PTRACE_SYSCALL_INFO_SECCOMP, \
	      .info.arch = AUDIT_ARCH_X86_64, .info.seccomp.nr = (nr_),                           \
	      .info.seccomp.ret_data = (data), __VA_ARGS__)
#define BORN(tid_, tgid_)                                                            \
	{                                                                            \
		.kind = LINE_BORN, .where = __LINE__, .tid = (tid_), .tgid = (tgid_) \
	}
/* One that is not traced: nobody tells of its birth, nor of its end. */
#define LOOSE(tid_, tgid_)                                                            \
	{                                                                             \
		.kind = LINE_BORN, .where = __LINE__, .tid = (tid_), .tgid = (tgid_), \
		.untraced = true                                                      \
	}
#define DIED(tid_)                                                  \
	{                                                           \
		.kind = LINE_DIED, .where = __LINE__, .tid = (tid_) \
	}
#define GOES_ON(tid_)                                                  \
	{                                                              \
		.kind = LINE_GOES_ON, .where = __LINE__, .tid = (tid_) \
	}
#define JOB_STOPPED(tid_, sig_, then_) STATUS(tid_, STOPPED(sig_, 0), then_, .job = true)

/* A listener's descriptor in this process, by that in the thread that has loaded the filter. */
#define LISTENER(fd) (100 + (fd))

#define NOTIFIED_ON(arch_, fd_, tid_, nr_, then_, ...)                                   \
	{                                                                                \
		.kind = LINE_CALL, .where = __LINE__, .tid = (tid_), .listener = (fd_),  \
		.info.arch = (arch_), .info.entry.nr = (uint64_t)(nr_), .then = (then_), \
		__VA_ARGS__                                                              \
	}
#define NOTIFIED(fd_, tid_, nr_, then_, ...) \
	NOTIFIED_ON(AUDIT_ARCH_X86_64, fd_, tid_, nr_, then_, __VA_ARGS__)
#define HANG_UP(fd_, then_)                                                                 \
	{                                                                                   \
		.kind = LINE_HANG_UP, .where = __LINE__, .listener = (fd_), .then = (then_) \
	}
#define TICK(after_, then_)                                                              \
	{                                                                                \
		.kind = LINE_TICK, .where = __LINE__, .after = (after_), .then = (then_) \
	}

/* The program is in place and execve returns. */
#define START \
	BORN(MAIN, MAIN), EXECED(MAIN, MAIN, "started; syscall 10"), LEAVE(MAIN, 0, "syscall 10")

struct scenario {
	const struct line *lines;
	size_t n;
	/* settings */
	bool stop_with_main, filtered, strangers;
	bool sieve; /* one as early as there can be */
	bool lets_go;
	int guard_error, listen_error, take_error; /* guard(), can_listen(), take_listener() fail */
	uint64_t caught;                           /* what caught() says of every process */
	bool caught_hidden;                        /* ... or it fails */
	bool attachable;                           /* nobody else traces who is let go */
	bool privileged;
	bool needs_proc; /* it would go on otherwise without */
	unsigned int tick_ms;
	int exec_errno; /* what the child left in the pipe */
	/* what must be true at the end */
	uint64_t tasks, processes; /* seen since the start */
	int status;                /* of the main process */
	int result;                /* of follow() */
	const char *trouble;       /* that is noted; NULL: none, as should be */
	const char *error;         /* its message, when result < 0 and exec did not fail */
};

/* Plays it, and all its variations. Use PLAY(lines, .tasks = 2, ...). */
void script_play(const struct scenario *scenario);
#define PLAY(lines_, ...)                     \
	script_play(&(const struct scenario){ \
		.lines = (lines_), .n = sizeof(lines_) / sizeof((lines_)[0]), __VA_ARGS__})

/* Are the tables and counts of the run in agreement? Returns what is wrong, or NULL. */
const char *script_check_run(const struct run *run);

/* May a stop with this wait status be answered so? Returns what is wrong, or NULL. */
const char *script_check_answer(int status, enum resume how, int sig);

/* Every call that was entered must be observed, once, and nothing else. */
struct ledger {
	struct {
		const struct abi *abi;
		int32_t nr;
		bool observed;
	} calls[4096];
	size_t n;
};

/* What the kernel answered about a stop, and whether the program runs already. */
void ledger_asked(struct ledger *ledger, int status, bool started, const syscall_info *info);

/* A call of the workload's that waited at a listener was received. */
void ledger_received(struct ledger *ledger, const struct notification *n);

/* These return what is wrong, or NULL. */
const char *ledger_observed(struct ledger *ledger, const struct observation *o);
const char *ledger_check(const struct ledger *ledger);

#endif

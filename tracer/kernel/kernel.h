/*
 * Everything the tracer asks of the kernel, as a table of functions: the state machine above it
 * can be driven through any sequence of events by a test. kernel.c,
 * tracee_memory.c and registers.c are the only files of the tracer that call ptrace, waitpid and
 * process_vm_*.
 *
 * All functions return 0 or a negative errno. -ESRCH from any of them means "that thread is not
 * stopped any more": it was killed behind our back, and waitpid will tell.
 */
#ifndef TRACER_KERNEL_H
#define TRACER_KERNEL_H

#include <linux/filter.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>

#include "arch.h"
#include "exec_file.h"
#include "listener.h"
#include "observation.h"

enum resume {
	RESUME_NONE,    /* leave it: it is gone, or already running */
	RESUME_SYSCALL, /* run to the next entry or exit of a call */
	RESUME_CONT,    /* run to the next event */
	RESUME_LISTEN,  /* stay stopped, but hear of SIGCONT */
	RESUME_DETACH,  /* run, and be traced no more */
};

typedef struct __ptrace_syscall_info syscall_info;

/* A program: its file, and the way in which it is called. */
struct program_id {
	uint64_t device, inode;
	uint64_t way; /* 0: whichever */
};

struct kernel {
	/*
	 * As waitpid(pid, status, flags | __WALL | WUNTRACED): the tid, 0 with WNOHANG, or -errno. A child
	 * that is not traced any more reports its stops as well. That one was continued it does not: a tracer
	 * that is told so of who it traces takes that away from the parent.
	 */
	pid_t (*wait)(struct kernel *k, pid_t pid, int *status, int flags);

	/* PTRACE_GET_SYSCALL_INFO. -EIO: Linux is older than 5.3. */
	int (*syscall_info)(struct kernel *k, pid_t tid, syscall_info *info);

	/* PTRACE_GETEVENTMSG. */
	int (*event_message)(struct kernel *k, pid_t tid, unsigned long *message);

	/* `how` is not RESUME_NONE. */
	int (*resume)(struct kernel *k, pid_t tid, enum resume how, int sig);

	/* PTRACE_INTERRUPT: a running thread soon reports a stop, before it makes another call. */
	int (*interrupt)(struct kernel *k, pid_t tid);

	/*
	 * Reads exactly `len` bytes of the thread's memory. -EFAULT: there is no such memory. Any other
	 * error but -ESRCH: it is closed to us, because the process has made itself not dumpable.
	 */
	int (*read_memory)(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len);

	/* The same in the other direction; pages that the thread can't write to itself are written too. */
	int (*write_memory)(struct kernel *k, pid_t tid, uint64_t address, const void *data,
			    size_t len);

	/*
	 * A descriptor for the thread's memory, which the caller closes: with it that stays open to us,
	 * whatever the process does, until it executes another program. Or -errno.
	 */
	int (*open_memory)(struct kernel *k, pid_t tid);

	/* As read_memory and write_memory, through such a descriptor. */
	int (*read_opened)(struct kernel *k, int fd, uint64_t address, void *data, size_t len);
	int (*write_opened)(struct kernel *k, int fd, uint64_t address, const void *data,
			    size_t len);

	/* PTRACE_GETSIGINFO: of the signal that a thread is about to get. */
	int (*signal_info)(struct kernel *k, pid_t tid, siginfo_t *info);

	/* Is its process the init of a PID namespace? 1, 0, or -errno. */
	int (*is_init)(struct kernel *k, pid_t tid);

	/* Has its process a handler for a signal? 1, 0, or -errno. */
	int (*handles)(struct kernel *k, pid_t tid, int sig);

	/* The signals that its process catches, a bit each, or -errno. */
	int (*caught)(struct kernel *k, pid_t tid, uint64_t *signals);

	/* PTRACE_SEIZE, with the options of everybody. -EPERM: somebody else traces it. */
	int (*attach)(struct kernel *k, pid_t tid);

	/* The threads of a process: `*tids`, owned by the caller, and their number. */
	size_t (*threads)(struct kernel *k, pid_t pid, pid_t **tids);

	/* PTRACE_DETACH, with a signal or 0: from now on it is not traced. */
	int (*detach)(struct kernel *k, pid_t tid, int sig);

	/* Is it to die when this process dies? It and who it makes from then on; it must stand. */
	int (*exit_kill)(struct kernel *k, pid_t tid, bool on);

	/*
	 * Gets ready for letting processes go: see guardian.h and descendants.h. 0 or -errno. Called again
	 * without need, nothing happens.
	 */
	int (*guard)(struct kernel *k);

	/* A thread makes calls for us from now on (inject.h); 0: no more. */
	void (*injecting)(struct kernel *k, pid_t tid);

	/* As the functions of listener.h of these names. */
	int (*can_listen)(struct kernel *k, pid_t tgid);
	int (*take_listener)(struct kernel *k, pid_t tid, pid_t tgid, int fd);
	void (*close_listener)(struct kernel *k, int listener);
	int (*receive)(struct kernel *k, int listener, struct notification *n);
	int (*answer)(struct kernel *k, int listener, uint64_t id);
	bool (*is_waiting)(struct kernel *k, int listener, uint64_t id);

	/*
	 * Has a listener anything for us? An enum listener_news, of `*listener`, or -errno (-EINTR: as of
	 * wait()). With `sleep`, waits until there is: LISTENER_QUIET then says that wait() may have something.
	 */
	int (*poll)(struct kernel *k, bool sleep, int *listener);

	/* As descendants_list(). */
	size_t (*let_go)(struct kernel *k, long filters, pid_t **pids);

	/* Is a process that is not traced stopped as a whole? */
	bool (*is_stopped)(struct kernel *k, pid_t pid);

	/* All general registers. Fails for a program whose registers have another shape. */
	int (*get_registers)(struct kernel *k, pid_t tid, arch_registers *regs);
	int (*set_registers)(struct kernel *k, pid_t tid, const arch_registers *regs);

	/*
	 * At a seccomp stop: the call is not made, and fails with ENOSYS. -EOPNOTSUPP where that
	 * can't be brought about.
	 */
	int (*refuse_call)(struct kernel *k, pid_t tid);

	/* The blocked signals, a bit each as the kernel has them. */
	int (*get_signal_mask)(struct kernel *k, pid_t tid, uint64_t *mask);
	int (*set_signal_mask)(struct kernel *k, pid_t tid, uint64_t mask);

	/* Is `tid` a living thread of the process `tgid`? With tgid == tid: is it a process? */
	bool (*in_process)(struct kernel *k, pid_t tgid, pid_t tid);

	/* The process of a thread, or -errno; slower than in_process. */
	pid_t (*process_of)(struct kernel *k, pid_t tid);

	/*
	 * Fills those of exe, comm and at of an observation that are NULL; one that can't be found
	 * out stays so, and so does `at` for an `ip` of 0.
	 */
	void (*describe)(struct kernel *k, pid_t tid, uint64_t ip, struct observation *o);

	/* The name of a thread, any bytes, or NULL. The caller frees it. */
	char *(*name)(struct kernel *k, pid_t tid);

	/*
	 * The number of seccomp filters on a thread; -ENODATA when this kernel (before 5.9) does
	 * not tell, any other error when it could not be found out.
	 */
	long (*filter_count)(struct kernel *k, pid_t tid);

	/* Is the thread in the same user namespace as this process? */
	bool (*same_user_namespace)(struct kernel *k, pid_t tid);

	/* What identifies the file of the program that a thread executes, called in whichever way. */
	int (*program)(struct kernel *k, pid_t tid, struct program_id *id);

	/* In which way it was called: other ones have other numbers. 0: not known. */
	uint64_t (*way)(struct kernel *k, pid_t tid);

	/*
	 * At an exec: has the program's file privileges (set-user-ID, set-group-ID, capabilities)
	 * that this process was refused because it is traced? Says which in `what`, which the
	 * caller frees. `our_doing`: its no_new_privs was set by us.
	 */
	bool (*privileges_dropped)(struct kernel *k, pid_t tid, bool our_doing, char **what);

	/*
	 * The same of a thread that waits at a listener to execute a program, before it does; see
	 * exec_file.h.
	 */
	bool (*exec_drops)(struct kernel *k, pid_t tid, bool at, const uint64_t args[6],
			   struct exec_refusal *refusal);

	/* Does the thread stand, for us to let it go on? Asked of /proc; false where that is not known. */
	bool (*stands)(struct kernel *k, pid_t tid);

	/*
	 * The seccomp filter that was loaded last, of at most `max` instructions. Their number, or
	 * -errno: only some kernels tell it, and only to a process with CAP_SYS_ADMIN.
	 */
	long (*last_filter)(struct kernel *k, pid_t tid, struct sock_filter *insns, size_t max);

	/* kill(2), to who is traced; with 0 it is asked whether wait() will tell of it. */
	int (*kill)(struct kernel *k, pid_t pid, int sig);

	/* Seconds on a clock that only goes forward. */
	double (*now)(struct kernel *k);

	/* Stops this process as a job of a shell, until it is continued: see job_stop(). */
	int (*suspend)(struct kernel *k, int sig, bool asked);

	/*
	 * From now on let wait() return -EINTR about every `ms` milliseconds, so that the loop
	 * can look at what is due; 0 turns it off. A tick that comes just before wait() is
	 * entered is lost, and the next one is not: that is why it repeats.
	 */
	void (*tick)(struct kernel *k, unsigned int ms);
};

/* The real one. Static storage; not to be freed. */
struct kernel *kernel_linux(void);

/* Has this process any children? */
bool kernel_has_children(void);

/*
 * Takes hold of a running thread with every option that following it needs; with `seccomp`, also
 * what a sieve needs; with `exit_kill` it dies when this process does. On failure the caller explains
 * it (see spawn.c).
 */
int kernel_seize(pid_t tid, bool seccomp, bool exit_kill);

#endif

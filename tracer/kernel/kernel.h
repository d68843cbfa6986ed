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
#include "observation.h"

enum resume {
	RESUME_NONE,    /* leave it: it is gone, or already running */
	RESUME_SYSCALL, /* run to the next entry or exit of a call */
	RESUME_CONT,    /* run to the next event */
	RESUME_LISTEN,  /* stay stopped, but hear of SIGCONT */
};

typedef struct __ptrace_syscall_info syscall_info;

/* A program's file. */
struct program_id {
	uint64_t device, inode;
};

struct kernel {
	/* As waitpid(pid, status, flags | __WALL): the tid, 0 with WNOHANG, or -errno. */
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

	/* PTRACE_DETACH, without a signal: from now on it is not traced. */
	int (*detach)(struct kernel *k, pid_t tid);

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

	/* What identifies the file of the program that a thread executes. */
	int (*program)(struct kernel *k, pid_t tid, struct program_id *id);

	/*
	 * At an exec: has the program's file privileges (set-user-ID, set-group-ID, capabilities)
	 * that this process was refused because it is traced? Says which in `what`, which the
	 * caller frees. `our_doing`: its no_new_privs was set by us.
	 */
	bool (*privileges_dropped)(struct kernel *k, pid_t tid, bool our_doing, char **what);

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
 * what a sieve needs. On failure the caller explains it (see spawn.c).
 */
int kernel_seize(pid_t tid, bool seccomp);

#endif

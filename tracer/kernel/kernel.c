#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guardian.h"
#include "job.h"
#include "letting_go.h"
#include "privileges.h"
#include "proc.h"
#include "registers.h"
#include "ticker.h"
#include "tracee.h"
#include "tracee_memory.h"

/*
 * All of them at SEIZE: children are born with the options of their parent, so there is no
 * moment at which one is missing. EXITKILL is for those alone who can't go on without us: a sieve that
 * traces refuses each call that is not learnt when nobody traces. TRACEEXIT is left out on purpose: it adds a
 * stop to every death and tells nothing that the wait status does not.
 */
#define SEIZE_OPTIONS                                                                             \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_TRACEEXEC)

static pid_t linux_wait(struct kernel *k, pid_t pid, int *status, int flags)
{
	(void)k;
	pid_t tid = waitpid(pid, status, flags | __WALL | WUNTRACED);
	return tid < 0 ? -errno : tid;
}

static int linux_syscall_info(struct kernel *k, pid_t tid, syscall_info *info)
{
	(void)k;
	long n = ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(*info), info);
	return n < 0 ? -errno : 0;
}

static int linux_event_message(struct kernel *k, pid_t tid, unsigned long *message)
{
	(void)k;
	return ptrace(PTRACE_GETEVENTMSG, tid, NULL, message) < 0 ? -errno : 0;
}

static int linux_caught(struct kernel *k, pid_t tid, uint64_t *signals)
{
	(void)k;
	return proc_set(tid, "SigCgt", signals);
}

/* A signal that was reported is gone unless it is passed on, also when we die just before that. */
static int restart(enum __ptrace_request request, pid_t tid, int sig)
{
	if (sig != 0)
		guardian_note_signal(tid, sig);
	int error;

	/* ptrace(2) knows no EINTR; a filter that notifies, of a tracer that records this one, does. */
	do
		error = ptrace(request, tid, NULL, (void *)(long)sig) < 0 ? errno : 0;
	while (error == EINTR);
	if (sig != 0)
		guardian_note_passed();
	return -error;
}

static int linux_resume(struct kernel *k, pid_t tid, enum resume how, int sig)
{
	(void)k;
	return restart(how == RESUME_SYSCALL ? PTRACE_SYSCALL
		       : how == RESUME_CONT  ? PTRACE_CONT
					     : PTRACE_LISTEN,
		       tid, sig);
}

static int linux_interrupt(struct kernel *k, pid_t tid)
{
	(void)k;
	return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0 ? -errno : 0;
}

static int linux_read_memory(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len)
{
	(void)k;
	return tracee_memory_access(tid, address, data, len, false);
}

static int linux_write_memory(struct kernel *k, pid_t tid, uint64_t address, const void *data,
			      size_t len)
{
	(void)k;
	return tracee_memory_access(tid, address, (void *)(uintptr_t)data, len, true);
}

static int linux_open_memory(struct kernel *k, pid_t tid)
{
	(void)k;
	int fd = open(proc_path(tid, "mem").s, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int linux_read_opened(struct kernel *k, int fd, uint64_t address, void *data, size_t len)
{
	(void)k;
	return tracee_memory_read_opened(fd, address, data, len);
}

static int linux_write_opened(struct kernel *k, int fd, uint64_t address, const void *data,
			      size_t len)
{
	(void)k;
	return tracee_memory_write_opened(fd, address, data, len);
}

static int linux_signal_info(struct kernel *k, pid_t tid, siginfo_t *info)
{
	(void)k;
	return ptrace(PTRACE_GETSIGINFO, tid, NULL, info) < 0 ? -errno : 0;
}

static int linux_is_init(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_is_init(tid);
}

static int linux_handles(struct kernel *k, pid_t tid, int sig)
{
	(void)k;
	return proc_handles(tid, sig);
}

static int linux_detach(struct kernel *k, pid_t tid, int sig)
{
	(void)k;
	return restart(PTRACE_DETACH, tid, sig);
}

static int linux_exit_kill(struct kernel *k, pid_t tid, bool on)
{
	(void)k;
	long options = SEIZE_OPTIONS | PTRACE_O_TRACESECCOMP | (on ? PTRACE_O_EXITKILL : 0);

	return ptrace(PTRACE_SETOPTIONS, tid, NULL, (void *)options) < 0 ? -errno : 0;
}

static int linux_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	(void)k;
	return registers_get(tid, regs);
}

static int linux_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	(void)k;
	return registers_set(tid, regs);
}

static int linux_refuse_call(struct kernel *k, pid_t tid)
{
	(void)k;
	return registers_refuse_call(tid);
}

/* Signal masks are 64 bits wide on every architecture but MIPS, which has no sieve. */
static int linux_get_signal_mask(struct kernel *k, pid_t tid, uint64_t *mask)
{
	(void)k;
	return ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof(*mask), mask) < 0 ? -errno : 0;
}

static int linux_set_signal_mask(struct kernel *k, pid_t tid, uint64_t mask)
{
	(void)k;
	return ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof(mask), &mask) < 0 ? -errno : 0;
}

/* Signal 0 is only a question; EPERM is its answer for a thread that is there. */
static bool linux_in_process(struct kernel *k, pid_t tgid, pid_t tid)
{
	(void)k;
	return syscall(SYS_tgkill, tgid, tid, 0) == 0 || errno == EPERM;
}

static pid_t linux_process_of(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_tgid(tid);
}

static void linux_describe(struct kernel *k, pid_t tid, uint64_t ip, struct observation *o)
{
	(void)k;
	if (o->exe == NULL)
		o->exe = proc_exe(tid);
	if (o->comm == NULL)
		o->comm = proc_comm(tid);
	if (o->at == NULL && ip != 0)
		o->at = proc_code_address(tid, ip);
}

static char *linux_name(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_comm(tid);
}

static long linux_filter_count(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_status_number(tid, "Seccomp_filters");
}

static bool linux_same_user_namespace(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_same_user_namespace(tid);
}

static int linux_program(struct kernel *k, pid_t tid, struct program_id *id)
{
	(void)k;
	return proc_program(tid, &id->device, &id->inode);
}

static uint64_t linux_way(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_way(tid);
}

static bool linux_privileges_dropped(struct kernel *k, pid_t tid, bool our_doing, char **what)
{
	(void)k;
	return privileges_dropped(tid, our_doing, what);
}

static bool linux_stands(struct kernel *k, pid_t tid)
{
	(void)k;
	return proc_is_stopped(tid);
}

static long linux_last_filter(struct kernel *k, pid_t tid, struct sock_filter *insns, size_t max)
{
	(void)k;
	long n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, NULL, NULL);
	if (n >= 0 && (size_t)n > max)
		return -EMSGSIZE;
	if (n >= 0)
		n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, NULL, insns);
	return n < 0 ? -errno : n;
}

/*
 * A child that lived and died between its parent's fork and the report of it leaves a number that a
 * stranger may have got since. Only what we trace gets a signal.
 */
static int linux_kill(struct kernel *k, pid_t pid, int sig)
{
	(void)k;
	if (sig == 0)
		return tracee_is_awaited(pid) ? 0 : -ESRCH;
	if (!tracee_is_ours(pid))
		return -ESRCH;
	return kill(pid, sig) < 0 ? -errno : 0;
}

static double linux_now(struct kernel *k)
{
	struct timespec ts;

	(void)k;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int linux_suspend(struct kernel *k, int sig, bool asked)
{
	(void)k;
	return job_stop(sig, asked);
}

static void linux_tick(struct kernel *k, unsigned int ms)
{
	(void)k;
	ticker_set(ms);
}

struct kernel *kernel_linux(void)
{
	static struct kernel kernel = {
		.wait = linux_wait,
		.syscall_info = linux_syscall_info,
		.event_message = linux_event_message,
		.resume = linux_resume,
		.interrupt = linux_interrupt,
		.read_memory = linux_read_memory,
		.write_memory = linux_write_memory,
		.open_memory = linux_open_memory,
		.read_opened = linux_read_opened,
		.write_opened = linux_write_opened,
		.signal_info = linux_signal_info,
		.is_init = linux_is_init,
		.handles = linux_handles,
		.caught = linux_caught,
		.detach = linux_detach,
		.exit_kill = linux_exit_kill,
		.get_registers = linux_get_registers,
		.set_registers = linux_set_registers,
		.refuse_call = linux_refuse_call,
		.get_signal_mask = linux_get_signal_mask,
		.set_signal_mask = linux_set_signal_mask,
		.in_process = linux_in_process,
		.process_of = linux_process_of,
		.describe = linux_describe,
		.name = linux_name,
		.filter_count = linux_filter_count,
		.same_user_namespace = linux_same_user_namespace,
		.program = linux_program,
		.way = linux_way,
		.privileges_dropped = linux_privileges_dropped,
		.stands = linux_stands,
		.last_filter = linux_last_filter,
		.kill = linux_kill,
		.now = linux_now,
		.suspend = linux_suspend,
		.tick = linux_tick,
	};
	letting_go_fill(&kernel);
	return &kernel;
}

bool kernel_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

int kernel_seize(pid_t tid, bool seccomp, bool exit_kill)
{
	long options = SEIZE_OPTIONS | (seccomp ? PTRACE_O_TRACESECCOMP : 0) |
		       (exit_kill ? PTRACE_O_EXITKILL : 0);

	return ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) < 0 ? -errno : 0;
}

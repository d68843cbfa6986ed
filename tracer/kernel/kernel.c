#include "kernel.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "job.h"
#include "privileges.h"
#include "proc.h"
#include "ticker.h"
#include "tracee.h"

/*
 * All of them at SEIZE: children are born with the options of their parent, so there is no
 * moment at which one is missing. EXITKILL: a thread that goes on without its tracer would make
 * calls that nobody sees. TRACEEXIT is left out on purpose: it adds a stop to every death and
 * tells nothing that the wait status does not.
 */
#define SEIZE_OPTIONS                                                                             \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

static pid_t linux_wait(struct kernel *k, pid_t pid, int *status, int flags)
{
	(void)k;
	pid_t tid = waitpid(pid, status, flags | __WALL);
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

static int linux_resume(struct kernel *k, pid_t tid, enum resume how, int sig)
{
	(void)k;
	void *data = (void *)(long)sig;
	long r = how == RESUME_SYSCALL ? ptrace(PTRACE_SYSCALL, tid, NULL, data)
		 : how == RESUME_CONT  ? ptrace(PTRACE_CONT, tid, NULL, data)
				       : ptrace(PTRACE_LISTEN, tid, NULL, NULL);
	return r < 0 ? -errno : 0;
}

static int linux_interrupt(struct kernel *k, pid_t tid)
{
	(void)k;
	return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0 ? -errno : 0;
}

typedef ssize_t copy_function(pid_t, const struct iovec *, unsigned long, const struct iovec *,
			      unsigned long, unsigned long);

static int copy_memory(copy_function *copy, pid_t tid, uint64_t address, void *data, size_t len)
{
	struct iovec local = {.iov_base = data, .iov_len = len};
	struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = len};
	ssize_t n = copy(tid, &local, 1, &remote, 1, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EFAULT;
}

/* A word that begins anywhere. */
static int peek(pid_t tid, uint64_t address, long *word)
{
	errno = 0;
	*word = ptrace(PTRACE_PEEKDATA, tid, (void *)(uintptr_t)address, NULL);
	return -errno;
}

/* In words, of which the last one is filled up with what stands there. */
static int transfer_words(pid_t tid, uint64_t address, unsigned char *data, size_t len, bool write)
{
	for (size_t i = 0; i < len; i += sizeof(long)) {
		size_t part = len - i < sizeof(long) ? len - i : sizeof(long);
		long word = 0;
		int r = write && part == sizeof(long) ? 0 : peek(tid, address + i, &word);
		if (r < 0)
			return r;
		if (!write) {
			memcpy(data + i, &word, part);
			continue;
		}
		memcpy(&word, data + i, part);
		if (ptrace(PTRACE_POKEDATA, tid, (void *)(uintptr_t)(address + i), word) < 0)
			return -errno;
	}
	return 0;
}

/*
 * The quick way first. A filter on this process may refuse it, the workload may have another user
 * than when it was taken hold of, and a page may be closed to writing: none of that keeps a tracer
 * from the memory. A process that is not dumpable does, but for a privileged tracer.
 */
static int access_memory(pid_t tid, uint64_t address, void *data, size_t len, bool write)
{
	int r = copy_memory(write ? process_vm_writev : process_vm_readv, tid, address, data, len);

	if (r == 0 || r == -ESRCH)
		return r;
	int by_words = transfer_words(tid, address, data, len, write);
	return by_words == 0 || by_words == -ESRCH ? by_words : r;
}

static int linux_read_memory(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len)
{
	(void)k;
	return access_memory(tid, address, data, len, false);
}

static int linux_write_memory(struct kernel *k, pid_t tid, uint64_t address, const void *data,
			      size_t len)
{
	(void)k;
	return access_memory(tid, address, (void *)(uintptr_t)data, len, true);
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
	ssize_t n = pread(fd, data, len, (off_t)address);
	if (n < 0)
		return errno == EIO ? -EFAULT : -errno;
	return (size_t)n == len ? 0 : -EFAULT;
}

static int linux_write_opened(struct kernel *k, int fd, uint64_t address, const void *data,
			      size_t len)
{
	(void)k;
	ssize_t n = pwrite(fd, data, len, (off_t)address);
	if (n < 0)
		return errno == EIO ? -EFAULT : -errno;
	return (size_t)n == len ? 0 : -EFAULT;
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

static int linux_detach(struct kernel *k, pid_t tid)
{
	(void)k;
	return ptrace(PTRACE_DETACH, tid, NULL, NULL) < 0 ? -errno : 0;
}

#if defined(__x86_64__) && !defined(__ILP32__)
/* The 64-bit shape whatever the program is; PTRACE_GETREGSET would give a 32-bit one its own. */
static int linux_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	(void)k;
	return ptrace(PTRACE_GETREGS, tid, NULL, regs) < 0 ? -errno : 0;
}

static int linux_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	(void)k;
	return ptrace(PTRACE_SETREGS, tid, NULL, regs) < 0 ? -errno : 0;
}
#else
static int linux_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	(void)k;
	struct iovec set = {.iov_base = regs, .iov_len = sizeof(*regs)};

	if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0)
		return -errno;
	return set.iov_len == sizeof(*regs) ? 0 : -EOPNOTSUPP;
}

static int linux_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	(void)k;
	struct iovec set = {.iov_base = (void *)(uintptr_t)regs, .iov_len = sizeof(*regs)};
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -errno : 0;
}
#endif

#if defined(__aarch64__)
static int set_call_number(pid_t tid, int nr)
{
	struct iovec set = {.iov_base = &nr, .iov_len = sizeof(nr)};

	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &set) < 0 ? -errno : 0;
}

/* What a 32-bit program has instead: r0 to r15, the status, and r0 at the entry. */
static int refuse_call_32(pid_t tid)
{
	uint32_t regs[18];
	struct iovec set = {.iov_base = regs, .iov_len = sizeof(regs)};

	if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0)
		return -errno;
	regs[0] = (uint32_t)-ENOSYS;
	return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &set) < 0 ? -errno : 0;
}

/*
 * The number is not among the registers here, and -1 is none. The result has to be there before,
 * and would otherwise be the call's first argument.
 */
static int linux_refuse_call(struct kernel *k, pid_t tid)
{
	arch_registers regs;
	int r = linux_get_registers(k, tid, &regs);

	if (r == -EOPNOTSUPP) {
		r = refuse_call_32(tid);
	} else if (r == 0) {
		arch_refuse_call(&regs);
		r = linux_set_registers(k, tid, &regs);
	}
	return r < 0 ? r : set_call_number(tid, -1);
}
#else
static int linux_refuse_call(struct kernel *k, pid_t tid)
{
	arch_registers regs;
	int r = arch_can_inject() ? linux_get_registers(k, tid, &regs) : -EOPNOTSUPP;

	if (r < 0)
		return r;
	arch_refuse_call(&regs);
	return linux_set_registers(k, tid, &regs);
}
#endif

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
		.detach = linux_detach,
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
		.privileges_dropped = linux_privileges_dropped,
		.stands = linux_stands,
		.last_filter = linux_last_filter,
		.kill = linux_kill,
		.now = linux_now,
		.suspend = linux_suspend,
		.tick = linux_tick,
	};
	return &kernel;
}

bool kernel_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

int kernel_seize(pid_t tid, bool seccomp)
{
	long options = SEIZE_OPTIONS | (seccomp ? PTRACE_O_TRACESECCOMP : 0);

	return ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) < 0 ? -errno : 0;
}

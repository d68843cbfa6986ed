#include "alarm.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#include "gap_raise.h"
#include "memory.h"

/* On s390 the new stack comes first; see clone(2), "C library/kernel differences". */
static uint64_t clone_flags(const struct abi *abi, const syscall_info *info)
{
	bool swapped = strcmp(abi->name, "s390x") == 0 || strcmp(abi->name, "s390") == 0;

	return info->entry.args[swapped ? 1 : 0];
}

/*
 * The flags are the first member of struct clone_args, 64 bits wide on every ABI. Returns false when they
 * are closed to us; where there is no such memory the kernel can't read it either, and makes no child.
 */
static bool clone3_flags(struct run *run, struct task *task, const syscall_info *info,
			 uint64_t *flags)
{
	int r = memory_read(run, task, info->entry.args[0], flags, sizeof(*flags));

	if (r < 0)
		*flags = 0;
	return r == 0 || r == -EFAULT || r == -ESRCH;
}

/*
 * In a sieve the flag must go: the child would inherit the sieve, and without a tracer every call
 * that is not learnt would fail with ENOSYS. Returns false when that was not possible.
 */
static bool trace_child_all_the_same(struct run *run, struct task *task, enum watched watched,
				     const syscall_info *info, uint64_t flags)
{
	struct kernel *k = run->kernel;
	arch_registers regs;

	flags &= ~(uint64_t)CLONE_UNTRACED;
	if (watched == WATCH_CLONE3) {
		task->births.clone_args = info->entry.args[0];
		return memory_write(run, task, task->births.clone_args, &flags, sizeof(flags)) == 0;
	}
	if (k->get_registers(k, task->tid, &regs) < 0)
		return false;
	arch_set_first_argument(&regs, flags);
	return k->set_registers(k, task->tid, &regs) == 0;
}

/* The kernel has copied the arguments: the program gets its own back. */
static void put_back_untraced(struct run *run, struct task *task)
{
	uint64_t flags;

	if (memory_read(run, task, task->births.clone_args, &flags, sizeof(flags)) == 0) {
		flags |= CLONE_UNTRACED;
		(void)memory_write(run, task, task->births.clone_args, &flags, sizeof(flags));
	}
	task->births.clone_args = 0;
}

static void raise_untraced(struct run *run, struct task *task, enum watched watched)
{
	gap_raise_once(run, gap_caller(task), GAP_UNTRACED_CHILD,
		       watched == WATCH_CLONE3 ? "clone3 with CLONE_UNTRACED by"
					       : "clone with CLONE_UNTRACED by");
}

/*
 * CLONE_UNTRACED keeps the child from being attached: no event, no stops, its calls are lost.
 * Only the flag tells, and only here.
 */
static bool look_at_clone(struct run *run, struct task *task, enum watched watched,
			  const syscall_info *info, uint64_t flags)
{
	bool sieved = task_is_sieved(task);

	task->births.shares_memory = (flags & (CLONE_VM | CLONE_THREAD)) == CLONE_VM;
	if ((flags & CLONE_UNTRACED) == 0)
		return true;
	if (sieved && trace_child_all_the_same(run, task, watched, info, flags))
		return true;
	raise_untraced(run, task, watched);
	return false;
}

/*
 * The flags of clone3 are in memory, where another thread can change them after our look at them, and where
 * we may not be able to look at all. Who made a child and got no event for it has made one untraced: that
 * is seen at the exit.
 *
 * But in a sieve it is too late then. Where the flags are closed to us the call is refused there as by a
 * kernel that does not know it, and C libraries make the child with clone, whose flags are in a register.
 */
static enum watched look_at_clone3(struct run *run, struct task *task, const syscall_info *info)
{
	bool sieved = task_is_sieved(task);
	uint64_t flags;

	if (!clone3_flags(run, task, info, &flags)) {
		task->births.shares_memory = true;
		return sieved && run->kernel->refuse_call(run->kernel, task->tid) == 0
			       ? WATCH_NOTHING
			       : WATCH_CLONE3;
	}
	return look_at_clone(run, task, WATCH_CLONE3, info, flags) ? WATCH_CLONE3 : WATCH_NOTHING;
}

static void leave_clone3(struct run *run, struct task *task, int64_t result)
{
	if (task->births.clone_args != 0)
		put_back_untraced(run, task);
	if (result > 0 && !task->births.reported)
		raise_untraced(run, task, WATCH_CLONE3);
}

/* SECCOMP_GET_ACTION_AVAIL and SECCOMP_GET_NOTIF_SIZES only ask. */
static bool sets_filter(enum watched watched, const uint64_t args[6])
{
	/* Both take an int: the upper half of the register is not looked at by the kernel. */
	uint32_t operation = (uint32_t)args[0];

	if (watched == WATCH_PRCTL)
		return operation == PR_SET_SECCOMP;
	return operation == SECCOMP_SET_MODE_FILTER || operation == SECCOMP_SET_MODE_STRICT;
}

/*
 * A filter for all threads at once. From the moment at which it is loaded, what it refuses to the
 * others would not get as far as their sieve: so each of them that runs free is interrupted
 * before, and is watched when it goes on.
 */
static void watch_siblings(struct run *run, const struct task *task)
{
	struct task *other, *next;

	task->process->sieve.own_filter = true;
	HASH_ITER(hh, run->tasks.by_tid, other, next)
		if (other != task && other->process == task->process && other->runs_free)
			other->interrupted = run->kernel->interrupt(run->kernel, other->tid) == 0;
}

/* Without a program it is only a question whether the kernel knows the flag. */
static bool filters_all_threads(const struct task *task, enum watched watched,
				const syscall_info *info)
{
	return watched == WATCH_SECCOMP && task_is_sieved(task) &&
	       (uint32_t)info->entry.args[0] == SECCOMP_SET_MODE_FILTER &&
	       (info->entry.args[1] & SECCOMP_FILTER_FLAG_TSYNC) != 0 && info->entry.args[2] != 0;
}

enum watched alarm_entry(struct run *run, struct task *task, enum watched watched,
			 const struct abi *abi, const syscall_info *info)
{
	switch (watched) {
	case WATCH_CLONE:
		(void)look_at_clone(run, task, watched, info, clone_flags(abi, info));
		return WATCH_NOTHING;
	case WATCH_CLONE3:
		return look_at_clone3(run, task, info);
	case WATCH_PTRACE:
		gap_raise_once(run, gap_caller(task), GAP_WORKLOAD_TRACES, "ptrace by");
		return WATCH_NOTHING;
	case WATCH_SECCOMP:
	case WATCH_PRCTL:
		if (watched == WATCH_PRCTL && (uint32_t)info->entry.args[0] == PR_SET_DUMPABLE)
			memory_keep(run, task);
		if (watched == WATCH_PRCTL &&
		    (uint32_t)info->entry.args[0] == PR_SET_SYSCALL_USER_DISPATCH)
			return info->entry.args[1] == PR_SYS_DISPATCH_OFF ? WATCH_DISPATCH_OFF
									  : WATCH_DISPATCH_ON;
		if (filters_all_threads(task, watched, info))
			watch_siblings(run, task);
		return sets_filter(watched, info->entry.args) ? watched : WATCH_NOTHING;
	default:
		return watched;
	}
}

bool alarm_filtered(struct run *run, const struct task *task)
{
	long n = run->kernel->filter_count(run->kernel, task->tid);

	/* Not known: a call too many is learnt rather than one too few. */
	if (n < 0)
		return n != -ESRCH && n != -ENOENT;
	return n > run->host.filters;
}

/* The filter may have been loaded into all threads at once (SECCOMP_FILTER_FLAG_TSYNC). */
static void mark_filtered(struct run *run, const struct process *process)
{
	struct task *task, *next;

	HASH_ITER(hh, run->tasks.by_tid, task, next)
		if (task->process == process && !task->filtered)
			task->filtered = alarm_filtered(run, task);
}

void alarm_exit(struct run *run, struct task *task, enum watched watched, int64_t result,
		bool failed)
{
	enum gap_kind kind = watched == WATCH_IO_URING ? GAP_IO_URING : GAP_OWN_FILTER;

	if (watched == WATCH_CLONE3) {
		leave_clone3(run, task, result);
		return;
	}
	if (failed)
		return;
	if (watched == WATCH_DISPATCH_ON || watched == WATCH_DISPATCH_OFF) {
		task->dispatches = watched == WATCH_DISPATCH_ON;
		return;
	}
	if (kind == GAP_OWN_FILTER && task->process != NULL)
		task->process->sieve.own_filter = true;
	if (kind == GAP_OWN_FILTER && run->request.after_filter)
		mark_filtered(run, task->process);
	/* With after_filter a filter is what is waited for. */
	if (!(kind == GAP_OWN_FILTER && run->request.after_filter))
		gap_raise_once(run, gap_caller(task), kind,
			       kind == GAP_IO_URING ? GAP_WORDS_IO_URING : GAP_WORDS_FILTER);
}

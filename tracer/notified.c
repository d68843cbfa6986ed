#include "notified.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "alloc.h"
#include "attach.h"
#include "cleanup.h"
#include "syscalls.h"

struct caller notified_caller(struct run *run, const struct notification *n)
{
	struct kernel *k = run->kernel;
	struct program_id id = {0};
	struct caller caller = {.tid = n->tid, .pid = n->tid, .gaps = &run->learnt.gaps};
	pid_t pid = n->tid > 0 ? k->process_of(k, n->tid) : -1;

	if (pid > 0)
		caller.pid = pid;
	if (n->tid > 0 && k->program(k, n->tid, &id) == 0)
		caller.gaps = &programs_get(&run->learnt.programs, id)->gaps;
	return caller;
}

/* Without a program it is only a question whether the kernel knows a flag. Strict mode is refused in any case. */
static bool loads_filter(const struct notification *n, enum watched watched)
{
	if (watched == WATCH_PRCTL)
		return (uint32_t)n->args[0] == PR_SET_SECCOMP && n->args[1] == SECCOMP_MODE_FILTER;
	return (uint32_t)n->args[0] == SECCOMP_SET_MODE_FILTER && n->args[2] != 0;
}

/* There can be one listener in a chain of filters, and that is ours. */
static bool wants_listener(const struct notification *n, enum watched watched)
{
	return watched == WATCH_SECCOMP && (n->args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
}

static void look_at_filter(struct run *run, const struct notification *n, enum watched watched)
{
	if (!loads_filter(n, watched))
		return;
	struct caller caller = notified_caller(run, n);
	if (wants_listener(n, watched)) {
		gap_raise_once(run, caller, GAP_LISTENER_REFUSED, "seccomp listener asked for by");
		return;
	}
	attach_own_filter(run, caller.pid);
	gap_raise_once(run, caller, GAP_OWN_FILTER, GAP_WORDS_FILTER);
}

static void tell_of_refusal(struct run *run, struct caller caller,
			    const struct exec_refusal *refusal)
{
	const struct program_id id = {.device = refusal->device, .inode = refusal->inode};

	if (refusal->path == NULL) {
		gap_raise_privileges(run, caller, refusal->what);
		return;
	}
	/* It is the file that is told of, not the program that executes it. */
	caller.gaps = &programs_get(&run->learnt.programs, id)->gaps;
	if (!gap_first_time(caller, GAP_PRIVILEGES_DROPPED))
		return;
	cleanup_free char *detail = xasprintf("%s refused to %s, pid %d", refusal->what,
					      refusal->path, (int)caller.pid);
	run_tell_gap(run, GAP_PRIVILEGES_DROPPED, detail);
}

/* The program gets its privileges where nobody traces it, unless we have taken them away by no_new_privs. */
static void look_at_exec(struct run *run, const struct notification *n, const struct abi *abi,
			 int32_t nr)
{
	struct exec_refusal refusal;
	int32_t execveat;

	if (run->host.privileged || !run->learnt.took_privileges)
		return;
	bool at = syscalls_number(abi, "execveat", &execveat) && nr == execveat;
	if (!run->kernel->exec_drops(run->kernel, n->tid, at, n->args, &refusal))
		return;
	tell_of_refusal(run, notified_caller(run, n), &refusal);
	free(refusal.path);
}

/*
 * It works where nobody else traces the thread. A thread that slept when its process was let go is still traced
 * by us.
 */
static void look_at_ptrace(struct run *run, const struct notification *n)
{
	long request = (long)n->args[0];
	pid_t target = request == PTRACE_TRACEME ? n->tid : (pid_t)n->args[1];
	bool attaches =
		request == PTRACE_TRACEME || request == PTRACE_ATTACH || request == PTRACE_SEIZE;

	if (attaches && tasks_find(&run->tasks, target) != NULL)
		gap_raise_once(run, notified_caller(run, n), GAP_WORKLOAD_TRACES, "ptrace by");
}

void notified_look_at(struct run *run, const struct notification *n, enum watched watched,
		      const struct abi *abi, int32_t nr)
{
	switch (watched) {
	case WATCH_SECCOMP:
	case WATCH_PRCTL:
		look_at_filter(run, n, watched);
		return;
	case WATCH_PTRACE:
		look_at_ptrace(run, n);
		return;
	case WATCH_IO_URING:
		/* One of no size is a question, too. */
		if (n->args[0] != 0)
			gap_raise_once(run, notified_caller(run, n), GAP_IO_URING,
				       GAP_WORDS_IO_URING);
		return;
	case WATCH_EXECUTES:
		look_at_exec(run, n, abi, nr);
		return;
	default:
		return;
	}
}

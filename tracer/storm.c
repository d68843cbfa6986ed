#include "storm.h"

#include <signal.h>

#include "array.h"
#include "syscalls.h"

/* So many are a storm. */
#define MANY 16

/* The C library's own, for cancelling threads and changing who they are. */
#define LIBRARY_SIGNALS (UINT64_C(1) << (32 - 1) | UINT64_C(1) << (33 - 1))

/* Not what a person sends now and then, nor what a program does to itself. */
static const int often[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGIO, SIGCHLD, SIGURG};

/* Ignored, if there is no handler. */
static bool is_harmless(int sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

void storm_note_signal(struct process *process, int sig)
{
	if (process != NULL && !is_harmless(sig))
		process->sieve.signals++;
}

static bool knows_return(const struct run *run, const struct abi *abi)
{
	static const char *const names[] = {"rt_sigreturn", "sigreturn"};
	int32_t nr;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (syscalls_number(abi, names[i], &nr) && sysset_has(&run->learnt.calls, abi, nr))
			return true;
	return false;
}

static uint64_t signals_that_come_often(void)
{
	/* All real-time signals: timers and completions of input and output. */
	uint64_t set = ~UINT64_C(0) << (32 - 1) & ~LIBRARY_SIGNALS;

	for (size_t i = 0; i < ARRAY_SIZE(often); i++)
		set |= UINT64_C(1) << (often[i] - 1);
	return set;
}

bool storm_is_likely(struct run *run, const struct task *task, const struct abi *abi)
{
	uint64_t caught;

	if (task->process->sieve.signals >= MANY)
		return true;
	/* Where it can't be found out what it catches it may be anything. */
	return !knows_return(run, abi) &&
	       (run->kernel->caught(run->kernel, task->tid, &caught) < 0 ||
		(caught & signals_that_come_often()) != 0);
}

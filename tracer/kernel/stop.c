#include "stop.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* PTRACE_O_TRACESYSGOOD sets this bit so that a syscall stop is not taken for a SIGTRAP. */
#define SYSGOOD 0x80

static bool stops_a_process(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static enum stop_kind event_kind(int event, int sig)
{
	switch (event) {
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		return STOP_FORK;
	case PTRACE_EVENT_VFORK_DONE:
		return STOP_VFORK_DONE;
	case PTRACE_EVENT_EXEC:
		return STOP_EXEC;
	case PTRACE_EVENT_SECCOMP:
		return STOP_SECCOMP;
	case PTRACE_EVENT_STOP:
		return stops_a_process(sig) ? STOP_GROUP : STOP_ATTACHED;
	default:
		return STOP_OTHER;
	}
}

struct stop stop_decode(int status)
{
	if (WIFEXITED(status))
		return (struct stop){STOP_EXITED, WEXITSTATUS(status)};
	if (WIFSIGNALED(status))
		return (struct stop){STOP_KILLED, WTERMSIG(status)};
	if (!WIFSTOPPED(status))
		return (struct stop){STOP_OTHER, 0};
	int sig = WSTOPSIG(status);
	int event = (int)((unsigned int)status >> 16);
	if (event != 0)
		return (struct stop){event_kind(event, sig), sig};
	if (sig == (SIGTRAP | SYSGOOD))
		return (struct stop){STOP_SYSCALL, 0};
	return (struct stop){STOP_SIGNAL, sig};
}

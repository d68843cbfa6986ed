/*
 * Decoding of a wait status of a thread that was seized with all our options. Pure: it asks
 * nobody. What each kind needs for an answer is said beside it; see ptrace(2).
 */
#ifndef TRACER_STOP_H
#define TRACER_STOP_H

enum stop_kind {
	STOP_EXITED,     /* gone; value: exit status. No answer */
	STOP_KILLED,     /* gone; value: the signal. No answer */
	STOP_SYSCALL,    /* at entry or exit of a call: the kernel must be asked which */
	STOP_SECCOMP,    /* a filter said TRACE, before the call is made */
	STOP_FORK,       /* made a process or thread; the event message is its tid */
	STOP_VFORK_DONE, /* the child of a vfork has let go of it */
	STOP_EXEC,       /* a new program; the event message is the tid that it had before */
	STOP_GROUP,      /* its process is being stopped by value: answer LISTEN, never resume */
	STOP_ATTACHED,   /* first stop of a new thread, or a stopped process was continued */
	STOP_SIGNAL,     /* about to get signal `value`: must be passed on */
	STOP_OTHER,      /* an event that was not asked for: resume */
};

struct stop {
	enum stop_kind kind;
	int value;
};

struct stop stop_decode(int status);

#endif

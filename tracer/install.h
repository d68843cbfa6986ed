/*
 * Installs the sieve in a process, by letting one of its threads make a few calls while it
 * stands at the exit of a call of its own: map a page, load the filter that was written there,
 * unmap it. The thread's registers, signal mask and memory are afterwards as they were.
 *
 * Nobody else may change the filter between its writing and its loading: it would let calls pass that
 * were not learnt, and nothing would tell. So the page is mapped without the right to write to it; a
 * tracer writes there all the same. Whoever shares that memory needs a system call to get at it, which
 * is mprotect(2), mremap(2), mmap(2), or a write to /proc/PID/mem. The other threads have no sieve
 * yet, and so stop before each call and after it; such a stop waits until the filter is loaded. A call
 * that has begun before could still open the page, but stops at its end, and a thread that wants to use
 * that without making a call would have to try to write there again and again: it runs into a SIGSEGV,
 * which is a stop as well. Other processes with the same memory (vfork(2), CLONE_VM) are given no sieve
 * of their own before they execute a program, so they stop as well. What is left is a process that
 * already runs under a sieve and writes to another one's /proc/PID/mem just then. A tracer with
 * CAP_SYS_ADMIN reads back what was loaded.
 */
#ifndef TRACER_INSTALL_H
#define TRACER_INSTALL_H

#include "decide.h"
#include "run.h"

/*
 * Should the process of this thread be given the sieve, or get back a page that a lost injection left,
 * when the thread comes to the exit of a call? Changes nothing.
 */
enum sieve_reason install_decide(const struct run *run, const struct task *task);

/* The same, and counts its calls anew where they were too far apart. */
bool install_is_wanted(struct run *run, const struct task *task);

/*
 * Does it. The thread must stand at the exit of a call whose result is not a restart code, and not at the
 * exit of an exec, whose instruction is in another image. The filter is loaded into all threads
 * of the process at once (SECCOMP_FILTER_FLAG_TSYNC): each with a filter of its own would make a
 * later TSYNC of the workload's fail.
 *
 * True: the thread stands where it stood, and is to be let go on. False: something came in between, its
 * status is kept, and there is nothing to answer.
 */
bool install_sieve(struct run *run, struct task *task);

/* What a child process has from its parent of what stood against a sieve there. */
void install_inherit(struct run *run, const struct process *parent, struct process *child);

/* The process executes another program. */
void install_on_exec(struct process *process);

#endif

/*
 * Signals sent to this process while it records. The terminal's own (Ctrl-C and the like) reach
 * the workload without us, because both are in the foreground process group; what somebody sends
 * with kill(2) is passed on to the main process; what the workload sends to its own process
 * group has reached it already. The same request twice within a moment is one. Ctrl-Z does not stop
 * this process at once, and SIGCONT is not passed on at once: suspend.h says why.
 *
 * Signal handlers need state of the process: there is one, and functions to use it.
 */
#ifndef TRACER_FORWARD_H
#define TRACER_FORWARD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Takes over the signals. Those that are ignored stay ignored. From here on also SIGALRM, which
 * interrupts a wait when it is the ticker's, SIGCHLD, to be blocked but while sleeping, and SIGPIPE and SIGXFSZ,
 * ignored, for good: a reader that has gone and a full quota are errors of a write.
 * Call it after the workload was forked, so that it inherits nothing of this.
 */
void forward_start(pid_t main_pid);

/*
 * Takes out of a signal mask what has to get through to this process while it records: the ticker's
 * alarm, and what is to be passed on. Whoever started this process may have blocked that (perf record
 * does with SIGWINCH) for a workload that lets it through when it wants to hear of it.
 */
void forward_unblock(sigset_t *mask);

/*
 * Has anything come since this was last asked that the next tick should look at? Then the ticker
 * was set off, too: a signal that comes just before a wait does not interrupt it.
 */
bool forward_attention(void);

/* The main process has ended: nobody is left to pass signals on to. */
void forward_main_ended(void);

/*
 * The signal that first asked for an end (SIGINT, SIGQUIT, SIGTERM, SIGHUP), whoever it was
 * passed on to; 0: none so far.
 */
int forward_first(void);

/*
 * Is somebody impatient? True after a second SIGINT or SIGTERM within five seconds of the one
 * before, or after the first one when the main process has ended.
 */
bool forward_end_wanted(void);

/* Was a stop asked for (SIGTSTP), or this process continued, since this was last asked? */
bool forward_stop_asked(void);
bool forward_continued(void);

/*
 * Has the timer gone off since the last time this was asked? A wait that always finds something
 * to report is never interrupted by it.
 */
bool forward_ticked(void);

/* Puts everything back as it was at forward_start(). */
void forward_stop(void);

#endif

/*
 * A timer that interrupts waitpid(2): SIGALRM about every so many milliseconds, to a handler without
 * SA_RESTART (forward.c's). It is not the timer of alarm(2) and setitimer(2): that one survives an
 * exec, so it may have been set by whoever started us and is then meant for the workload.
 *
 * One for the process, as its handler is.
 */
#ifndef TRACER_TICKER_H
#define TRACER_TICKER_H

#include <signal.h>
#include <stdbool.h>

/*
 * Makes it, switched off. A child that is forked does not inherit it. A user whose signals that wait to
 * be delivered are too many gets no timer (RLIMIT_SIGPENDING): then it is that of alarm(2) all the same,
 * and one that was set is lost.
 */
void ticker_start(void);

/* `ms` 0 switches it off. May be called in a signal handler. */
void ticker_set(unsigned int ms);

/* Is this its signal? May be called in a signal handler. */
bool ticker_sent(const siginfo_t *info);

/* Has one come since this was last asked? */
bool ticker_went_off(void);

void ticker_stop(void);

#endif

/*
 * Calls that end with EINTR when their thread is stopped, although no handler has run: see signal(7),
 * "Interruption of system calls and library functions by stop signals". A tracer stops threads for
 * every signal, also for those that nobody would hear of otherwise (SIGCHLD at its default).
 */
#ifndef TRACER_AGAIN_H
#define TRACER_AGAIN_H

#include <stdbool.h>

#include "kernel.h"

/*
 * At a stop of a thread that we have caused: if its call was broken off for that, lets the kernel make
 * it again, or end it with EINTR if a handler is to run. One with a timeout would wait that long once
 * more, which is well once and could go on for ever otherwise: `timeouts` says whether these, too.
 */
void again(struct kernel *k, pid_t tid, bool timeouts);

#endif

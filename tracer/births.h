/*
 * Who is new. A new thread and its parent's event come in either order, and the parent's may never come: a
 * parent that is killed between making the child and reporting it says nothing. So whichever is
 * first makes the entry, and everything that is needed is found without the other.
 */
#ifndef TRACER_BIRTHS_H
#define TRACER_BIRTHS_H

#include "run.h"

/* The thread that has reported something; it is entered where it was not known. */
struct task *births_find(struct run *run, pid_t tid);

/* A thread has made another one, or a process; `status` is that of its stop. */
void births_on_event(struct run *run, struct task *parent, int status);

#endif

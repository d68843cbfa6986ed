/* Of struct kernel, the functions for processes that are let go. */
#ifndef TRACER_LETTING_GO_H
#define TRACER_LETTING_GO_H

#include "kernel.h"

void letting_go_fill(struct kernel *k);

#endif

/*
 * What this process itself may do, and under which filters it is. The kernel is asked directly: /proc
 * need not be mounted.
 */
#ifndef TRACER_OWN_H
#define TRACER_OWN_H

#include <stdbool.h>
#include <stdint.h>

/* Has it all of these capabilities (a bit each) in its effective set? */
bool own_capable(uint64_t capabilities);

/* Is it under a seccomp filter? */
bool own_filtered(void);

/*
 * Under how many? -ENODATA: this kernel (before 5.9) does not tell. Any other negative errno: it is
 * told in /proc only, and that could not be read.
 */
long own_filter_count(void);

/*
 * Is one of these filters one that notifies? Its answer comes before that of a filter that traces, and there can be no
 * other listener below it (seccomp(2), EBUSY). Tried out in a child, which is gone when this returns.
 */
bool own_notified(void);

#endif

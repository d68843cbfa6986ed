/* SystemCallFilter= of a unit, a list of calls and what each of them gets: a part of the reader of dialect systemd. */
#ifndef EMIT_SYSTEMD_FILTER_H
#define EMIT_SYSTEMD_FILTER_H

#include "systemd_unit.h"

/* "kill", or an errno by its name or number, 0 too. Returns false for anything else. */
bool systemd_verdict(const char *text, struct verdict *verdict);

/* An assignment of SystemCallFilter=. */
int systemd_filter_take(struct unit *unit, const char *value, size_t line);

/* Makes the list the rules of the profile; its ABIs must be known. */
void systemd_filter_finish(struct unit *unit);

/* Releases the list. */
void systemd_filter_release(struct unit *unit);

#endif

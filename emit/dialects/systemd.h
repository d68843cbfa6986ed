/*
 * Dialect "systemd": a unit file, or a drop-in of one, with the settings of systemd.exec(5):
 * SystemCallFilter=, SystemCallArchitectures=, SystemCallErrorNumber=. Rules have no conditions on
 * arguments.
 *
 * - The first SystemCallFilter= decides: a list of what is allowed, or, with ~, of what is not.
 *   Later ones add, or (the other way round) take away; an empty one begins anew.
 * - A list of what is allowed begins with the group @default. The writer takes away what of it is
 *   not in the profile, so that the document allows what the profile does and nothing else.
 * - What is not allowed gets SystemCallErrorNumber=, or without one kills the process. Behind ~,
 *   NAME:ERRNO and NAME:kill say it for one call or group, since systemd 248 in either kind of
 *   list, and also for a call that was never in it.
 * - Without SystemCallArchitectures= the list holds for every ABI of the machine. With it, the
 *   machine's own is always permitted; "native" alone is read as a profile without ABIs.
 * - Groups are those of systemd 252: see systemd_groups.h.
 * - What systemd skips with a remark in its journal is skipped with a finding, and only what keeps
 *   it from loading the unit is an error (tests/e2e/systemd.bats asks it).
 * - Other settings that load filters are findings: see systemd_other.h.
 */
#ifndef EMIT_SYSTEMD_H
#define EMIT_SYSTEMD_H

#include "dialect.h"

bool systemd_recognises(const char *text);
int systemd_read(const char *name, const char *text, struct reading *reading, struct err *err);
int systemd_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		  struct err *err);

#endif

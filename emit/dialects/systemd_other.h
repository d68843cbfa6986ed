/*
 * Settings of systemd units that load seccomp filters of their own, beside SystemCallFilter= and
 * SystemCallArchitectures=. What they refuse is in no profile; whether they are on is told.
 */
#ifndef EMIT_SYSTEMD_OTHER_H
#define EMIT_SYSTEMD_OTHER_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"
#include "warnings.h"

#define SYSTEMD_OTHERS_MAX 16

/* What the assignments until now say. Zero it. */
struct systemd_others {
	size_t line[SYSTEMD_OTHERS_MAX]; /* where the setting was turned on; 0: it is off */
	unsigned int namespaces;         /* allowed by RestrictNamespaces= */
	bool has_namespaces;
};

/* Is it one of these settings? */
bool systemd_is_other(const char *key);

/* The one that is meant, where the key is near to one of them and not too short; or NULL. */
const char *systemd_other_meant(const char *key);

/*
 * An assignment of one of them, as systemd takes it: what is no valid value changes nothing. Then it
 * is said why not; otherwise NULL.
 */
const char *systemd_others_take(struct systemd_others *others, const char *key, const char *value,
				size_t line);

/* A finding for each one that is on. */
void systemd_others_warn(const struct systemd_others *others, struct warnings *warnings);

/* The first one that is on, and its line; NULL when none is. */
const char *systemd_others_first(const struct systemd_others *others, size_t *line);

#endif

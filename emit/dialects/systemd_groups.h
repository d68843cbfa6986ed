/* systemd's groups of system calls, which a SystemCallFilter= may name. */
#ifndef EMIT_SYSTEMD_GROUPS_H
#define EMIT_SYSTEMD_GROUPS_H

#include <stddef.h>

/* What systemd allows beside every list of allowed calls. */
#define SYSTEMD_DEFAULT_GROUP "@default"

struct systemd_group {
	const char *name;  /* with the @ */
	const char *words; /* names and groups, a blank between each two */
};

extern const struct systemd_group systemd_groups[];
extern const size_t systemd_group_count;

/* NULL when there is none. */
const struct systemd_group *systemd_group_by_name(const char *name);

#endif

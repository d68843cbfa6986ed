#include "trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

/* As what the kernel shows users that a user namespace does not know. */
#define UNKNOWN_USER 65534

/* Is there a user of that number here, so that it is not only the stand-in for unknown ones? */
static bool is_a_user_here(uid_t uid)
{
	cleanup_file FILE *map = fopen("/proc/self/uid_map", "re");
	char line[128];

	if (map == NULL)
		return true;
	while (fgets(line, sizeof(line), map) != NULL) {
		char *end;
		unsigned long long first = strtoull(line, &end, 10);
		(void)strtoull(end, &end, 10);
		if (uid >= first && uid - first < strtoull(end, NULL, 10))
			return true;
	}
	return false;
}

bool trust_user(uid_t uid)
{
	return uid == geteuid() || uid == 0 || (uid == UNKNOWN_USER && !is_a_user_here(uid));
}

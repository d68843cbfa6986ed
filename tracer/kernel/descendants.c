#include "descendants.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "proc.h"

struct entry {
	pid_t pid, parent;
	bool below; /* this process */
};

struct snapshot {
	struct entry *entries;
	size_t n, cap;
};

int descendants_adopt(bool on)
{
	return prctl(PR_SET_CHILD_SUBREAPER, on ? 1L : 0L) < 0 ? -errno : 0;
}

/*
 * The parent of a living process; 0: it is dead, or there is none. One whose first thread has ended lives as
 * long as the others do.
 */
static pid_t living_parent(pid_t pid)
{
	char text[512], state;
	int parent, threads;
	cleanup_close int fd = open(proc_path(pid, "stat").s, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (len <= 0)
		return 0;
	text[len] = '\0';
	/* Its name may hold anything, also what follows it; but that is not so long that we miss its end. */
	const char *end = strrchr(text, ')');
	if (end == NULL ||
	    sscanf(end + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d",
		   &state, &parent, &threads) != 3)
		return 0;
	return (state != 'Z' && state != 'X') || threads > 1 ? parent : 0;
}

static void take_snapshot(struct snapshot *snapshot)
{
	cleanup_dir DIR *dir = opendir("/proc");
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		pid_t parent = living_parent(pid);
		if (parent == 0)
			continue;
		xgrow(&snapshot->entries, snapshot->n, &snapshot->cap, sizeof(*snapshot->entries));
		snapshot->entries[snapshot->n++] = (struct entry){.pid = pid, .parent = parent};
	}
}

static int compare(const void *a, const void *b)
{
	pid_t x = ((const struct entry *)a)->pid, y = ((const struct entry *)b)->pid;

	return x < y ? -1 : x > y;
}

/* Numbers start anew when they have come to their end, so a child's may be below its parent's. */
static void find_below(struct snapshot *snapshot)
{
	pid_t self = getpid();
	bool found;

	if (snapshot->n == 0)
		return;
	qsort(snapshot->entries, snapshot->n, sizeof(*snapshot->entries), compare);
	do {
		found = false;
		for (size_t i = 0; i < snapshot->n; i++) {
			struct entry *entry = &snapshot->entries[i];
			const struct entry parent = {.pid = entry->parent};
			if (entry->below)
				continue;
			const struct entry *above = bsearch(&parent, snapshot->entries, snapshot->n,
							    sizeof(*snapshot->entries), compare);
			entry->below = entry->parent == self || (above != NULL && above->below);
			found = found || entry->below;
		}
	} while (found);
}

size_t descendants_list(long filters, pid_t **pids)
{
	struct snapshot snapshot = {0};
	size_t n = 0;

	*pids = NULL;
	if (!proc_shows_us())
		return 0;
	take_snapshot(&snapshot);
	find_below(&snapshot);
	*pids = xcalloc(snapshot.n + 1, sizeof(**pids));
	for (size_t i = 0; i < snapshot.n; i++) {
		const struct entry *entry = &snapshot.entries[i];
		if (entry->below && proc_status_number(entry->pid, "Seccomp_filters") > filters &&
		    proc_status_number(entry->pid, "TracerPid") != getpid())
			(*pids)[n++] = entry->pid;
	}
	free(snapshot.entries);
	return n;
}

size_t descendants_threads(pid_t pid, pid_t **tids)
{
	cleanup_dir DIR *dir = opendir(proc_path(pid, "task").s);
	const struct dirent *entry;
	size_t n = 0, cap = 0;

	*tids = NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		xgrow(tids, n, &cap, sizeof(**tids));
		(*tids)[n++] = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	return n;
}

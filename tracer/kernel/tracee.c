#include "tracee.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

/* No process is deeper below us; and one whose parents change while they are looked at ends here. */
#define GENERATIONS_MAX 1000

/* "/proc/TID/status"; snprintf() is not safe in a signal handler. */
static void status_path(pid_t tid, char *path)
{
	char digits[16];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + tid % 10);
		tid /= 10;
	} while (tid > 0);
	(void)strcpy(path, "/proc/");
	path += strlen("/proc/");
	while (n > 0)
		*path++ = digits[--n];
	(void)strcpy(path, "/status");
}

struct relations {
	pid_t parent, tracer; /* 0: none */
};

/* The number behind a key of the form "\nKEY:\t"; -1: it is not there. */
static pid_t number_after(const char *text, const char *key)
{
	const char *digit = strstr(text, key);
	pid_t value = 0;

	if (digit == NULL)
		return -1;
	for (digit += strlen(key); *digit >= '0' && *digit <= '9'; digit++)
		value = value * 10 + (*digit - '0');
	return value;
}

/*
 * False: not known. Both lines stand before those of no fixed length, and after a name of 64 bytes at most.
 */
static bool find_relations(pid_t tid, struct relations *relations)
{
	char path[64], text[1024];

	status_path(tid, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	*relations = (struct relations){
		.parent = number_after(text, "\nPPid:\t"),
		.tracer = number_after(text, "\nTracerPid:\t"),
	};
	return relations->parent >= 0 && relations->tracer >= 0;
}

bool tracee_is_awaited(pid_t tid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)tid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

bool tracee_is_ours(pid_t tid)
{
	struct relations relations;

	if (tid <= 0)
		return false;
	/* A /proc that is mounted with hidepid does not show processes that are closed to us. */
	if (!proc_shows_us() || !find_relations(tid, &relations))
		return tracee_is_awaited(tid);
	/* A process that was let go is traced by nobody, but we are above it. */
	for (int generations = 0; generations < GENERATIONS_MAX; generations++) {
		if (relations.tracer == getpid() || relations.parent == getpid())
			return true;
		if (relations.parent <= 1 || !find_relations(relations.parent, &relations))
			return false;
	}
	return false;
}

#include "tracee.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

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

/* -1: not known. The line stands before those of no fixed length, and after a name of 64 bytes at most. */
static pid_t tracer_of(pid_t tid)
{
	char path[64], text[1024];

	status_path(tid, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	const char *tracer = strstr(text, "\nTracerPid:\t");
	if (tracer == NULL)
		return -1;
	pid_t value = 0;
	for (tracer += strlen("\nTracerPid:\t"); *tracer >= '0' && *tracer <= '9'; tracer++)
		value = value * 10 + (*tracer - '0');
	return value;
}

bool tracee_is_awaited(pid_t tid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)tid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

bool tracee_is_ours(pid_t tid)
{
	if (tid <= 0)
		return false;
	/* A /proc that is mounted with hidepid does not show processes that are closed to us. */
	pid_t tracer = proc_shows_us() ? tracer_of(tid) : -1;
	return tracer >= 0 ? tracer == getpid() : tracee_is_awaited(tid);
}

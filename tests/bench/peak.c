/*
 * Preloaded into a tool: at its end it writes the tool's peak memory, VmHWM in KiB, to the file
 * named in BENCH_PEAK. wait4() would give the largest of the tool, its ended children and the
 * process that forked it; reading /proc from outside comes too late for a short run. The
 * environment is put right before main(), so that the workload isn't preloaded with it too.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[4096];
static pid_t tool;

__attribute__((constructor)) static void peak_start(void)
{
	const char *name = getenv("BENCH_PEAK");

	if (name != NULL && strlen(name) < sizeof(path)) {
		memcpy(path, name, strlen(name) + 1);
		tool = getpid();
	}
	unsetenv("BENCH_PEAK");
	unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void peak_end(void)
{
	char status[4096];

	/* A child that was forked but has executed nothing. */
	if (tool == 0 || getpid() != tool)
		return;
	int in = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t len = in >= 0 ? read(in, status, sizeof(status) - 1) : -1;
	if (len < 0)
		return;
	status[len] = '\0';
	const char *line = strstr(status, "\nVmHWM:");
	int out = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (line != NULL && out >= 0)
		dprintf(out, "%lu\n", strtoul(line + sizeof("\nVmHWM:") - 1, NULL, 10));
}

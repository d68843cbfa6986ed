#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

static bool is_job(void)
{
	pid_t parent = getppid();

	return getsid(parent) == getsid(0) && getpgid(parent) != getpgrp();
}

int job_stop(int sig, bool asked)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	struct sigaction saved;
	sigset_t set, mask;

	if (!(asked || is_job()) || !has_terminal())
		return -ENOTTY;
	if (sig == SIGSTOP) {
		(void)raise(sig);
		return 0;
	}
	(void)sigemptyset(&set);
	(void)sigaddset(&set, sig);
	(void)sigaction(sig, &standard, &saved);
	/* Stopped before this returns; one that was pending does as well. */
	(void)raise(sig);
	(void)sigprocmask(SIG_UNBLOCK, &set, &mask);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	(void)sigaction(sig, &saved, NULL);
	return 0;
}

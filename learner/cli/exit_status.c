#include "exit_status.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "say.h"

/* As env(1), timeout(1) and shells have them. */
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127

int status_of_shell(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int status_repeat(int wait_status)
{
	const struct rlimit no_core = {0, 0};
	sigset_t set;

	if (!WIFSIGNALED(wait_status))
		return WEXITSTATUS(wait_status);
	int sig = WTERMSIG(wait_status);
	/* The core that the workload has left must not be overwritten by ours. */
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, sig);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	(void)raise(sig);
	return 128 + sig;
}

/* What a shell would have read, and a program's name is not. */
static const char *name_hint(const char *name)
{
	if (strpbrk(name, " |;&<>") != NULL)
		return "; a shell reads a whole line: record -- sh -c 'LINE'";
	if (strchr(name, '=') != NULL)
		return "; env(1) sets a variable: record -- env NAME=VALUE COMMAND";
	return "";
}

int status_of_exec(const char *name, int error)
{
	/* EACCES too: it is what a name in no directory of PATH gets where one of these is closed. */
	const bool missing = error == ENOENT || (error == EACCES && strchr(name, '/') == NULL);

	say("cannot run '%s': %s%s", name, strerror(error), missing ? name_hint(name) : "");
	return error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

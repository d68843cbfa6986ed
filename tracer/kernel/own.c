#include "own.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

bool own_capable(uint64_t capabilities)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
	uint64_t effective;

	if (syscall(SYS_capget, &header, data) == 0)
		effective = (uint64_t)data[0].effective | (uint64_t)data[1].effective << 32;
	/* Only a filter refuses that call. */
	else if (proc_set(0, "CapEff", &effective) < 0)
		return geteuid() == 0;
	return (effective & capabilities) == capabilities;
}

bool own_filtered(void)
{
	int mode = prctl(PR_GET_SECCOMP);

	/* EINVAL: a kernel without seccomp. Nothing but a filter makes it fail otherwise. */
	return mode == 2 || (mode < 0 && errno != EINVAL);
}

/* By a process of its own: it loads a filter that lets everything pass. */
static _Noreturn void try_to_listen(void)
{
	struct sock_filter allow = {.code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW};
	const struct sock_fprog program = {.len = 1, .filter = &allow};

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	bool busy = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program) < 0 &&
		    errno == EBUSY;
	_exit(busy);
}

bool own_notified(void)
{
	int status;
	/* No SIGCHLD, which would be taken for one of the workload's. */
	pid_t pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

	if (pid == 0)
		try_to_listen();
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) != 0;
}

long own_filter_count(void)
{
	return proc_status_number(0, "Seccomp_filters");
}

#include "own.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

long own_filter_count(void)
{
	return proc_status_number(0, "Seccomp_filters");
}

#include "enosys.h"

#include <errno.h>
#include <string.h>

#include "array.h"
#include "syscalls.h"

/* By the kernel that brought the call. */
static const struct {
	const char *name;
	const char *instead; /* who does without it, and how: for the reader of this table */
} table[] = {
	{"renameat2", "coreutils, glibc: renameat"},
	{"getrandom", "libc, OpenSSL: /dev/urandom"},
	{"memfd_create", "systemd, Qt: a file in /tmp or /dev/shm"},
	{"execveat", "glibc fexecve, runc: execve of /proc/self/fd/N"},
	{"membarrier", "liburcu, .NET, glibc: a slower barrier"},
	{"copy_file_range", "coreutils, Go, Rust, Python: read and write"},
	{"preadv2", "glibc: preadv"},
	{"pwritev2", "glibc: pwritev"},
	{"pkey_alloc", "V8, glibc: pages without keys"},
	{"statx", "glibc, Rust, Qt, coreutils: fstatat"},
	{"io_pgetevents", "libaio: io_getevents"},
	{"rseq", "glibc, tcmalloc: no restartable sequences; glibc ends the program at EPERM"},
	{"pidfd_send_signal", "Go, systemd: kill"},
	{"io_uring_setup", "libuv, Node.js, databases: epoll or threads"},
	{"open_tree", "util-linux, runc: mount"},
	{"move_mount", "util-linux, runc: mount"},
	{"fsopen", "util-linux, runc: mount"},
	{"fsconfig", "util-linux, runc: mount"},
	{"fsmount", "util-linux, runc: mount"},
	{"fspick", "util-linux: mount"},
	{"pidfd_open", "Go, systemd, Python: wait and kill by number"},
	{"clone3", "glibc since 2.34: clone; pthread_create fails at EPERM"},
	{"close_range", "glibc, Python, systemd: close one by one"},
	{"openat2", "runc, systemd, Go: openat, step by step"},
	{"pidfd_getfd", "debuggers: SCM_RIGHTS"},
	{"faccessat2", "glibc, musl: faccessat; test -x lies at EPERM"},
	{"process_madvise", "service managers: none is given"},
	{"epoll_pwait2", "glibc, libuv: epoll_pwait"},
	{"mount_setattr", "util-linux, runc: mount"},
	{"quotactl_fd", "quota: quotactl"},
	{"landlock_create_ruleset", "sandboxing libraries: no Landlock"},
	{"memfd_secret", "GnuPG, libsecret: mlock"},
	{"process_mrelease", "service managers: none is needed"},
	{"futex_waitv", "Wine: a wait for each"},
	{"set_mempolicy_home_node", "numactl: mbind"},
	{"cachestat", "PostgreSQL, fincore: mincore"},
	{"fchmodat2", "glibc since 2.39, musl: fchmodat; chmod of links fails at EPERM"},
	{"map_shadow_stack", "glibc: no shadow stack"},
	{"futex_wake", "newer libc: futex"},
	{"futex_wait", "newer libc: futex"},
	{"futex_requeue", "newer libc: futex"},
	{"statmount", "util-linux: /proc/self/mountinfo"},
	{"listmount", "util-linux: /proc/self/mountinfo"},
	{"lsm_get_self_attr", "libapparmor, libselinux: /proc/self/attr"},
	{"lsm_list_modules", "libapparmor: /sys/kernel/security/lsm"},
	{"mseal", "glibc since 2.41, Chrome: pages that are not sealed"},
	{"setxattrat", "coreutils, tar: setxattr"},
	{"getxattrat", "coreutils, tar: getxattr"},
	{"listxattrat", "coreutils, tar: listxattr"},
	{"removexattrat", "coreutils, tar: removexattr"},
	{"open_tree_attr", "util-linux: mount_setattr"},
	{"file_getattr", "e2fsprogs, xfsprogs: ioctl"},
	{"file_setattr", "e2fsprogs, xfsprogs: ioctl"},
	/* 32-bit: libc tries the call with a 64-bit time first, then the old one. */
	{"clock_getres_time64", "glibc, musl: clock_getres"},
	{"clock_gettime64", "glibc, musl: clock_gettime"},
	{"clock_nanosleep_time64", "glibc, musl: clock_nanosleep"},
	{"clock_settime64", "glibc, musl: clock_settime"},
	{"futex_time64", "glibc, musl: futex"},
	{"ppoll_time64", "glibc, musl: ppoll"},
	{"pselect6_time64", "glibc, musl: pselect6"},
	{"recvmmsg_time64", "glibc, musl: recvmmsg"},
	{"rt_sigtimedwait_time64", "glibc, musl: rt_sigtimedwait"},
	{"semtimedop_time64", "glibc, musl: semtimedop or ipc"},
	{"timer_gettime64", "glibc, musl: timer_gettime"},
	{"timer_settime64", "glibc, musl: timer_settime"},
	{"timerfd_gettime64", "glibc, musl: timerfd_gettime"},
	{"timerfd_settime64", "glibc, musl: timerfd_settime"},
	{"utimensat_time64", "glibc, musl: utimensat"},
};

const char *enosys_call(size_t n)
{
	return n < ARRAY_SIZE(table) ? table[n].name : NULL;
}

/* As runc sees it, whose libseccomp has stand-ins for multiplexed calls. */
static bool runc_number(const struct abi *abi, const char *name, int32_t *nr)
{
	uint32_t subcall;

	return !syscalls_newer_than_library(abi, name) &&
	       !syscalls_multiplexed(abi, name, nr, &subcall) && syscalls_number(abi, name, nr);
}

bool enosys_of_runc(const struct profile *profile, const struct abi *abi, int32_t *highest,
		    const struct rule **by)
{
	const struct verdict fallback = profile->fallback;

	*highest = -1;
	*by = NULL;
	if (fallback.action == ACTION_ALLOW || fallback.action == ACTION_LOG ||
	    fallback.action == ACTION_TRACE || (fallback.has_errno && fallback.errno_ret == ENOSYS))
		return false;
	for (size_t i = 0; i < profile->n_rules; i++) {
		int32_t nr;
		if (!runc_number(abi, profile->rules[i].name, &nr) || nr <= *highest)
			continue;
		*highest = nr;
		*by = &profile->rules[i];
	}
	return true;
}

bool enosys_is_lost(const struct profile *profile, const struct abi *abi, const char *name,
		    int32_t highest)
{
	int32_t nr;

	return runc_number(abi, name, &nr) && nr < highest && !profile_has_rule(profile, name);
}

size_t enosys_add(struct profile *profile, const struct abi *const *abis, size_t n_abis)
{
	const struct verdict enosys = {ACTION_ERRNO, true, ENOSYS};
	size_t added = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (profile_has_rule(profile, table[i].name) ||
		    !syscalls_exists(abis, n_abis, table[i].name))
			continue;
		profile_add_rule(profile, table[i].name, enosys, NULL, 0);
		added++;
	}
	return added;
}

/*
 * Calls for the same purpose. Which of them a program makes depends on its C library, on the
 * kernel and on the ABI, and changes with an update although the program does the same.
 * Sources: the VERSIONS and HISTORY sections of the manual pages.
 */
#include <string.h>

#include "risk.h"

/* Where * stands before the first, it does what the others do each a part of. */
static const char *const groups[] = {
	"open openat openat2 creat",
	"fork vfork clone clone3",
	"execve execveat",
	"exit exit_group",
	"wait4 waitpid waitid",
	"stat stat64 oldstat newfstatat fstatat64 statx",
	"lstat lstat64 oldlstat newfstatat fstatat64 statx",
	"fstat fstat64 oldfstat newfstatat fstatat64 statx",
	"statfs statfs64",
	"fstatfs fstatfs64",
	"access faccessat faccessat2",
	"chmod fchmodat fchmodat2",
	"fchmod fchmodat2",
	"chown chown32 fchownat",
	"lchown lchown32 fchownat",
	"fchown fchown32",
	"mkdir mkdirat",
	"mknod mknodat",
	"unlink unlinkat",
	"rmdir unlinkat",
	"link linkat",
	"symlink symlinkat",
	"readlink readlinkat",
	"rename renameat renameat2",
	"utime utimes futimesat utimensat utimensat_time64",
	"getdents getdents64 readdir",
	"setxattr setxattrat",
	"getxattr getxattrat",
	"listxattr listxattrat",
	"removexattr removexattrat",
	"dup2 dup3",
	"pipe pipe2",
	"close close_range",
	"fcntl fcntl64",
	"lseek _llseek",
	"preadv preadv2",
	"pwritev pwritev2",
	"sendfile sendfile64",
	"truncate truncate64",
	"ftruncate ftruncate64",
	"fadvise64 fadvise64_64 arm_fadvise64_64",
	"sync_file_range sync_file_range2 arm_sync_file_range",
	"poll ppoll ppoll_time64",
	"select _newselect pselect6 pselect6_time64",
	"epoll_create epoll_create1",
	"epoll_wait epoll_pwait epoll_pwait2",
	"eventfd eventfd2",
	"signalfd signalfd4",
	"inotify_init inotify_init1",
	"accept accept4",
	"recvmmsg recvmmsg_time64",
	"send sendto",
	"recv recvfrom",
	"*socketcall socket socketpair bind connect listen accept accept4 shutdown",
	"*socketcall getsockname getpeername setsockopt getsockopt sendto sendmsg sendmmsg",
	"*socketcall recvfrom recvmsg recvmmsg",
	"*ipc semget semop semctl semtimedop semtimedop_time64 shmget shmat shmdt shmctl",
	"*ipc msgget msgsnd msgrcv msgctl",
	"mmap mmap2",
	"mlock mlock2",
	"mprotect pkey_mprotect",
	"futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue",
	"sigaction rt_sigaction signal",
	"sigprocmask rt_sigprocmask sgetmask ssetmask",
	"sigpending rt_sigpending",
	"sigsuspend rt_sigsuspend pause",
	"sigreturn rt_sigreturn",
	"rt_sigtimedwait rt_sigtimedwait_time64",
	"kill tkill tgkill pidfd_send_signal",
	"alarm setitimer",
	"time gettimeofday clock_gettime clock_gettime64",
	"stime settimeofday clock_settime clock_settime64",
	"clock_getres clock_getres_time64",
	"nanosleep clock_nanosleep clock_nanosleep_time64",
	"adjtimex clock_adjtime clock_adjtime64",
	"timer_gettime timer_gettime64",
	"timer_settime timer_settime64",
	"timerfd_gettime timerfd_gettime64",
	"timerfd_settime timerfd_settime64",
	"semop semtimedop semtimedop_time64",
	"mq_timedsend mq_timedsend_time64",
	"mq_timedreceive mq_timedreceive_time64",
	"sched_rr_get_interval sched_rr_get_interval_time64",
	"*sched_setattr sched_setscheduler sched_setparam",
	"*sched_getattr sched_getscheduler sched_getparam",
	"io_getevents io_pgetevents io_pgetevents_time64",
	"getrlimit ugetrlimit prlimit64",
	"setrlimit prlimit64",
	"getpgrp getpgid",
	"nice setpriority",
	"uname olduname oldolduname",
	"getuid getuid32",
	"geteuid geteuid32",
	"getgid getgid32",
	"getegid getegid32",
	"getresuid getresuid32",
	"getresgid getresgid32",
	"getgroups getgroups32",
	"setuid setuid32",
	"setgid setgid32",
	"setreuid setreuid32",
	"setregid setregid32",
	"setresuid setresuid32",
	"setresgid setresgid32",
	"setgroups setgroups32",
	"setfsuid setfsuid32",
	"setfsgid setfsgid32",
	"arch_prctl set_thread_area",
	"*mount fsopen fsconfig fsmount move_mount open_tree open_tree_attr mount_setattr fspick",
	"umount umount2",
	"init_module finit_module",
	"kexec_load kexec_file_load",
	"quotactl quotactl_fd",
	"ustat statfs statfs64",
};

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
		if ((at == words || at[-1] == ' ' || at[-1] == '*') &&
		    (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static bool is_first(const char *words, const char *word)
{
	size_t len = strlen(word);

	return strncmp(words, word, len) == 0 && words[len] == ' ';
}

bool risk_are_siblings(const char *a, const char *b)
{
	if (*a == '\0' || strcmp(a, b) == 0)
		return false;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const char *group = groups[i];
		if (!has_word(group, a) || !has_word(group, b))
			continue;
		if (*group != '*' || is_first(group + 1, a) || is_first(group + 1, b))
			return true;
	}
	return false;
}

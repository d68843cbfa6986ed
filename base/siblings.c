/*
 * Calls for the same purpose. Which of them a program makes depends on its C library, on the
 * kernel and on the ABI, and changes with an update although the program does the same.
 * Sources: the VERSIONS and HISTORY sections of the manual pages, and the sources of glibc and musl.
 */
#include "siblings.h"

#include <string.h>

#include "array.h"

/* What many families have in common. */
#define STAT "stat() is stat or newfstatat as the C library has it, statx where times have 64 bits"
#define WIDE "a 32-bit ABI has one for small and one for 64-bit sizes and offsets"
#define TIME64 "a 32-bit ABI has one for 32-bit and, since Linux 5.1, one for 64-bit times"
#define UID32 "an old 32-bit ABI has one for 16-bit and one for 32-bit user and group ids"
#define RT "an old 32-bit ABI has one from before real-time signals"
#define PATH "newer ABIs and Go have only the one that can start at an open directory"
#define FLAGS "newer ABIs, and callers that set flags, take the one that has flags"
#define SOCKETCALL "x86 has had calls of their own beside socketcall since Linux 4.3"
#define IPC "some ABIs have had calls of their own beside ipc since Linux 5.1"

const struct family family_table[] = {
	{"open openat openat2 creat", "open() is open with musl, openat with glibc since 2.26 and "
				      "with Go; creat() is any of them"},
	{"fork vfork clone clone3", "threads and processes: clone3 with glibc since 2.34, clone "
				    "before; fork() of musl is fork"},
	{"execve execveat", NULL},
	{"exit exit_group", "a C library ends a process that has one thread with either"},
	{"wait4 waitpid waitid",
	 "waitpid() is wait4, waitpid on old 32-bit ABIs, waitid where neither exists"},
	{"stat stat64 oldstat newfstatat fstatat64 statx", STAT},
	{"lstat lstat64 oldlstat newfstatat fstatat64 statx", STAT},
	{"fstat fstat64 oldfstat newfstatat fstatat64 statx", STAT},
	{"statfs statfs64", WIDE},
	{"fstatfs fstatfs64", WIDE},
	{"access faccessat faccessat2",
	 "access() is either of the first; faccessat() with flags is faccessat2 since Linux 5.8"},
	{"chmod fchmodat fchmodat2",
	 "chmod() is either of the first; fchmodat() with flags is fchmodat2 since Linux 6.6"},
	{"fchmod fchmodat2", NULL},
	{"chown chown32 fchownat", PATH},
	{"lchown lchown32 fchownat", PATH},
	{"fchown fchown32", UID32},
	{"mkdir mkdirat", PATH},
	{"mknod mknodat", PATH},
	{"unlink unlinkat", PATH},
	{"rmdir unlinkat", PATH},
	{"link linkat", PATH},
	{"symlink symlinkat", PATH},
	{"readlink readlinkat", PATH},
	{"rename renameat renameat2", PATH},
	{"utime utimes futimesat utimensat utimensat_time64",
	 "utime(), utimes() and futimesat() are utimensat with other C libraries"},
	{"getdents getdents64 readdir",
	 "readdir() is getdents64, or getdents with older C libraries"},
	{"setxattr setxattrat", NULL},
	{"getxattr getxattrat", NULL},
	{"listxattr listxattrat", NULL},
	{"removexattr removexattrat", NULL},
	{"dup2 dup3", FLAGS},
	{"pipe pipe2", FLAGS},
	{"close close_range", "closefrom() closes one by one before Linux 5.9"},
	{"fcntl fcntl64", WIDE},
	{"lseek _llseek", WIDE},
	{"preadv preadv2", "a C library takes preadv for a preadv2() without flags"},
	{"pwritev pwritev2", "a C library takes pwritev for a pwritev2() without flags"},
	{"sendfile sendfile64", WIDE},
	{"truncate truncate64", WIDE},
	{"ftruncate ftruncate64", WIDE},
	{"fadvise64 fadvise64_64 arm_fadvise64_64", WIDE},
	{"sync_file_range sync_file_range2 arm_sync_file_range", WIDE},
	{"poll ppoll ppoll_time64",
	 "poll() is ppoll on newer ABIs, ppoll_time64 where times have 64 bits"},
	{"select _newselect pselect6 pselect6_time64",
	 "select() is pselect6 with newer versions of glibc and on newer ABIs"},
	{"epoll_create epoll_create1", FLAGS},
	{"epoll_wait epoll_pwait epoll_pwait2",
	 "epoll_wait() is epoll_pwait on newer ABIs and with Go; epoll_pwait2 since Linux 5.11"},
	{"eventfd eventfd2", FLAGS},
	{"signalfd signalfd4", FLAGS},
	{"inotify_init inotify_init1", FLAGS},
	{"accept accept4", FLAGS},
	{"recvmmsg recvmmsg_time64", TIME64},
	{"send sendto", "send() is sendto where the ABI has no call of its own for it"},
	{"recv recvfrom", "recv() is recvfrom where the ABI has no call of its own for it"},
	{"*socketcall socket socketpair bind connect listen accept accept4 shutdown", SOCKETCALL},
	{"*socketcall getsockname getpeername setsockopt getsockopt sendto sendmsg sendmmsg",
	 SOCKETCALL},
	{"*socketcall recvfrom recvmsg recvmmsg", SOCKETCALL},
	{"*ipc semget semop semctl semtimedop semtimedop_time64 shmget shmat shmdt shmctl", IPC},
	{"*ipc msgget msgsnd msgrcv msgctl", IPC},
	{"mmap mmap2", WIDE},
	{"mlock mlock2", "a C library takes mlock for an mlock2() without flags"},
	{"mprotect pkey_mprotect", NULL},
	{"futex futex_time64", TIME64},
	{"futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue", NULL},
	{"sigaction rt_sigaction signal", RT},
	{"sigprocmask rt_sigprocmask sgetmask ssetmask", RT},
	{"sigpending rt_sigpending", RT},
	{"sigsuspend rt_sigsuspend", RT},
	{"sigsuspend rt_sigsuspend pause", NULL},
	{"sigreturn rt_sigreturn", RT},
	{"rt_sigtimedwait rt_sigtimedwait_time64", TIME64},
	{"tkill tgkill", "raise() and pthread_kill() are tgkill with glibc, tkill with musl"},
	{"kill tkill tgkill pidfd_send_signal", NULL},
	{"alarm setitimer", "alarm() is setitimer with musl and on newer ABIs"},
	{"time gettimeofday clock_gettime clock_gettime64",
	 "time() and gettimeofday() are clock_gettime with some C libraries"},
	{"stime settimeofday clock_settime clock_settime64",
	 "stime() and settimeofday() are clock_settime with glibc since 2.31"},
	{"clock_getres clock_getres_time64", TIME64},
	{"nanosleep clock_nanosleep clock_nanosleep_time64",
	 "nanosleep() is clock_nanosleep with glibc since 2.31, nanosleep with musl"},
	{"adjtimex clock_adjtime clock_adjtime64",
	 "adjtimex() is clock_adjtime with musl and newer versions of glibc"},
	{"timer_gettime timer_gettime64", TIME64},
	{"timer_settime timer_settime64", TIME64},
	{"timerfd_gettime timerfd_gettime64", TIME64},
	{"timerfd_settime timerfd_settime64", TIME64},
	{"semop semtimedop semtimedop_time64",
	 "semop() is semtimedop without a timeout on some ABIs"},
	{"mq_timedsend mq_timedsend_time64", TIME64},
	{"mq_timedreceive mq_timedreceive_time64", TIME64},
	{"sched_rr_get_interval sched_rr_get_interval_time64", TIME64},
	{"*sched_setattr sched_setscheduler sched_setparam", NULL},
	{"*sched_getattr sched_getscheduler sched_getparam", NULL},
	{"io_getevents io_pgetevents io_pgetevents_time64", NULL},
	{"getrlimit ugetrlimit prlimit64", "getrlimit() is prlimit64 with newer C libraries"},
	{"setrlimit prlimit64", "setrlimit() is prlimit64 with newer C libraries"},
	{"getpgrp getpgid", "getpgrp() is getpgid with musl and on newer ABIs"},
	{"nice setpriority", "nice() is setpriority with glibc and musl"},
	{"uname olduname oldolduname", NULL},
	{"getuid getuid32", UID32},
	{"geteuid geteuid32", UID32},
	{"getgid getgid32", UID32},
	{"getegid getegid32", UID32},
	{"getresuid getresuid32", UID32},
	{"getresgid getresgid32", UID32},
	{"getgroups getgroups32", UID32},
	{"setuid setuid32", UID32},
	{"setgid setgid32", UID32},
	{"setreuid setreuid32", UID32},
	{"setregid setregid32", UID32},
	{"setresuid setresuid32", UID32},
	{"setresgid setresgid32", UID32},
	{"setgroups setgroups32", UID32},
	{"setfsuid setfsuid32", UID32},
	{"setfsgid setfsgid32", UID32},
	{"arch_prctl set_thread_area", NULL},
	{"*mount fsopen fsconfig fsmount move_mount open_tree open_tree_attr mount_setattr fspick",
	 NULL},
	{"umount umount2", "umount() is umount2 on newer ABIs"},
	{"init_module finit_module", NULL},
	{"kexec_load kexec_file_load", NULL},
	{"quotactl quotactl_fd", NULL},
	{"ustat statfs statfs64", NULL},
};

const size_t family_count = ARRAY_SIZE(family_table);

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

bool family_joins(const struct family *family, const char *a, const char *b)
{
	const char *calls = family->calls;

	if (*a == '\0' || strcmp(a, b) == 0 || !has_word(calls, a) || !has_word(calls, b))
		return false;
	return *calls != '*' || is_first(calls + 1, a) || is_first(calls + 1, b);
}

bool siblings_are(const char *a, const char *b)
{
	for (size_t i = 0; i < family_count; i++)
		if (family_joins(&family_table[i], a, b))
			return true;
	return false;
}

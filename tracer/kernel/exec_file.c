#include "exec_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "privileges.h"
#include "proc.h"

/* The kernel follows no longer chain of interpreters that are scripts, and reads no more of a first line. */
#define INTERPRETERS_MAX 5
#define FIRST_LINE 256

/* Each `path` has room for PATH_MAX bytes. */

/* Reads a string. 0 or -errno. */
static int read_string(pid_t tid, uint64_t address, char *path)
{
	size_t len = 0;

	while (len < PATH_MAX) {
		/* No further than the page, behind which there may be nothing. */
		size_t rest = 4096 - (size_t)((address + len) & 4095);
		size_t room = rest < PATH_MAX - len ? rest : PATH_MAX - len;
		struct iovec here = {.iov_base = path + len, .iov_len = room};
		struct iovec there = {.iov_base = (void *)(uintptr_t)(address + len),
				      .iov_len = room};
		if (process_vm_readv(tid, &here, 1, &there, 1, 0) != (ssize_t)room)
			return -errno;
		if (memchr(path + len, '\0', room) != NULL)
			return 0;
		len += room;
	}
	return -ENAMETOOLONG;
}

/* Where the kernel starts to look. A descriptor, or -errno. */
static int open_start(pid_t tid, int dir, const char *path)
{
	char name[32];

	if (path[0] == '/')
		(void)snprintf(name, sizeof(name), "root");
	else if (dir == AT_FDCWD)
		(void)snprintf(name, sizeof(name), "cwd");
	else
		(void)snprintf(name, sizeof(name), "fd/%d", dir);
	int fd = open(proc_path(tid, name).s, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Only to be asked about. An absolute path is one in the thread's root directory. */
static int open_file(pid_t tid, int dir, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = path[0] == '/' ? RESOLVE_IN_ROOT : 0};
	cleanup_close int start = open_start(tid, dir, path);

	if (start < 0 || path[0] == '\0')
		return take_fd(&start);
	int fd = (int)syscall(SYS_openat2, start, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

/* The interpreter that a script names in its first line. */
static bool find_interpreter(const char *script, char *path)
{
	char line[FIRST_LINE + 1];
	cleanup_close int fd = open(script, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd >= 0 ? read(fd, line, FIRST_LINE) : -1;

	if (n < 3 || line[0] != '#' || line[1] != '!')
		return false;
	line[n] = '\0';
	const char *name = line + 2 + strspn(line + 2, " \t");
	(void)snprintf(path, PATH_MAX, "%.*s", (int)strcspn(name, " \t\n"), name);
	return path[0] != '\0';
}

/* Is it refused anything? If not, and it is a script, `path` is then that of its interpreter, else empty. */
static bool is_refused(pid_t tid, int dir, char *path, struct exec_refusal *refusal)
{
	struct statx st;
	char here[32];
	cleanup_close int fd = open_file(tid, dir, path);

	if (fd < 0 ||
	    statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &st) < 0) {
		path[0] = '\0';
		return false;
	}
	(void)snprintf(here, sizeof(here), "/proc/self/fd/%d", fd);
	refusal->what = privileges_refused(tid, here, &st);
	if (refusal->what != NULL) {
		refusal->device = (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor;
		refusal->inode = st.stx_ino;
		return true;
	}
	if (!S_ISREG(st.stx_mode) || !find_interpreter(here, path))
		path[0] = '\0';
	return false;
}

bool exec_file_drops(pid_t tid, bool at, const uint64_t args[6], struct exec_refusal *refusal)
{
	*refusal = (struct exec_refusal){0};
	/* Also so as not to look for it in a file system that the workload serves. */
	if (!privileges_can_be(tid))
		return false;
	cleanup_free char *path = xcalloc(PATH_MAX, 1);
	int dir = at ? (int)(uint32_t)args[0] : AT_FDCWD;
	int r = read_string(tid, args[at ? 1 : 0], path);

	/* Nothing is executed that has no readable name. */
	if (r == -EFAULT || r == -ENAMETOOLONG || r == -ESRCH)
		return false;
	if (r < 0) {
		refusal->what = PRIVILEGES_UNKNOWN;
		return true;
	}
	for (int i = 0; i < INTERPRETERS_MAX; i++) {
		if (is_refused(tid, dir, path, refusal)) {
			refusal->path = TAKE_PTR(path);
			return true;
		}
		if (path[0] == '\0')
			return false;
		dir = AT_FDCWD;
	}
	return false;
}

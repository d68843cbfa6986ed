#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

/* The mounts and namespaces of this process do not change. */
bool proc_shows_us(void)
{
	static volatile sig_atomic_t shows = -1;
	char text[16] = "";
	pid_t pid = 0;

	if (shows >= 0)
		return shows == 1;
	if (readlink("/proc/self", text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
		pid = pid * 10 + (*digit - '0');
	shows = pid == getpid();
	return shows == 1;
}

struct proc_path proc_path(pid_t tid, const char *name)
{
	struct proc_path path = {""};

	if (tid == 0)
		(void)snprintf(path.s, sizeof(path.s), "/proc/self/%s", name);
	else if (proc_shows_us())
		(void)snprintf(path.s, sizeof(path.s), "/proc/%d/%s", (int)tid, name);
	return path;
}

/* The beginning of a file, as text. Returns its length, or -errno. */
static ssize_t read_text(const char *path, char *text, size_t size)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, text, size - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	return n;
}

int proc_status_value(pid_t tid, const char *key, char *value, size_t size)
{
	char text[4096] = "";
	size_t key_len = strlen(key);
	ssize_t n = read_text(proc_path(tid, "status").s, text, sizeof(text));

	if (n < 0)
		return (int)n;
	for (const char *line = text; *line != '\0'; line += *line == '\n') {
		size_t len = strcspn(line, "\n");
		if (strncmp(line, key, key_len) == 0 && line[key_len] == ':') {
			size_t skip = key_len + 1 + strspn(line + key_len + 1, " \t");
			(void)snprintf(value, size, "%.*s", (int)(len - skip), line + skip);
			return 0;
		}
		line += len;
	}
	return -ENOENT;
}

long proc_status_number(pid_t tid, const char *key)
{
	char value[64];
	int r = proc_status_value(tid, key, value, sizeof(value));

	return r < 0 ? r : strtol(value, NULL, 10);
}

pid_t proc_tgid(pid_t tid)
{
	return (pid_t)proc_status_number(tid, "Tgid");
}

char *proc_exe(pid_t tid)
{
	char target[PATH_MAX];
	ssize_t n = readlink(proc_path(tid, "exe").s, target, sizeof(target));

	return n > 0 ? xstrndup(target, (size_t)n) : NULL;
}

char *proc_comm(pid_t tid)
{
	char name[64];
	ssize_t n = read_text(proc_path(tid, "comm").s, name, sizeof(name));

	if (n > 0 && name[n - 1] == '\n')
		n--;
	return n > 0 ? xstrndup(name, (size_t)n) : NULL;
}

char *proc_first_word(pid_t tid)
{
	char text[PATH_MAX];
	ssize_t n = read_text(proc_path(tid, "cmdline").s, text, sizeof(text));

	return n > 0 ? xstrdup(text) : NULL;
}

/*
 * Is `ip` in the mapping of this line of a memory map? Then `*found` is where it is in which file,
 * or NULL for memory without one. A map can have thousands of lines, so only its beginning is
 * looked at in the others.
 */
static bool in_mapping(char *line, uint64_t ip, char **found)
{
	char *at;
	uint64_t start = strtoull(line, &at, 16);

	/* The address may be the first byte behind the instruction and the mapping. */
	if (*at != '-' || ip <= start || ip > strtoull(at + 1, &at, 16))
		return false;
	uint64_t offset;
	int name_at = 0;
	*found = NULL;
	if (sscanf(at, " %*s %" SCNx64 " %*s %*s %n", &offset, &name_at) == 1 && name_at > 0 &&
	    at[name_at] != '\0')
		*found = xasprintf("%s+0x%" PRIx64, at + name_at, ip - start + offset);
	return true;
}

char *proc_code_address(pid_t tid, uint64_t ip)
{
	/* The kernel gives a page at a time, and no line is longer than a path and some numbers. */
	char text[4 * PATH_MAX];
	size_t len = 0;
	char *found;
	cleanup_close int fd = open(proc_path(tid, "maps").s, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	for (;;) {
		ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n <= 0)
			return NULL;
		len += (size_t)n;
		text[len] = '\0';
		char *line = text, *end;
		for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
			*end = '\0';
			if (in_mapping(line, ip, &found))
				return found;
		}
		len -= (size_t)(line - text);
		memmove(text, line, len);
	}
}

bool proc_same_user_namespace(pid_t tid)
{
	struct stat ours, theirs;

	return stat("/proc/self/ns/user", &ours) == 0 &&
	       stat(proc_path(tid, "ns/user").s, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

uint64_t proc_capability_set(pid_t tid, const char *key)
{
	char value[64];

	if (proc_status_value(tid, key, value, sizeof(value)) < 0)
		return 0;
	return strtoull(value, NULL, 16);
}

bool proc_same_users(pid_t tid)
{
	char ours[4096], theirs[4096];

	return read_text("/proc/self/uid_map", ours, sizeof(ours)) > 0 &&
	       read_text(proc_path(tid, "uid_map").s, theirs, sizeof(theirs)) > 0 &&
	       strcmp(ours, theirs) == 0;
}

int proc_look_at(const char *path, struct statx *st)
{
	int r = statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, st);

	return r < 0 ? -errno : 0;
}

int proc_program(pid_t tid, uint64_t *device, uint64_t *inode)
{
	struct statx st;

	int r = proc_look_at(proc_path(tid, "exe").s, &st);
	if (r < 0)
		return r;
	*device = (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor;
	*inode = st.stx_ino;
	return 0;
}

bool proc_capable(uint64_t capabilities)
{
	return (proc_capability_set(0, "CapEff") & capabilities) == capabilities;
}

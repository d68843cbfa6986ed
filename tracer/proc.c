#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

bool proc_shows_us(void)
{
	char text[16] = "";
	pid_t pid = 0;

	if (readlink("/proc/self", text, sizeof(text) - 1) < 0)
		return false;
	for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
		pid = pid * 10 + (*digit - '0');
	return pid == getpid();
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

int proc_status_value(pid_t tid, const char *key, char *value, size_t size)
{
	char line[256];
	size_t key_len = strlen(key);
	cleanup_file FILE *f = fopen(proc_path(tid, "status").s, "re");

	if (f == NULL)
		return -errno;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, key_len) != 0 || line[key_len] != ':')
			continue;
		(void)snprintf(value, size, "%s",
			       line + key_len + 1 + strspn(line + key_len + 1, " \t"));
		return 0;
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
	cleanup_file FILE *f = fopen(proc_path(tid, "comm").s, "re");

	if (f == NULL)
		return NULL;
	size_t n = fread(name, 1, sizeof(name) - 1, f);
	if (n > 0 && name[n - 1] == '\n')
		n--;
	return n > 0 ? xstrndup(name, n) : NULL;
}

char *proc_first_word(pid_t tid)
{
	char text[PATH_MAX];
	cleanup_file FILE *f = fopen(proc_path(tid, "cmdline").s, "re");

	if (f == NULL)
		return NULL;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	return n > 0 ? xstrdup(text) : NULL;
}

char *proc_code_address(pid_t tid, uint64_t ip)
{
	cleanup_file FILE *f = fopen(proc_path(tid, "maps").s, "re");
	cleanup_free char *line = NULL;
	size_t size = 0;

	if (f == NULL)
		return NULL;
	while (getline(&line, &size, f) > 0) {
		uint64_t start, end, offset;
		int name_at = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n", &start, &end,
			   &offset, &name_at) < 3)
			continue;
		/* The address may be the first byte behind the instruction and the mapping. */
		if (ip <= start || ip > end)
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (name_at == 0 || line[name_at] == '\0')
			return NULL;
		return xasprintf("%s+0x%" PRIx64, line + name_at, ip - start + offset);
	}
	return NULL;
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

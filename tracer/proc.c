#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"

/* Room for "/proc/", a number and the longest name used here. */
struct proc_path {
	char s[64];
};

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

/* tid 0 is the caller itself. No path, which no file has, where /proc/TID would be a stranger's. */
static struct proc_path path_of(pid_t tid, const char *name)
{
	struct proc_path path = {""};

	if (tid == 0)
		(void)snprintf(path.s, sizeof(path.s), "/proc/self/%s", name);
	else if (proc_shows_us())
		(void)snprintf(path.s, sizeof(path.s), "/proc/%d/%s", (int)tid, name);
	return path;
}

/* Finds "KEY:" in the status file and copies what follows, without leading white space. */
static int status_value(pid_t tid, const char *key, char *value, size_t size)
{
	char line[256];
	size_t key_len = strlen(key);
	cleanup_file FILE *f = fopen(path_of(tid, "status").s, "re");

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
	int r = status_value(tid, key, value, sizeof(value));

	return r < 0 ? r : strtol(value, NULL, 10);
}

pid_t proc_tgid(pid_t tid)
{
	return (pid_t)proc_status_number(tid, "Tgid");
}

char *proc_exe(pid_t tid)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path_of(tid, "exe").s, target, sizeof(target));

	return n > 0 ? xstrndup(target, (size_t)n) : NULL;
}

char *proc_comm(pid_t tid)
{
	char name[64];
	cleanup_file FILE *f = fopen(path_of(tid, "comm").s, "re");

	if (f == NULL)
		return NULL;
	size_t n = fread(name, 1, sizeof(name) - 1, f);
	if (n > 0 && name[n - 1] == '\n')
		n--;
	return n > 0 ? xstrndup(name, n) : NULL;
}

char *proc_code_address(pid_t tid, uint64_t ip)
{
	cleanup_file FILE *f = fopen(path_of(tid, "maps").s, "re");
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
	       stat(path_of(tid, "ns/user").s, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

/*
 * Is `id`, as this process sees it, known in the user namespace of that thread? The second column
 * of a map is in the ids of the reader's namespace, but in those of the parent namespace when the
 * reader is in the same one as the thread.
 */
static bool id_mapped(pid_t tid, const char *map, uint64_t id)
{
	bool same = proc_same_user_namespace(tid);
	uint64_t inside, outside, count;
	cleanup_file FILE *f = fopen(path_of(tid, map).s, "re");

	if (f == NULL)
		return false;
	while (fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64, &inside, &outside, &count) == 3)
		if (id >= (same ? inside : outside) && id - (same ? inside : outside) < count)
			return true;
	return false;
}

/* The second of the four numbers of "Uid:" and "Gid:" is the effective one. */
static bool effective_id_is(pid_t tid, const char *key, uint64_t id)
{
	char value[128];
	uint64_t effective;

	if (status_value(tid, key, value, sizeof(value)) < 0 ||
	    sscanf(value, "%*u %" SCNu64, &effective) != 1)
		return true;
	return effective == id;
}

static uint64_t capability_set(pid_t tid, const char *key)
{
	char value[64];

	if (status_value(tid, key, value, sizeof(value)) < 0)
		return 0;
	return strtoull(value, NULL, 16);
}

/* The permitted set in a file's security.capability attribute; see linux/capability.h. */
static uint64_t file_capabilities(const char *path)
{
	struct vfs_ns_cap_data data;
	ssize_t n = getxattr(path, "security.capability", &data, sizeof(data));

	if (n < (ssize_t)XATTR_CAPS_SZ_2)
		return 0;
	return (uint64_t)data.data[0].permitted | (uint64_t)data.data[1].permitted << 32;
}

/*
 * What the kernel knows of a file already. To ask its file system could be to ask a process of the
 * workload that serves it, and that stands until we have looked at it.
 */
static int look_at(const char *path, struct statx *st)
{
	return statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, st);
}

int proc_program(pid_t tid, uint64_t *device, uint64_t *inode)
{
	struct statx st;

	if (look_at(path_of(tid, "exe").s, &st) < 0)
		return -errno;
	*device = (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor;
	*inode = st.stx_ino;
	return 0;
}

bool proc_capable(uint64_t capabilities)
{
	return (capability_set(0, "CapEff") & capabilities) == capabilities;
}

bool proc_privileges_dropped(pid_t tid, bool our_doing, char **what)
{
	struct statx st;
	struct statvfs fs;
	struct proc_path exe = path_of(tid, "exe");

	if (look_at(exe.s, &st) < 0)
		return false;
	bool setuid = (st.stx_mode & S_ISUID) != 0 && !effective_id_is(tid, "Uid", st.stx_uid) &&
		      id_mapped(tid, "uid_map", st.stx_uid);
	/* Without group execution the bit means mandatory locking, not a privilege. */
	bool setgid = (st.stx_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
		      !effective_id_is(tid, "Gid", st.stx_gid) &&
		      id_mapped(tid, "gid_map", st.stx_gid);
	uint64_t wanted = file_capabilities(exe.s);
	bool capabilities =
		(wanted & capability_set(tid, "CapBnd") & ~capability_set(tid, "CapPrm")) != 0;
	if (!setuid && !setgid && !capabilities)
		return false;
	/* In these two cases it would not have had them untraced either. */
	if (statvfs(exe.s, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0)
		return false;
	if (!our_doing && proc_status_number(tid, "NoNewPrivs") == 1)
		return false;
	*what = xstrdup(setuid ? "set-user-ID" : setgid ? "set-group-ID" : "file capabilities");
	return true;
}

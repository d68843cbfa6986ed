#include "privileges.h"

#include <errno.h>
#include <inttypes.h>
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
#include "proc.h"

/* comm holds so many bytes of a name. */
#define COMM_MAX 15

/*
 * Does our user namespace know `id`, in which the thread is too? The second column of the map is that of
 * the namespace above.
 */
static bool id_mapped(const char *map, uint64_t id)
{
	uint64_t inside, outside, count;
	cleanup_file FILE *f = fopen(proc_path(0, map).s, "re");

	if (f == NULL)
		return false;
	while (fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64, &inside, &outside, &count) == 3)
		if (id >= inside && id - inside < count)
			return true;
	return false;
}

/*
 * The second of the four numbers of "Uid:" and "Gid:" is the effective one. Not known is not equal: it
 * is better said once too often that privileges may have been refused.
 */
static bool effective_id_is(pid_t tid, const char *key, uint64_t id)
{
	cleanup_free char *value = NULL;
	uint64_t effective;

	return proc_status_value(tid, key, &value) == 0 &&
	       sscanf(value, "%*u %" SCNu64, &effective) == 1 && effective == id;
}

/* Of what a file gives, what the thread could have and has not. */
static uint64_t missing_capabilities(pid_t tid, uint64_t given)
{
	uint64_t bound, permitted;

	if (given != 0 && proc_set(tid, "CapBnd", &bound) == 0)
		given &= bound;
	if (given != 0 && proc_set(tid, "CapPrm", &permitted) == 0)
		given &= ~permitted;
	return given;
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

const char *privileges_refused(pid_t tid, const char *path, const struct statx *st)
{
	struct statvfs fs;
	bool setuid = (st->stx_mode & S_ISUID) != 0 && !effective_id_is(tid, "Uid", st->stx_uid) &&
		      id_mapped("uid_map", st->stx_uid);
	/* Without group execution the bit means mandatory locking, not a privilege. */
	bool setgid = (st->stx_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
		      !effective_id_is(tid, "Gid", st->stx_gid) &&
		      id_mapped("gid_map", st->stx_gid);
	uint64_t wanted = missing_capabilities(tid, file_capabilities(path));

	if (!setuid && !setgid && wanted == 0)
		return NULL;
	/* Then it would not have had them untraced either. */
	if (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0)
		return NULL;
	return setuid ? "set-user-ID" : setgid ? "set-group-ID" : "file capabilities";
}

/* Is it a file that we may not read, and the one whose name the kernel has as `comm`? */
static bool could_be(const char *path, const char *comm, struct statx *st)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return strncmp(name, comm, COMM_MAX) == 0 && access(path, R_OK) < 0 && errno == EACCES &&
	       proc_look_at(path, st) == 0 && S_ISREG(st->stx_mode);
}

/* Looks along PATH as execvp(3) does. */
static char *search_path(const char *name, const char *comm, struct statx *st)
{
	const char *dir = getenv("PATH");

	while (dir != NULL) {
		size_t len = strcspn(dir, ":");
		cleanup_free char *path =
			xasprintf("%.*s%s%s", (int)len, dir, len > 0 ? "/" : "", name);
		if (could_be(path, comm, st))
			return TAKE_PTR(path);
		dir = dir[len] == ':' ? dir + len + 1 : NULL;
	}
	return NULL;
}

/* The file of a process that is closed to us, as the first word of its command line names it. */
static char *find_file(pid_t tid, struct statx *st)
{
	cleanup_free char *comm = proc_comm(tid), *word = proc_first_word(tid);

	if (comm == NULL || word == NULL)
		return NULL;
	if (strchr(word, '/') != NULL)
		return could_be(word, comm, st) ? TAKE_PTR(word) : NULL;
	/* A login shell's name has a dash before it; what was executed has none. */
	return search_path(word + (word[0] == '-'), comm, st);
}

/*
 * No other user is known in such a namespace whose privileges there could be. And a file system that was
 * mounted in it may be served by the workload: to ask it for capabilities would be to ask a process that
 * stands until it is answered.
 */
bool privileges_can_be(pid_t tid)
{
	return proc_same_user_namespace(tid) || proc_same_users(tid);
}

bool privileges_dropped(pid_t tid, bool our_doing, char **what)
{
	struct statx st;
	struct proc_path exe = proc_path(tid, "exe");
	const char *name = NULL;

	if (!privileges_can_be(tid))
		return false;
	int r = proc_look_at(exe.s, &st);
	if (r == 0) {
		name = privileges_refused(tid, exe.s, &st);
	} else if (r == -EACCES) {
		cleanup_free char *path = find_file(tid, &st);
		name = path != NULL ? privileges_refused(tid, path, &st) : PRIVILEGES_UNKNOWN;
	}
	/* With it an exec gives nothing to anybody, traced or not. */
	if (name == NULL || (!our_doing && proc_status_number(tid, "NoNewPrivs") == 1))
		return false;
	*what = xstrdup(name);
	return true;
}

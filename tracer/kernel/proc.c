#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "strbuf.h"

/* How much is asked for at a time. */
#define CHUNK 4096

/*
 * Of a memory map that has to be searched. Each of the 65,530 mappings that a process may have can
 * carry 16 KiB of a name full of line breaks, and to read all of that takes seconds.
 */
#define MAP_MAX (1 << 20)

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

/*
 * Reads what is left of a file of /proc, or at least `enough` bytes of it, to the end of `text`. The
 * kernel gives as much at a time as it likes. 1: there may be more, 0: that was all, or -errno.
 */
static int read_more(int fd, struct strbuf *text, size_t enough)
{
	size_t before = text->len;

	do {
		strbuf_reserve(text, CHUNK);
		ssize_t n = read(fd, text->s + text->len, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		text->len += (size_t)n;
		text->s[text->len] = '\0';
	} while (text->len - before < enough);
	return 1;
}

/* A whole file, but no more of it than about `max` bytes. 0 or -errno. */
static int read_text(const char *path, struct strbuf *text, size_t max)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int r = read_more(fd, text, max);
	return r < 0 ? r : 0;
}

/*
 * What follows "KEY:" in the text of a status file, as a new line of its own; false while the text
 * has no such whole line from `*seen` on, which then moves to the first line that is not whole.
 */
static bool find_line(const char *text, size_t *seen, const char *key, char **value)
{
	size_t key_len = strlen(key);

	for (const char *end; (end = strchr(text + *seen, '\n')) != NULL;) {
		const char *line = text + *seen;
		*seen = (size_t)(end + 1 - text);
		if (strncmp(line, key, key_len) != 0 || line[key_len] != ':')
			continue;
		line += key_len + 1;
		line += strspn(line, " \t");
		*value = xstrndup(line, (size_t)(end - line));
		return true;
	}
	return false;
}

/*
 * No part of the file has a fixed length: a process can be in 65,536 groups, whose line stands before
 * the most interesting ones, and a machine can have thousands of processors.
 */
int proc_status_value(pid_t tid, const char *key, char **value)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t seen = 0;
	cleanup_close int fd = open(proc_path(tid, "status").s, O_RDONLY | O_CLOEXEC);

	*value = NULL;
	if (fd < 0)
		return -errno;
	for (;;) {
		int r = read_more(fd, &text, 1);
		if (r < 0)
			return r;
		if (find_line(text.s, &seen, key, value))
			return 0;
		if (r == 0)
			return text.len > 0 ? -ENODATA : -ESRCH;
	}
}

long proc_status_number(pid_t tid, const char *key)
{
	cleanup_free char *value = NULL;
	int r = proc_status_value(tid, key, &value);

	return r < 0 ? r : strtol(value, NULL, 10);
}

pid_t proc_tgid(pid_t tid)
{
	return (pid_t)proc_status_number(tid, "Tgid");
}

char *proc_exe(pid_t tid)
{
	return file_read_link(AT_FDCWD, proc_path(tid, "exe").s);
}

char *proc_comm(pid_t tid)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;

	/* The kernel gives it as a whole: to ask for more would be a call for nothing. */
	if (read_text(proc_path(tid, "comm").s, &name, 1) < 0)
		return NULL;
	if (name.len > 0 && name.s[name.len - 1] == '\n')
		strbuf_cut(&name, name.len - 1);
	return name.len > 0 ? strbuf_steal(&name) : NULL;
}

/* No file's name is longer than PATH_MAX, but a command line can have megabytes. */
char *proc_first_word(pid_t tid)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (read_text(proc_path(tid, "cmdline").s, &text, PATH_MAX) < 0 || text.len == 0)
		return NULL;
	return xstrdup(text.s);
}

uint64_t proc_way(pid_t tid)
{
	/* More is not needed to tell words apart. */
	char line[512];
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	cleanup_close int fd = open(proc_path(tid, "cmdline").s, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line));

	if (n <= 0)
		return 0;
	size_t at = strnlen(line, (size_t)n) + 1;
	for (; at < (size_t)n && line[at] != '\0'; at++)
		hash = (hash ^ (unsigned char)line[at]) * UINT64_C(0x100000001b3);
	return hash;
}

/* A line break in a file's name stands in a memory map like this. */
static void add_name(struct strbuf *at, const char *name)
{
	for (; *name != '\0'; name++)
		if (*name == '\n')
			strbuf_adds(at, "\\012");
		else
			strbuf_addch(at, *name);
}

/*
 * Asks for one mapping, as linux/fs.h has it since Linux 6.11; older headers do not. 0: `found` is the
 * code's place, or NULL for memory without a name. -ENOTTY on older kernels.
 */
static int query_mapping(int maps, uint64_t ip, char **found)
{
	struct {
		uint64_t size, flags, address;
		uint64_t start, end, vma_flags, page_size, offset, inode;
		uint32_t major, minor, name_size, build_id_size;
		uint64_t name, build_id;
	} query = {.size = sizeof(query), .address = ip - 1, .name_size = PATH_MAX};
	cleanup_free char *name = xcalloc(PATH_MAX, 1);
	cleanup_strbuf struct strbuf at = STRBUF_INIT;

	*found = NULL;
	query.name = (uint64_t)(uintptr_t)name;
	if (ioctl(maps, _IOWR('f', 17, query), &query) < 0)
		return -errno;
	if (name[0] == '\0')
		return 0;
	add_name(&at, name);
	strbuf_addf(&at, "+0x%" PRIx64, ip - query.start + query.offset);
	*found = strbuf_steal(&at);
	return 0;
}

/*
 * Is `ip` in the mapping of this line of a memory map? Then `*found` is where it is in which file,
 * or NULL for memory without one. A map can have thousands of lines, so only its beginning is
 * looked at in the others.
 */
static bool in_mapping(const char *line, uint64_t ip, char **found)
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

/* Reads the whole map, if need be, but no more of it than MAP_MAX. */
static char *search_map(int maps, uint64_t ip)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t total = 0;
	char *found;

	for (;;) {
		size_t before = text.len;
		if (read_more(maps, &text, 1) <= 0)
			return NULL;
		total += text.len - before;
		char *line = text.s, *end;
		for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
			*end = '\0';
			if (in_mapping(line, ip, &found))
				return found;
		}
		if (total > MAP_MAX)
			return NULL;
		size_t rest = text.len - (size_t)(line - text.s);
		memmove(text.s, line, rest);
		strbuf_cut(&text, rest);
	}
}

char *proc_find_code(int maps, uint64_t ip)
{
	char *found;
	int r = query_mapping(maps, ip, &found);

	return r == -ENOTTY || r == -EINVAL ? search_map(maps, ip) : found;
}

char *proc_code_address(pid_t tid, uint64_t ip)
{
	cleanup_close int fd = open(proc_path(tid, "maps").s, O_RDONLY | O_CLOEXEC);

	return fd >= 0 ? proc_find_code(fd, ip) : NULL;
}

bool proc_same_user_namespace(pid_t tid)
{
	struct stat ours, theirs;

	return stat("/proc/self/ns/user", &ours) == 0 &&
	       stat(proc_path(tid, "ns/user").s, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

int proc_set(pid_t tid, const char *key, uint64_t *set)
{
	cleanup_free char *value = NULL;
	int r = proc_status_value(tid, key, &value);

	*set = r < 0 ? 0 : strtoull(value, NULL, 16);
	return r;
}

/* The line has a number for each namespace that the process is in, its own one last. */
int proc_is_init(pid_t tid)
{
	cleanup_free char *value = NULL;
	int r = proc_status_value(tid, "NStgid", &value);

	if (r < 0)
		return r;
	const char *last = strrchr(value, '\t');
	return strcmp(last != NULL ? last + 1 : value, "1") == 0;
}

int proc_handles(pid_t tid, int sig)
{
	uint64_t set;
	int r = proc_set(tid, "SigCgt", &set);

	return r < 0 ? r : (int)(set >> (sig - 1) & 1);
}

static bool is_in_state(pid_t tid, char state)
{
	cleanup_free char *value = NULL;

	return proc_status_value(tid, "State", &value) == 0 && value != NULL && value[0] == state;
}

bool proc_is_stopped(pid_t tid)
{
	return is_in_state(tid, 't');
}

bool proc_is_job_stopped(pid_t pid)
{
	return is_in_state(pid, 'T');
}

bool proc_same_users(pid_t tid)
{
	cleanup_strbuf struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;

	return read_text("/proc/self/uid_map", &ours, SIZE_MAX) == 0 &&
	       read_text(proc_path(tid, "uid_map").s, &theirs, SIZE_MAX) == 0 && ours.len > 0 &&
	       strcmp(ours.s, theirs.s) == 0;
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

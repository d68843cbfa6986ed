/*
 * What /proc tells of a thread. Every function copes with a thread that is gone and with a /proc
 * that is not mounted or shows another PID namespace, in which our numbers are those of strangers:
 * the answer is then NULL, false or a negative errno.
 */
#ifndef TRACER_PROC_H
#define TRACER_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Room for "/proc/", a number and the longest name that is used. */
struct proc_path {
	char s[64];
};

/*
 * The path of a file about a thread; tid 0 is this process. It is empty, which no file's is, where
 * the number would be a stranger's.
 */
struct proc_path proc_path(pid_t tid, const char *name);

/* Does /proc show this process's own PID namespace? May be called in a signal handler. */
bool proc_shows_us(void);

/* The process that a thread belongs to. */
pid_t proc_tgid(pid_t tid);

/* The file it executes, as the thread's own mount namespace names it. The caller frees it. */
char *proc_exe(pid_t tid);

/* Its name, at most 15 bytes, any bytes. The caller frees it. */
char *proc_comm(pid_t tid);

/* The first word of its command line. The caller frees it. */
char *proc_first_word(pid_t tid);

/*
 * A hash of the first argument, which is what tells the ways of a program apart: "git add" and "git gc". 0: not
 * known.
 */
uint64_t proc_way(pid_t tid);

/*
 * Code at `ip` as OBJECT+0xOFFSET, the offset in the object's file. The caller frees it. NULL also
 * where that would take too long to find out: a workload can make its memory map as long as it likes.
 */
char *proc_code_address(pid_t tid, uint64_t ip);

/* The same in an open memory map. */
char *proc_find_code(int maps, uint64_t ip);

/* Has it the same user namespace as this process? */
bool proc_same_user_namespace(pid_t tid);

/* Are the same users known to it? Can be told of a thread that is closed to us, too. */
bool proc_same_users(pid_t tid);

/* Is its process the first one of a PID namespace? 1, 0, or an error as of proc_status_value(). */
int proc_is_init(pid_t tid);

/* Has its process a handler for a signal? As above. */
int proc_handles(pid_t tid, int sig);

/* Does it stand because it is traced? */
bool proc_is_stopped(pid_t tid);

/* Is it stopped, by a signal and not because it is traced? */
bool proc_is_job_stopped(pid_t pid);

/* Device and inode of the file it executes; 0 or -errno. */
int proc_program(pid_t tid, uint64_t *device, uint64_t *inode);

/* One of the sets in /proc/TID/status ("CapEff", "SigCgt"), a bit each; errors as below. */
int proc_set(pid_t tid, const char *key, uint64_t *set);

/*
 * What the kernel knows of a file already, 0 or -errno. To ask its file system could be to ask a
 * process of the workload that serves it, and that stands until we have looked at it.
 */
int proc_look_at(const char *path, struct statx *st);

/*
 * What follows "KEY:" and white space in /proc/TID/status; tid 0 is this process. The caller frees
 * the value, which is NULL on failure. -ENODATA: this kernel's file has no such line. Any other error:
 * the file could not be read, and nothing is known.
 */
int proc_status_value(pid_t tid, const char *key, char **value);

/* The number in it, or as above. */
long proc_status_number(pid_t tid, const char *key);

#endif

/*
 * What /proc tells of a thread. Every function copes with a thread that is gone and with a /proc
 * that is not mounted or shows another PID namespace, in which our numbers are those of strangers:
 * the answer is then NULL, false or a negative errno.
 */
#ifndef TRACER_PROC_H
#define TRACER_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Does /proc show this process's own PID namespace? May be called in a signal handler. */
bool proc_shows_us(void);

/* The process that a thread belongs to. */
pid_t proc_tgid(pid_t tid);

/* The file it executes, as the thread's own mount namespace names it. The caller frees it. */
char *proc_exe(pid_t tid);

/* Its name, at most 15 bytes, any bytes. The caller frees it. */
char *proc_comm(pid_t tid);

/* Code at `ip` as OBJECT+0xOFFSET, the offset in the object's file. The caller frees it. */
char *proc_code_address(pid_t tid, uint64_t ip);

/* See struct kernel. */
bool proc_privileges_dropped(pid_t tid, bool our_doing, char **what);

/* Has it the same user namespace as this process? */
bool proc_same_user_namespace(pid_t tid);

/* Device and inode of the file it executes; 0 or -errno. */
int proc_program(pid_t tid, uint64_t *device, uint64_t *inode);

/* Has this process all of these capabilities (a bit each) in its effective set? */
bool proc_capable(uint64_t capabilities);

/* A number from a line "KEY:\tNUMBER" of /proc/TID/status; -errno. tid 0: this process. */
long proc_status_number(pid_t tid, const char *key);

#endif

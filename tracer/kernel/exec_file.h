/* The file that a thread is about to execute, before it does: a thread that was let go reports no exec. */
#ifndef TRACER_EXEC_FILE_H
#define TRACER_EXEC_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is refused, and to which file. Zeroed: nothing. */
struct exec_refusal {
	const char *what;
	char *path; /* owned; NULL: not known */
	uint64_t device, inode;
};

/*
 * A thread waits in execve(2) or, with `at`, in execveat(2), with these arguments. Has the file, or the interpreter
 * of a script, privileges that the thread will be refused? Where it can't be found out what is executed, because
 * the process is closed to us, it is said that there may be some.
 */
bool exec_file_drops(pid_t tid, bool at, const uint64_t args[6], struct exec_refusal *refusal);

#endif

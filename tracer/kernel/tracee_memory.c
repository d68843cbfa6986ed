#include "tracee_memory.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t copy_function(pid_t, const struct iovec *, unsigned long, const struct iovec *,
			      unsigned long, unsigned long);

static int copy_memory(copy_function *copy, pid_t tid, uint64_t address, void *data, size_t len)
{
	struct iovec local = {.iov_base = data, .iov_len = len};
	struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = len};
	ssize_t n = copy(tid, &local, 1, &remote, 1, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EFAULT;
}

/* A word that begins anywhere. */
static int peek(pid_t tid, uint64_t address, long *word)
{
	errno = 0;
	*word = ptrace(PTRACE_PEEKDATA, tid, (void *)(uintptr_t)address, NULL);
	return -errno;
}

/* In words, of which the last one is filled up with what stands there. */
static int transfer_words(pid_t tid, uint64_t address, unsigned char *data, size_t len, bool write)
{
	for (size_t i = 0; i < len; i += sizeof(long)) {
		size_t part = len - i < sizeof(long) ? len - i : sizeof(long);
		long word = 0;
		int r = write && part == sizeof(long) ? 0 : peek(tid, address + i, &word);
		if (r < 0)
			return r;
		if (!write) {
			memcpy(data + i, &word, part);
			continue;
		}
		memcpy(&word, data + i, part);
		if (ptrace(PTRACE_POKEDATA, tid, (void *)(uintptr_t)(address + i), word) < 0)
			return -errno;
	}
	return 0;
}

/*
 * The quick way first. A filter on this process may refuse it, the workload may have another user
 * than when it was taken hold of, and a page may be closed to writing: none of that keeps a tracer
 * from the memory. A process that is not dumpable does, but for a privileged tracer.
 */
int tracee_memory_access(pid_t tid, uint64_t address, void *data, size_t len, bool write)
{
	int r = copy_memory(write ? process_vm_writev : process_vm_readv, tid, address, data, len);

	if (r == 0 || r == -ESRCH)
		return r;
	int by_words = transfer_words(tid, address, data, len, write);
	return by_words == 0 || by_words == -ESRCH ? by_words : r;
}

static int result_of(ssize_t n, size_t len)
{
	if (n < 0)
		return errno == EIO ? -EFAULT : -errno;
	return (size_t)n == len ? 0 : -EFAULT;
}

int tracee_memory_read_opened(int fd, uint64_t address, void *data, size_t len)
{
	return result_of(pread(fd, data, len, (off_t)address), len);
}

int tracee_memory_write_opened(int fd, uint64_t address, const void *data, size_t len)
{
	return result_of(pwrite(fd, data, len, (off_t)address), len);
}

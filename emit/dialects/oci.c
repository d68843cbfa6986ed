#include "oci.h"

#include <string.h>

#include "syscalls.h"

/* The kernel cuts a larger errno to this: MAX_ERRNO, in __seccomp_filter(). */
#define ERRNO_MAX 4095
/* SECCOMP_RET_DATA has 16 bits. */
#define TRACE_MAX 65535

const char *const oci_flags[] = {
	"SECCOMP_FILTER_FLAG_TSYNC",
	"SECCOMP_FILTER_FLAG_LOG",
	"SECCOMP_FILTER_FLAG_SPEC_ALLOW",
	"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

const size_t oci_flag_count = sizeof(oci_flags) / sizeof(oci_flags[0]);

bool oci_is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_");

	return len > 0 && len < SYSCALL_NAME_MAX && name[len] == '\0';
}

uint32_t oci_errno_max(enum action action)
{
	return action == ACTION_TRACE ? TRACE_MAX : ERRNO_MAX;
}

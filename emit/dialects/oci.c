#include "oci.h"

#include <string.h>

#include "array.h"
#include "syscalls.h"
#include "text.h"

/* SECCOMP_RET_DATA has 16 bits. */
#define TRACE_MAX 65535

const char *const oci_flags[] = {
	"SECCOMP_FILTER_FLAG_TSYNC",
	"SECCOMP_FILTER_FLAG_LOG",
	"SECCOMP_FILTER_FLAG_SPEC_ALLOW",
	"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

const size_t oci_flag_count = ARRAY_SIZE(oci_flags);

bool oci_is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_");

	return len > 0 && len < SYSCALL_NAME_MAX && name[len] == '\0';
}

uint32_t oci_errno_max(enum action action)
{
	/* The kernel cuts a larger errno, in __seccomp_filter(). */
	return action == ACTION_TRACE ? TRACE_MAX : ERRNO_MAX;
}

#include "gap.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	const char *advice;
} gaps[GAP_MAX] = {
	[GAP_UNTRACED_CHILD] = {"untraced-child",
				"a child was started with CLONE_UNTRACED: its calls are missing"},
	[GAP_PRIVILEGES_DROPPED] = {"privileges-dropped",
				    "a program ran without the privileges of its file, because it "
				    "was traced: record as root to see what it does with them"},
	[GAP_WORKLOAD_TRACES] = {"workload-traces",
				 "the workload uses ptrace, which fails while it is being "
				 "traced itself: what it would do after success is missing"},
	[GAP_ALREADY_FILTERED] =
		{"already-filtered",
		 "calls that the filter refuses may have sent the workload another "
		 "way"},
	[GAP_OWN_FILTER] = {"own-filter",
			    "the workload loads a seccomp filter of its own: look at what it "
			    "refuses, it need not be in the profile and may be missing from it"},
	[GAP_LISTENER_REFUSED] =
		{"listener-refused",
		 "the workload asks for a seccomp listener of its own, which fails "
		 "while it is being recorded: record with --exact to see what it "
		 "does with it"},
	[GAP_UNKNOWN_NUMBER] = {"unknown-number",
				"a call number without a name was used: it is in no profile"},
	[GAP_IO_URING] = {"io-uring", "operations in an io_uring are not system calls: neither "
				      "this recording nor a seccomp profile sees them"},
	[GAP_INTERRUPTED] = {"interrupted", "the run was ended from outside: what the workload "
					    "does later is missing"},
	[GAP_CUT_OFF] = {"cut-off", "what came after the last line is missing"},
};

const char *gap_name(enum gap_kind kind)
{
	return gaps[kind].name;
}

const char *gap_advice(const char *name)
{
	for (size_t i = 0; i < GAP_MAX; i++)
		if (strcmp(gaps[i].name, name) == 0)
			return gaps[i].advice;
	return NULL;
}

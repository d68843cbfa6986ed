/* libseccomp, to which rules are given as runtimes give them: one by one, for all ABIs at once. */
#ifndef EMIT_SCMP_H
#define EMIT_SCMP_H

#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "err.h"
#include "profile.h"
#include "strbuf.h"

/* The action's code, in libseccomp and in what a filter returns. */
uint32_t scmp_action(struct verdict verdict);

struct scmp_rule {
	const struct rule *rule; /* borrowed */
	int number;              /* the machine's own: libseccomp finds those of other ABIs */
	/*
	 * What libseccomp said: 0 or a negative errno; -EEXIST where it has another action for the
	 * same, or for a part of it. The filter is then without the rule.
	 */
	int refused;
};

/*
 * The number for a rule, where these are the filter's ABIs. False where this machine's libseccomp
 * cannot have a rule for the name.
 */
bool scmp_number(const struct rule *rule, const struct abi *const *abis, size_t n, int *number);

/*
 * Appends the program that libseccomp makes for these ABIs (one or more) and no other, an array of
 * struct sock_filter. Fails with ENOTSUP where it has no filters for such a default or ABI, and with
 * ETIME where it takes too long: of some sets of rules it would never make an end, nor when memory
 * runs out while it looks for equal parts of the filter. So it works in a process of its own, which
 * has a limit of processor time.
 */
int scmp_compile(struct verdict fallback, const struct abi *const *abis, size_t n,
		 struct scmp_rule *rules, size_t n_rules, struct strbuf *out, struct err *err);

/* "libseccomp 2.5.4"; the caller frees it. */
char *scmp_version(void);

#endif

#include "firejail.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cleanup.h"
#include "plain.h"
#include "syscalls.h"
#include "text.h"

static const char *error_action(struct verdict fallback)
{
	switch (fallback.action) {
	case ACTION_ERRNO:
		return errno_name((int)fallback.errno_ret);
	case ACTION_KILL_THREAD:
	case ACTION_KILL_PROCESS:
		return "kill";
	case ACTION_LOG:
		return "log";
	default:
		return NULL;
	}
}

/* firejail 0.9.72, of Debian 12 and Ubuntu 24.04, knows the names of Linux 5.9, and no later ones. */
#define LAST_NAMED 440

/* It takes any call by its number, too. */
static bool needs_number(const struct abi *abi, int32_t nr)
{
	/* MIPS has its base in the number. */
	if (abi->nr_base < 1 << 30)
		nr -= abi->nr_base;
	/* On x86_64 alone this gap has been used since (uretprobe), and only then. */
	return nr > LAST_NAMED || (nr > 334 && nr < 424 && strcmp(abi->name, "x86_64") == 0);
}

static void add_list(const struct profile *profile, const struct abi *abi, struct strbuf *out)
{
	cleanup_strbuf struct strbuf list = STRBUF_INIT;
	int32_t nr;

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (rule->verdict.action != ACTION_ALLOW || !syscalls_number(abi, rule->name, &nr))
			continue;
		strbuf_addch(&list, list.len > 0 ? ',' : ' ');
		if (!needs_number(abi, nr)) {
			strbuf_adds(&list, rule->name);
			continue;
		}
		uint32_t number = abi_raw_number(abi, nr);
		strbuf_addf(&list, "$%" PRIu32, number);
		strbuf_addf(out, "# $%" PRIu32 " is %s\n", number, rule->name);
	}
	strbuf_addf(out, "seccomp.keep%s\n", list.len > 0 ? list.s : "");
}

int firejail_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		   struct err *err)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	const char *action = error_action(profile->fallback);
	int r = plain_check_allowed(profile, "firejail", err);

	if (r < 0)
		return r;
	/*
	 * There is seccomp.32.keep, but 0.9.72 makes a filter for x86_64 of it, so that 64-bit
	 * programs are refused what only they call, and 32-bit programs nothing.
	 */
	if (n > 1)
		return err_set_need(
			err,
			err_set(err, ENOTSUP,
				"dialect firejail has a list for one ABI, since firejail does not "
				"apply another one to 32-bit programs, and this profile is for %zu",
				n),
			ERR_NEEDS_ONE_ABI);
	if (action == NULL)
		return err_set_need(err,
				    err_set(err, ENOTSUP, "dialect firejail has no default %s",
					    action_oci_name(profile->fallback.action)),
				    ERR_NEEDS_DEFAULT);
	plain_drop_settings(profile, "firejail", writing);
	add_list(profile, abis[0], out);
	strbuf_adds(out, "seccomp.block-secondary\n");
	strbuf_addf(out, "seccomp-error-action %s\n", action);
	return 0;
}

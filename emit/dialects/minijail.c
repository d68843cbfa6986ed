#include "minijail.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "enosys.h"
#include "oci.h"
#include "plain.h"
#include "syscalls.h"

static const char *const signs[COMPARE_MAX] = {
	[COMPARE_NE] = "!=", [COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
	[COMPARE_EQ] = "==", [COMPARE_GE] = ">=", [COMPARE_GT] = ">",
};

static bool kills(struct verdict verdict)
{
	return verdict.action == ACTION_KILL_THREAD || verdict.action == ACTION_KILL_PROCESS;
}

/*
 * (arg & mask) == value: each bit that must be set, and then those that must not be. Bits of the
 * value outside of the mask do not count: libseccomp, and so the runtimes, take them away.
 */
static void add_masked(const struct condition *c, struct strbuf *out)
{
	uint64_t value = c->value_two & c->value;
	const char *and = "";

	for (int bit = 0; bit < 64; bit++) {
		if ((value >> bit & 1) == 0)
			continue;
		strbuf_addf(out, "%sarg%" PRIu32 " & 0x%" PRIx64, and, c->index,
			    UINT64_C(1) << bit);
		and = " && ";
	}
	uint64_t clear = c->value & ~value;
	if (clear != 0 || *and == '\0')
		strbuf_addf(out, "%sarg%" PRIu32 " in 0x%" PRIx64, and, c->index, ~clear);
}

static void add_conditions(const struct rule *rule, struct strbuf *out)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];

		strbuf_adds(out, i > 0 ? " && " : "");
		if (c->op == COMPARE_MASKED_EQ)
			add_masked(c, out);
		else
			strbuf_addf(out, "arg%" PRIu32 " %s 0x%" PRIx64, c->index, signs[c->op],
				    c->value);
	}
}

/* One rule without conditions. */
static int add_plain(const struct rule *rule, struct strbuf *out, struct err *err)
{
	switch (rule->verdict.action) {
	case ACTION_ALLOW:
		strbuf_addf(out, "%s: 1\n", rule->name);
		return 0;
	case ACTION_ERRNO:
		strbuf_addf(out, "%s: return %" PRIu32 "\n", rule->name, rule->verdict.errno_ret);
		return 0;
	case ACTION_LOG:
		strbuf_addf(out, "%s: log\n", rule->name);
		return 0;
	case ACTION_TRAP:
		strbuf_addf(out, "%s: trap\n", rule->name);
		return 0;
	case ACTION_TRACE:
		strbuf_addf(out, "%s: trace\n", rule->name);
		return 0;
	case ACTION_NOTIFY:
		strbuf_addf(out, "%s: user-notify\n", rule->name);
		return 0;
	case ACTION_KILL_THREAD:
	case ACTION_KILL_PROCESS:
		strbuf_addf(out, "%s: kill\n", rule->name);
		return 0;
	default:
		return err_set(err, ENOTSUP, "dialect minijail has no action for %s", rule->name);
	}
}

/* All rules of a call: `n` of them, the first at `rules`. `otherwise`: when none holds. */
static int add_call(const struct profile *profile, const struct rule *rules, size_t n,
		    struct verdict otherwise, struct strbuf *out, struct err *err)
{
	if (n == 1 && rules->n_conditions == 0)
		return plain_is_fallback(profile, rules) ? 0 : add_plain(rules, out, err);
	for (size_t i = 0; i < n; i++)
		if (rules[i].verdict.action != ACTION_ALLOW || rules[i].n_conditions == 0)
			return err_set(err, ENOTSUP,
				       "dialect minijail can allow a call under conditions, and "
				       "nothing else: the rules for %s ask for more",
				       rules->name);
	strbuf_addf(out, "%s: ", rules->name);
	for (size_t i = 0; i < n; i++) {
		strbuf_adds(out, i > 0 ? " || " : "");
		add_conditions(&rules[i], out);
	}
	if (otherwise.action == ACTION_ERRNO)
		strbuf_addf(out, "; return %" PRIu32, otherwise.errno_ret);
	strbuf_addch(out, '\n');
	return 0;
}

static int add_calls(const struct profile *profile, const struct abi *abi, struct verdict otherwise,
		     struct strbuf *out, struct err *err)
{
	int32_t nr;
	int r = 0;

	for (size_t i = 0, n; r == 0 && i < profile->n_rules; i += n) {
		const struct rule *rules = &profile->rules[i];

		for (n = 1; i + n < profile->n_rules; n++)
			if (strcmp(rules->name, rules[n].name) != 0)
				break;
		if (!oci_is_name(rules->name))
			r = err_set(err, EINVAL, "\"%s\" is not the name of a system call",
				    rules->name);
		else if (syscalls_number(abi, rules->name, &nr))
			r = add_call(profile, rules, n, otherwise, out, err);
	}
	return r;
}

static int add_enosys(const struct profile *profile, const struct abi *abi,
		      const struct writing *writing, struct strbuf *out, struct err *err)
{
	struct profile *copy = profile_copy(profile);
	size_t added = enosys_add(copy, &abi, 1);

	/* Sorted among the others, and not dropped for saying what the default says. */
	copy->fallback = (struct verdict){.action = ACTION_KILL_PROCESS};
	profile_sort(copy);
	warnings_add(
		writing->warnings, WARNING_CHANGED, 0,
		"dialect minijail has no default errno: ENOSYS is written for %zu newer calls, "
		"any other call kills",
		added);
	int r = add_calls(copy, abi, profile->fallback, out, err);
	profile_free(copy);
	return r;
}

int minijail_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
		   struct err *err)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	bool enosys =
		profile->fallback.action == ACTION_ERRNO && profile->fallback.errno_ret == ENOSYS;

	if (n > 1)
		return err_set_need(err,
				    err_set(err, ENOTSUP,
					    "dialect minijail has a file for each ABI, and this "
					    "profile is for %zu",
					    n),
				    ERR_NEEDS_ONE_ABI);
	if (!enosys && !kills(profile->fallback))
		return err_set_need(
			err,
			err_set(err, ENOTSUP,
				"dialect minijail kills at any call that it does not "
				"list, or has ENOSYS for newer ones, and the default of "
				"this profile is neither"),
			ERR_NEEDS_DEFAULT);
	plain_drop_settings(profile, "minijail", writing);
	strbuf_addf(out, "# minijail policy for %s\n", abis[0]->name);
	return enosys ? add_enosys(profile, abis[0], writing, out, err)
		      : add_calls(profile, abis[0], profile->fallback, out, err);
}

#include "plain.h"

#include <errno.h>

#include "oci.h"

bool plain_is_fallback(const struct profile *profile, const struct rule *rule)
{
	return rule->n_conditions == 0 && verdict_equal(rule->verdict, profile->fallback);
}

int plain_check(const struct profile *profile, const char *dialect, struct err *err)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (!oci_is_name(rule->name))
			return err_set(err, EINVAL, "\"%s\" is not the name of a system call",
				       rule->name);
		if (rule->n_conditions > 0)
			return err_set(err, ENOTSUP,
				       "dialect %s has no conditions on arguments; the rule for %s "
				       "has some",
				       dialect, rule->name);
	}
	return 0;
}

int plain_check_allowed(const struct profile *profile, const char *dialect, struct err *err)
{
	int r = plain_check(profile, dialect, err);

	if (r == 0 && profile->fallback.action == ACTION_ALLOW)
		return err_set(err, ENOTSUP,
			       "dialect %s lists the calls that are allowed; the profile allows "
			       "all others too",
			       dialect);
	for (size_t i = 0; r == 0 && i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (rule->verdict.action != ACTION_ALLOW && !plain_is_fallback(profile, rule))
			r = err_set(err, ENOTSUP,
				    "dialect %s treats all calls alike that are not allowed; the "
				    "rule for %s is %s",
				    dialect, rule->name, action_oci_name(rule->verdict.action));
	}
	return r;
}

void plain_drop_settings(const struct profile *profile, const char *dialect,
			 const struct writing *writing)
{
	if (profile->n_flags > 0)
		warnings_add(writing->warnings, WARNING_CHANGED, 0,
			     "dialect %s has no flags: %s is left out", dialect, profile->flags[0]);
	if (profile->listener_path != NULL)
		warnings_add(writing->warnings, WARNING_CHANGED, 0,
			     "dialect %s has no listener: listenerPath is left out", dialect);
}

size_t plain_abis(const struct profile *profile, const struct writing *writing,
		  const struct abi **own, const struct abi *const **abis)
{
	*own = context_abi(writing->context);
	*abis = profile->n_abis > 0 ? profile->abis : own;
	return profile->n_abis > 0 ? profile->n_abis : 1;
}

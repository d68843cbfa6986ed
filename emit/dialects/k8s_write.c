#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "compiled_rule.h"
#include "enosys.h"
#include "k8s.h"
#include "oci_parts.h"
#include "plain.h"
#include "probes.h"

static int check_rule(const struct rule *rule, struct err *err)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];

		if (c->value > INT64_MAX || c->value_two > INT64_MAX)
			return err_set(err, ENOTSUP,
				       "dialect k8s has no numbers from 2^63 on; a condition of %s "
				       "has %" PRIu64,
				       rule->name, c->value > INT64_MAX ? c->value : c->value_two);
	}
	return 0;
}

static int check_settings(const struct profile *profile, const struct context *context,
			  struct err *err)
{
	const char *path = profile->listener_path;

	if (context->name == NULL)
		return err_set_need(err, err_set(err, EINVAL, "a Kubernetes resource needs a name"),
				    ERR_NEEDS_NAME);
	if (!k8s_is_name(context->name))
		return err_set(err, EINVAL,
			       "\"%s\" is no name for a Kubernetes resource: expected %s",
			       context->name, K8S_NAME_EXPECTED);
	for (size_t i = 0; i < profile->n_abis; i++)
		if (!k8s_has_abi(profile->abis[i]))
			return err_set(err, ENOTSUP, "dialect k8s does not know the ABI %s",
				       profile->abis[i]->name);
	if (path != NULL && strncmp(path, K8S_LISTENER_DIR, strlen(K8S_LISTENER_DIR)) != 0)
		return err_set(err, ENOTSUP, "dialect k8s has listeners below %s only",
			       K8S_LISTENER_DIR);
	return 0;
}

static int check(const struct profile *profile, const struct context *context, struct err *err)
{
	const struct verdict fallback = profile->fallback;
	int r = oci_check(profile, "k8s", err);

	if (r == 0)
		r = check_settings(profile, context, err);
	for (size_t i = 0; r == 0 && i < profile->n_rules; i++)
		r = check_rule(&profile->rules[i], err);
	if (r == 0 && fallback.has_errno && fallback.errno_ret != EPERM &&
	    !(fallback.action == ACTION_ERRNO && fallback.errno_ret == ENOSYS))
		r = err_set_need(
			err,
			err_set(err, ENOTSUP,
				"dialect k8s has no default errno but EPERM, or ENOSYS for "
				"newer calls; this profile has %" PRIu32,
				fallback.errno_ret),
			ERR_NEEDS_DEFAULT);
	return r;
}

/*
 * Rules that repeated the default, ENOSYS, and so did not count: beside others for their call they
 * would now.
 */
static void drop_defaults(struct profile *copy, const struct profile *profile)
{
	for (size_t i = profile->n_rules; i > 0; i--) {
		const struct rule *rule = &profile->rules[i - 1];
		size_t others = 0;

		if (!verdict_equal(rule->verdict, profile->fallback))
			continue;
		for (size_t k = 0; k < profile->n_rules; k++)
			others += strcmp(profile->rules[k].name, rule->name) == 0 &&
				  !verdict_equal(profile->rules[k].verdict, rule->verdict);
		if (others > 0)
			profile_drop_rule(copy, i - 1);
	}
}

/* Is there another answer, for arguments that the rule is about? */
static bool is_beside_another(const struct compiled_rules *made, const struct compiled_rule *rule,
			      unsigned int bits)
{
	uint64_t args[COMPILED_ARGS];

	for (size_t i = 0; i < made->n; i++)
		if (made->list[i].nr == rule->nr && made->list[i].n_conditions > 0 &&
		    !verdict_equal(made->list[i].rule->verdict, rule->rule->verdict) &&
		    probes_both(&made->list[i], rule, bits, args))
			return true;
	return false;
}

/*
 * A rule that says EPERM, where the default does, is left out by runtimes: then another one counts
 * for its arguments. EACCES is as good, and is not left out.
 */
static void keep_refusals(struct profile *copy, const struct profile *profile,
			  const struct abi *abi, struct warnings *warnings)
{
	const struct verdict eperm = {ACTION_ERRNO, true, EPERM};
	struct compiled_rules made;

	compiled_rules_of(&made, profile, abi);
	for (size_t i = 0; i < made.n; i++) {
		const struct compiled_rule *m = &made.list[i];
		/* The copy has the same rules, and then others. */
		struct rule *rule = &copy->rules[m->rule - profile->rules];

		if (m->n_conditions == 0 || !verdict_equal(rule->verdict, eperm) ||
		    !is_beside_another(&made, m, abi_argument_bits(abi)))
			continue;
		rule->verdict.errno_ret = EACCES;
		warnings_add(warnings, WARNING_CHANGED, 0,
			     "dialect k8s has EPERM as the default, beside which a rule that says "
			     "the same is left out: \"%s\" gets EACCES instead where it has that",
			     rule->name);
	}
	compiled_rules_release(&made);
}

/* The same with EPERM as the default, and ENOSYS where it matters. */
static struct profile *without_enosys(const struct profile *profile, const struct writing *writing)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	struct profile *copy = profile_copy(profile);
	size_t added = enosys_add(copy, abis, n);

	for (size_t i = 0; i < abi_count; i++)
		if (profile_covers(profile, &abi_table[i]))
			keep_refusals(copy, profile, &abi_table[i], writing->warnings);
	copy->fallback.errno_ret = EPERM;
	drop_defaults(copy, profile);
	profile_sort(copy);
	warnings_add(writing->warnings, WARNING_CHANGED, 0,
		     "dialect k8s has no default errno: ENOSYS is written for %zu newer calls, any "
		     "other call gets EPERM",
		     added);
	return copy;
}

int k8s_write(const struct profile *profile, const struct writing *writing,
	      struct json_object **root, struct err *err)
{
	const struct oci_style style = {.dialect = "k8s", .no_default_errno = true};
	struct profile *changed = NULL;
	int r = check(profile, writing->context, err);

	if (r < 0)
		return r;
	if (profile->fallback.action == ACTION_ERRNO && profile->fallback.errno_ret == ENOSYS)
		changed = without_enosys(profile, writing);
	struct json_object *object = json_new_object();
	struct json_object *metadata = json_new_object();
	json_set_text(object, "apiVersion", K8S_API_GROUP "v1beta1");
	json_set_text(object, "kind", K8S_KIND);
	json_set_text(metadata, "name", writing->context->name);
	json_set(object, "metadata", metadata);
	json_set(object, "spec", oci_make(changed != NULL ? changed : profile, &style));
	profile_free(changed);
	*root = object;
	return 0;
}

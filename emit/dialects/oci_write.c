#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"
#include "docker.h"
#include "oci.h"
#include "oci_parts.h"
#include "rule_order.h"
#include "text.h"

static int check_text(const char *key, const char *text, struct err *err)
{
	for (size_t n; text != NULL && *text != '\0'; text += n) {
		n = utf8_length(text);
		if (n == 0)
			return err_set(err, EINVAL,
				       "the %s is not UTF-8, so no document can hold it", key);
	}
	return 0;
}

static int check_verdict(struct verdict verdict, struct err *err)
{
	if (verdict.errno_ret > oci_errno_max(verdict.action))
		return err_set(err, EINVAL, "%s takes an errno of at most %u, not %u",
			       action_oci_name(verdict.action), oci_errno_max(verdict.action),
			       verdict.errno_ret);
	return 0;
}

static int check_rule(const struct rule *rule, const char *dialect, struct err *err)
{
	if (!oci_is_name(rule->name))
		return err_set(err, EINVAL, "\"%s\" is not the name of a system call", rule->name);
	for (size_t i = 1; i < rule->n_conditions; i++)
		if (rule->conditions[i].index == rule->conditions[i - 1].index)
			return err_set(err, ENOTSUP,
				       "dialect %s cannot ask for two things of one argument: the "
				       "rule for %s has several conditions on argument %u",
				       dialect, rule->name, rule->conditions[i].index);
	return check_verdict(rule->verdict, err);
}

int oci_check(const struct profile *profile, const char *dialect, struct err *err)
{
	int r = check_text("listenerPath", profile->listener_path, err);

	if (r == 0)
		r = check_text("listenerMetadata", profile->listener_metadata, err);
	if (r == 0)
		r = check_verdict(profile->fallback, err);
	if (r == 0 && profile->listener_metadata != NULL && profile->listener_path == NULL)
		r = err_set(err, EINVAL, "dialect %s has no listenerMetadata without listenerPath",
			    dialect);
	for (size_t i = 0; r == 0 && i < profile->n_rules; i++)
		r = check_rule(&profile->rules[i], dialect, err);
	return r;
}

/* Podman takes the text before the number; it is for errnos only. */
static void put_errno_text(struct json_object *object, const char *key, struct verdict verdict)
{
	const char *name = errno_name((int)verdict.errno_ret);
	cleanup_free char *number = xasprintf("%u", verdict.errno_ret);

	json_set_text(object, key, name != NULL ? name : number);
}

static void put_verdict(struct json_object *object, const char *action_key, const char *errno_key,
			const char *text_key, struct verdict verdict)
{
	json_set_text(object, action_key, action_oci_name(verdict.action));
	if (verdict.has_errno)
		json_set_uint(object, errno_key, verdict.errno_ret);
	if (text_key != NULL && verdict.action == ACTION_ERRNO)
		put_errno_text(object, text_key, verdict);
}

/* Rules that share a verdict and conditions, and so an entry: sorted by name. */
struct group {
	const struct rule *const *rules;
	size_t n;
};

static int compare_content(const struct rule *a, const struct rule *b)
{
	int order = verdict_compare(a->verdict, b->verdict);

	return order != 0 ? order : rule_compare_conditions(a, b);
}

static int compare_for_grouping(const void *x, const void *y)
{
	const struct rule *a = *(const struct rule *const *)x;
	const struct rule *b = *(const struct rule *const *)y;
	int order = compare_content(a, b);

	return order != 0 ? order : strcmp(a->name, b->name);
}

/*
 * Entries without conditions first, by verdict; then those with conditions, by verdict and first
 * name, so that a call's entries stand together.
 */
static int compare_groups(const void *x, const void *y)
{
	const struct rule *a = ((const struct group *)x)->rules[0];
	const struct rule *b = ((const struct group *)y)->rules[0];

	if ((a->n_conditions == 0) != (b->n_conditions == 0))
		return a->n_conditions == 0 ? -1 : 1;
	int order = verdict_compare(a->verdict, b->verdict);
	if (order == 0)
		order = strcmp(a->name, b->name);
	return order != 0 ? order : rule_compare_conditions(a, b);
}

static void put_args(struct json_object *entry, const struct rule *rule,
		     const struct oci_style *style)
{
	if (rule->n_conditions == 0)
		return;
	struct json_object *args = json_new_array();
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *condition = &rule->conditions[i];
		struct json_object *arg = json_new_object();

		json_set_uint(arg, "index", condition->index);
		json_set_uint(arg, "value", condition->value);
		if (condition->op == COMPARE_MASKED_EQ || style->value_two_always)
			json_set_uint(arg, "valueTwo", condition->value_two);
		json_set_text(arg, "op", compare_oci_name(condition->op));
		json_push(args, arg);
	}
	json_set(entry, "args", args);
}

static struct json_object *make_entry(const struct group *group, const struct oci_style *style)
{
	struct json_object *entry = json_new_object();
	struct json_object *names = json_new_array();

	for (size_t i = 0; i < group->n; i++)
		json_push_text(names, group->rules[i]->name);
	json_set(entry, "names", names);
	put_verdict(entry, "action", "errnoRet", style->errno_texts ? "errno" : NULL,
		    group->rules[0]->verdict);
	put_args(entry, group->rules[0], style);
	return entry;
}

/* Does the rule say what is said of every call anyway? Some runtimes refuse such rules. */
static bool is_fallback(const struct profile *profile, const struct rule *rule)
{
	return rule->n_conditions == 0 && verdict_equal(rule->verdict, profile->fallback);
}

static int compare_order(const void *x, const void *y)
{
	return rule_compare_order(*(const struct rule *const *)x, *(const struct rule *const *)y);
}

/* Of rules that stand together, those that are the same but for the name. */
static size_t make_groups(const struct rule *const *rules, size_t n, struct group *groups)
{
	size_t n_groups = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_content(rules[i - 1], rules[i]) != 0)
			groups[n_groups++] = (struct group){.rules = &rules[i]};
		groups[n_groups - 1].n++;
	}
	return n_groups;
}

/* Those whose order matters come last, as they were written. */
static struct json_object *make_syscalls(const struct profile *profile,
					 const struct oci_style *style)
{
	cleanup_free const struct rule **rules = xcalloc(profile->n_rules, sizeof(*rules));
	cleanup_free const struct rule **ordered = xcalloc(profile->n_rules, sizeof(*ordered));
	cleanup_free struct group *groups = xcalloc(profile->n_rules, sizeof(*groups));
	cleanup_free bool *matters = rule_order_matters(profile);
	struct json_object *syscalls = json_new_array();
	size_t n = 0, n_ordered = 0;

	for (size_t i = 0; i < profile->n_rules; i++) {
		if (matters[i])
			ordered[n_ordered++] = &profile->rules[i];
		else if (!is_fallback(profile, &profile->rules[i]))
			rules[n++] = &profile->rules[i];
	}
	qsort(rules, n, sizeof(*rules), compare_for_grouping);
	qsort(ordered, n_ordered, sizeof(*ordered), compare_order);
	size_t n_groups = make_groups(rules, n, groups);
	qsort(groups, n_groups, sizeof(*groups), compare_groups);
	n_groups += make_groups(ordered, n_ordered, groups + n_groups);
	for (size_t i = 0; i < n_groups; i++)
		json_push(syscalls, make_entry(&groups[i], style));
	return syscalls;
}

static void put_abis(struct json_object *object, const struct profile *profile)
{
	if (profile->n_abis == 0)
		return;
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < profile->n_abis; i++)
		json_push_text(list, profile->abis[i]->oci);
	json_set(object, "architectures", list);
}

static void put_flags(struct json_object *object, const struct profile *profile)
{
	if (!profile->has_flags)
		return;
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < profile->n_flags; i++)
		json_push_text(list, profile->flags[i]);
	json_set(object, "flags", list);
}

static void put_default(struct json_object *object, const struct profile *profile,
			const struct oci_style *style)
{
	if (style->no_default_errno)
		json_set_text(object, "defaultAction", action_oci_name(profile->fallback.action));
	else
		put_verdict(object, "defaultAction", "defaultErrnoRet",
			    style->errno_texts ? "defaultErrno" : NULL, profile->fallback);
}

struct json_object *oci_make(const struct profile *profile, const struct oci_style *style)
{
	struct json_object *object = json_new_object();

	put_default(object, profile, style);
	put_abis(object, profile);
	put_flags(object, profile);
	if (profile->listener_path != NULL)
		json_set_text(object, "listenerPath", profile->listener_path);
	if (profile->listener_metadata != NULL)
		json_set_text(object, "listenerMetadata", profile->listener_metadata);
	json_set(object, "syscalls", make_syscalls(profile, style));
	return object;
}

static int write_as(const struct profile *profile, const struct oci_style *style,
		    struct json_object **root, struct err *err)
{
	int r = oci_check(profile, style->dialect, err);

	if (r == 0)
		*root = oci_make(profile, style);
	return r;
}

int oci_write(const struct profile *profile, const struct writing *writing,
	      struct json_object **root, struct err *err)
{
	(void)writing;
	return write_as(profile, &(struct oci_style){.dialect = "oci"}, root, err);
}

/* Docker reads what the specification has; its own keys are for hand-made profiles. */
int docker_write(const struct profile *profile, const struct writing *writing,
		 struct json_object **root, struct err *err)
{
	(void)writing;
	return write_as(profile, &(struct oci_style){.dialect = "docker"}, root, err);
}

int podman_write(const struct profile *profile, const struct writing *writing,
		 struct json_object **root, struct err *err)
{
	const struct oci_style style = {
		.dialect = "podman", .errno_texts = true, .value_two_always = true};

	(void)writing;
	return write_as(profile, &style, root, err);
}

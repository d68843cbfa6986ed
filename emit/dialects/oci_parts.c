#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "oci.h"
#include "oci_parts.h"
#include "oci_warn.h"

/* System calls have six arguments. */
#define INDEX_MAX 5

static int read_action(const struct node *node, enum action *action, struct err *err)
{
	const char *words[ACTION_MAX];
	const char *text;
	int r = node_text(node, &text, err);

	if (r < 0)
		return r;
	*action = action_by_oci_name(text);
	if (*action != ACTION_INVALID)
		return 0;
	for (int i = 0; i < ACTION_MAX; i++)
		words[i] = action_oci_name((enum action)i);
	return node_expected_word(node, err, "an action", words, ACTION_MAX);
}

static int read_compare(const struct node *node, enum compare *op, struct err *err)
{
	const char *words[COMPARE_MAX];
	const char *text;
	int r = node_text(node, &text, err);

	if (r < 0)
		return r;
	*op = compare_by_oci_name(text);
	if (*op != COMPARE_INVALID)
		return 0;
	for (int i = 0; i < COMPARE_MAX; i++)
		words[i] = compare_oci_name((enum compare)i);
	return node_expected_word(node, err, "a comparison", words, COMPARE_MAX);
}

/* The kernel has 16 bits for it, and runc and crun cut it to these. */
#define ERRNO_BITS 0xffff

/* In programs in Go the number has 64 bits. */
static bool is_wide(const struct node *node)
{
	return json_object_is_type(node->value, json_type_int) &&
	       json_object_get_int64(node->value) > UINT32_MAX;
}

/* The errno of an action, under `key` of `object` if it is there. */
static int read_errno(const struct node *object, const char *key, struct verdict *verdict,
		      struct err *err)
{
	struct node node;
	uint64_t value;

	if (!node_get(object, key, &node))
		return 0;
	/* Of what is below 0 crun takes next to nothing here. */
	int r = node_number(&node, is_wide(&node) ? UINT64_MAX : UINT32_MAX, &value, err);
	if (r < 0)
		return r;
	if (!action_takes_errno(verdict->action)) {
		oci_warn_no_errno(&node, verdict->action);
		return 0;
	}
	if ((value & ERRNO_BITS) > oci_errno_max(verdict->action))
		return node_expected(&node, err, "a whole number from 0 to %u",
				     oci_errno_max(verdict->action));
	if (value > ERRNO_BITS)
		warnings_add(node.tree->warnings, WARNING_ERRNO, node.line,
			     "\"%s\" has 16 bits: %" PRIu64 " counts as %" PRIu64 "%s", key, value,
			     value & ERRNO_BITS,
			     value > UINT32_MAX ? " to runc; crun refuses the profile" : "");
	verdict->has_errno = true;
	verdict->errno_ret = (uint32_t)(value & ERRNO_BITS);
	oci_warn_errno_range(&node, *verdict);
	return 0;
}

/* Has the document neither a default nor entries? Then no filter is loaded. */
static bool is_off(const struct node *root)
{
	struct node node;
	bool has_default = node_get(root, "defaultAction", &node) &&
			   !(json_object_is_type(node.value, json_type_string) &&
			     json_object_get_string_len(node.value) == 0);

	return !has_default &&
	       (!node_get(root, "syscalls", &node) ||
		(json_object_is_type(node.value, json_type_array) && node_length(&node) == 0));
}

int oci_read_default(const struct node *root, struct reading *reading, struct err *err)
{
	struct verdict *fallback = &reading->profile->fallback;

	if (!is_off(root))
		return oci_read_verdict(root, "defaultAction", "defaultErrnoRet", fallback, err);
	*fallback = (struct verdict){.action = ACTION_ALLOW};
	warnings_add(reading->warnings, WARNING_OFF, root->line,
		     "without \"defaultAction\" and entries there is no filter, and everything is "
		     "allowed; crun refuses the profile");
	return 0;
}

int oci_read_verdict(const struct node *object, const char *action_key, const char *errno_key,
		     struct verdict *verdict, struct err *err)
{
	struct node node;
	int r = node_require(object, action_key, &node, err);

	*verdict = (struct verdict){.action = ACTION_INVALID};
	if (r == 0)
		r = read_action(&node, &verdict->action, err);
	return r < 0 ? r : read_errno(object, errno_key, verdict, err);
}

/*
 * libseccomp's own name, before which crun takes SCMP_ARCH_ away if it is there. runc knows only the
 * long names; Podman and Docker pass on what there is.
 */
static const struct abi *by_libseccomp(const struct node *node, const char *text)
{
	cleanup_free char *oci = xasprintf("SCMP_ARCH_%s", text);

	for (char *p = oci; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	const struct abi *abi = islower((unsigned char)*text) ? abi_by_oci(oci) : NULL;
	if (abi != NULL)
		warnings_add(node->tree->warnings, WARNING_ARCHITECTURE, node->line,
			     "crun takes \"%s\" for %s; runc refuses the profile", text, abi->oci);
	return abi;
}

int oci_read_abi(const struct node *node, const struct context *context, const struct abi **abi,
		 struct err *err)
{
	const char *text;
	int r = node_text(node, &text, err);

	if (r < 0)
		return r;
	*abi = abi_by_oci(text);
	if (*abi == NULL && context != NULL && strcmp(text, "SCMP_ARCH_NATIVE") == 0)
		*abi = context_abi(context);
	if (*abi == NULL)
		*abi = by_libseccomp(node, text);
	if (*abi != NULL)
		return 0;
	const struct abi *other =
		abi_by_any_name(strncmp(text, "SCMP_ARCH_", 10) == 0 ? text + 10 : text);
	if (other != NULL)
		return node_expected_meant(node, err, "an architecture", other->oci);
	cleanup_free const char **words = xcalloc(abi_count, sizeof(*words));
	for (size_t i = 0; i < abi_count; i++)
		words[i] = abi_table[i].oci;
	return node_expected_word(node, err, "an architecture", words, abi_count);
}

int oci_read_architectures(const struct node *root, const struct context *native,
			   struct reading *reading, struct err *err)
{
	struct profile *profile = reading->profile;
	struct node list;

	if (!node_get(root, "architectures", &list))
		return 0;
	int r = node_array(&list, err);
	for (size_t i = 0; r == 0 && i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		const struct abi *abi;

		r = oci_read_abi(&item, native, &abi, err);
		if (r == 0)
			profile_add_abi(profile, abi);
	}
	reading_set_abis(reading, profile->abis, profile->n_abis);
	return r;
}

static bool is_flag(const char *text)
{
	for (size_t i = 0; i < oci_flag_count; i++)
		if (strcmp(oci_flags[i], text) == 0)
			return true;
	return false;
}

int oci_read_flags(const struct node *root, struct profile *profile, struct err *err)
{
	struct node list;

	if (!node_get(root, "flags", &list))
		return 0;
	int r = node_array(&list, err);
	if (r < 0)
		return r;
	profile->has_flags = true;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		const char *text;

		r = node_text(&item, &text, err);
		if (r < 0)
			return r;
		if (!is_flag(text))
			return node_expected_word(&item, err, "a flag", oci_flags, oci_flag_count);
		profile_add_flag(profile, text);
	}
	return 0;
}

static int read_optional_text(const struct node *root, const char *key, char **text,
			      struct err *err)
{
	struct node node;
	const char *found;

	if (!node_get(root, key, &node))
		return 0;
	int r = node_text(&node, &found, err);
	if (r == 0)
		*text = xstrdup(found);
	return r;
}

/* The specification forbids it; runc, crun and Podman load it, and it goes nowhere. */
static void drop_metadata(const struct node *root, struct profile *profile)
{
	struct node node;

	if (node_get(root, "listenerMetadata", &node))
		warnings_add(root->tree->warnings, WARNING_NOTIFY, node.key_line,
			     "\"listenerMetadata\" means nothing without \"listenerPath\"");
	free(profile->listener_metadata);
	profile->listener_metadata = NULL;
}

int oci_read_listener(const struct node *root, struct profile *profile, struct err *err)
{
	int r = read_optional_text(root, "listenerPath", &profile->listener_path, err);

	if (r == 0)
		r = read_optional_text(root, "listenerMetadata", &profile->listener_metadata, err);
	if (r == 0 && profile->listener_path == NULL)
		drop_metadata(root, profile);
	return r;
}

/*
 * The specification requires "index" and "value", but runc 1.1.5, crun 1.8.1 and Podman take 0 for
 * one that is missing. Kubernetes requires the index; a value of 0 is left out by the operator.
 */
static int read_or_0(const struct node *object, const char *key, uint64_t max, uint64_t *value,
		     struct err *err)
{
	struct node node;

	if (node_get(object, key, &node))
		return node_number(&node, max, value, err);
	*value = 0;
	warnings_add(object->tree->warnings, WARNING_MISSING_KEY, object->line,
		     "\"%s\" is missing, for which runtimes take 0", key);
	return 0;
}

static int read_index(const struct node *condition, bool of_resource, uint64_t *index,
		      struct err *err)
{
	struct node node;
	int r;

	if (!of_resource)
		return read_or_0(condition, "index", INDEX_MAX, index, err);
	r = node_require(condition, "index", &node, err);
	return r < 0 ? r : node_number(&node, INDEX_MAX, index, err);
}

static int read_value(const struct node *condition, bool of_resource, uint64_t max, uint64_t *value,
		      struct err *err)
{
	struct node node;

	if (!of_resource || node_get(condition, "value", &node))
		return read_or_0(condition, "value", max, value, err);
	*value = 0;
	return 0;
}

static int read_condition(const struct node *node, bool of_resource, struct condition *condition,
			  struct err *err)
{
	static const char *const keys[] = {"index", "value", "valueTwo", "op"};
	uint64_t max = of_resource ? INT64_MAX : UINT64_MAX;
	struct node member;
	uint64_t index = 0;
	int r = node_object(node, err);

	*condition = (struct condition){.op = COMPARE_INVALID};
	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	r = read_index(node, of_resource, &index, err);
	if (r == 0)
		r = read_value(node, of_resource, max, &condition->value, err);
	if (r == 0 && node_get(node, "valueTwo", &member))
		r = node_number(&member, max, &condition->value_two, err);
	if (r == 0)
		r = node_require(node, "op", &member, err);
	if (r == 0)
		r = read_compare(&member, &condition->op, err);
	condition->index = (uint32_t)index;
	return r;
}

int oci_read_args(const struct node *entry, bool of_resource, struct oci_args *args,
		  struct err *err)
{
	unsigned seen = 0;
	struct node list;

	if (!node_get(entry, "args", &list))
		return 0;
	int r = node_array(&list, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		struct condition condition;

		r = read_condition(&item, of_resource, &condition, err);
		if (r < 0)
			return r;
		xgrow(&args->of, args->n, &args->cap, sizeof(*args->of));
		args->of[args->n++] = condition;
		args->alternatives = args->alternatives || (seen & 1u << condition.index) != 0;
		seen |= 1u << condition.index;
	}
	return 0;
}

void oci_args_release(struct oci_args *args)
{
	free(args->of);
	*args = (struct oci_args){0};
}

int oci_read_name(const struct node *node, struct verdict verdict, const struct oci_args *args,
		  bool add, struct reading *reading, struct err *err)
{
	struct profile *profile = reading->profile;
	size_t alternatives = args->alternatives ? args->n : 1;
	bool empty = node_null_text(node);
	int r = empty ? 0 : node_string(node, err);

	if (r < 0)
		return r;
	/* In C it ends at a NUL. */
	const char *name = empty ? "" : json_object_get_string(node->value);
	if (!oci_is_name(name)) {
		oci_warn_bad_name(node, name);
		return 0;
	}
	if (!empty && strlen(name) != (size_t)json_object_get_string_len(node->value))
		warnings_add(reading->warnings, WARNING_SYNTAX, node->line,
			     "a NUL byte ends the name \"%s\", and what is behind it counts for "
			     "nothing",
			     name);
	reading_check_name(reading, name, verdict, node->line);
	if (!add)
		return 0;
	if (alternatives > OCI_RULES_MAX - profile->n_rules)
		return err_set(err, EINVAL, "%s:%zu: expected at most %d rules, got more",
			       node->tree->name, node->line, OCI_RULES_MAX);
	oci_warn_rule(reading, name, verdict, args, node->line);
	for (size_t i = 0; i < alternatives; i++) {
		profile_add_rule(profile, name, verdict, args->n > 0 ? args->of + i : NULL,
				 args->alternatives ? 1 : args->n);
		profile->rules[profile->n_rules - 1].line = node->line;
	}
	return 0;
}

int oci_read_names(const struct node *list, struct verdict verdict, const struct oci_args *args,
		   bool add, struct reading *reading, struct err *err)
{
	int r = node_array(list, err);

	if (r == 0 && node_length(list) == 0)
		oci_warn_empty(list, reading);
	for (size_t i = 0; r == 0 && i < node_length(list); i++) {
		struct node item = node_item(list, i);
		r = oci_read_name(&item, verdict, args, add, reading, err);
	}
	return r;
}

/* An entry without what a rule is made of; it may have a comment. */
bool oci_is_blank(const struct node *entry, struct reading *reading)
{
	static const struct {
		const char *key;
		enum json_type type; /* json_type_null: any value is something */
	} parts[] = {
		{"names", json_type_array},   {"name", json_type_string},
		{"action", json_type_string}, {"args", json_type_array},
		{"errno", json_type_string},  {"errnoRet", json_type_null},
		{"includes", json_type_null}, {"excludes", json_type_null},
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct node node;

		if (!node_get(entry, parts[i].key, &node))
			continue;
		if (!json_object_is_type(node.value, parts[i].type) ||
		    (parts[i].type == json_type_array
			     ? node_length(&node)
			     : (size_t)json_object_get_string_len(node.value)) > 0)
			return false;
	}
	warnings_add(reading->warnings, WARNING_EMPTY_ENTRY, entry->line,
		     "the entry has neither names nor an action: Podman skips it, runc and crun "
		     "refuse the profile");
	return true;
}

int oci_read_syscalls(const struct node *root, struct reading *reading,
		      int (*read_entry)(const struct node *, struct reading *, struct err *),
		      struct err *err)
{
	struct node list;

	if (!node_get(root, "syscalls", &list))
		return 0;
	int r = node_array(&list, err);
	for (size_t i = 0; r == 0 && i < node_length(&list); i++) {
		struct node entry = node_item(&list, i);
		r = read_entry(&entry, reading, err);
	}
	if (r == 0 && node_length(&list) > OCI_ENTRIES_MAX && !reading->is_part)
		warnings_add(reading->warnings, WARNING_ENTRIES, list.line,
			     "%zu entries: Kubernetes refuses more than %d of a profile that is "
			     "an OCI artifact; group the names that share an action",
			     node_length(&list), OCI_ENTRIES_MAX);
	return r;
}

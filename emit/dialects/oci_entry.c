#include "oci_entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "oci.h"
#include "oci_warn.h"

/* System calls have six arguments. */
#define INDEX_MAX 5

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
			  size_t *value_two_line, struct err *err)
{
	static const char *const keys[] = {"index", "value", "valueTwo", "op"};
	uint64_t max = of_resource ? INT64_MAX : UINT64_MAX;
	struct node member;
	uint64_t index = 0;
	int r = node_object(node, err);

	*condition = (struct condition){.op = COMPARE_INVALID};
	*value_two_line = 0;
	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	r = read_index(node, of_resource, &index, err);
	if (r == 0)
		r = read_value(node, of_resource, max, &condition->value, err);
	if (r == 0 && node_get(node, "valueTwo", &member)) {
		if (json_object_get_uint64(member.value) != 0)
			*value_two_line = member.key_line;
		r = node_number(&member, max, &condition->value_two, err);
	}
	if (r == 0)
		r = node_require(node, "op", &member, err);
	if (r == 0)
		r = read_compare(&member, &condition->op, err);
	condition->index = (uint32_t)index;
	return r;
}

int oci_read_args(const struct node *node, bool of_resource, struct oci_args *args, struct err *err)
{
	unsigned seen = 0;
	struct node list;

	if (!node_get(node, "args", &list))
		return 0;
	int r = node_array(&list, err);
	if (r < 0)
		return r;
	args->line = list.key_line;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		struct condition condition;
		size_t line;

		r = read_condition(&item, of_resource, &condition, &line, err);
		if (r < 0)
			return r;
		xgrow(&args->of, args->n, &args->cap, sizeof(*args->of));
		xgrow(&args->value_two_lines, args->n, &args->cap_lines,
		      sizeof(*args->value_two_lines));
		args->of[args->n] = condition;
		args->value_two_lines[args->n++] = line;
		args->alternatives = args->alternatives || (seen & 1u << condition.index) != 0;
		seen |= 1u << condition.index;
	}
	return 0;
}

int oci_read_name(const struct node *node, struct oci_entry *entry, bool add,
		  struct reading *reading, struct err *err)
{
	struct profile *profile = reading->profile;
	const struct oci_args *args = &entry->args;
	size_t alternatives = args->alternatives ? args->n : 1;
	bool empty = node_null_text(node);
	int r = empty ? 0 : node_string(node, err);

	if (r < 0)
		return r;
	/* In C it ends at a NUL. */
	const char *name = empty ? "" : json_object_get_string(node->value);
	xgrow(&entry->names, entry->n_names, &entry->cap_names, sizeof(*entry->names));
	entry->names[entry->n_names++] = (struct oci_name){name, node->line};
	if (!oci_is_name(name)) {
		oci_warn_bad_name(node, name);
		return 0;
	}
	if (!empty && strlen(name) != (size_t)json_object_get_string_len(node->value))
		warnings_add(reading->warnings, WARNING_SYNTAX, node->line,
			     "a NUL byte ends the name \"%s\", and what is behind it counts for "
			     "nothing",
			     name);
	reading_check_name(reading, name, entry->verdict, node->line);
	if (!add)
		return 0;
	if (alternatives > OCI_RULES_MAX - profile->n_rules)
		return err_set(err, EINVAL, "%s:%zu: expected at most %d rules, got more",
			       node->tree->name, node->line, OCI_RULES_MAX);
	rule_history_add(&reading->document->history, reading, name, entry->verdict, args,
			 node->line);
	for (size_t i = 0; i < alternatives; i++) {
		profile_add_rule(profile, name, entry->verdict, args->n > 0 ? args->of + i : NULL,
				 args->alternatives ? 1 : args->n);
		profile->rules[profile->n_rules - 1].line = node->line;
	}
	return 0;
}

int oci_read_names(const struct node *list, struct oci_entry *entry, bool add,
		   struct reading *reading, struct err *err)
{
	int r = node_array(list, err);

	if (r == 0 && node_length(list) == 0)
		oci_warn_empty(list, reading);
	for (size_t i = 0; r == 0 && i < node_length(list); i++) {
		struct node item = node_item(list, i);
		r = oci_read_name(&item, entry, add, reading, err);
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

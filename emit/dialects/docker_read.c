#include <errno.h>
#include <string.h>

#include "array.h"
#include "docker.h"
#include "docker_arch_map.h"
#include "docker_filter.h"
#include "oci.h"
#include "oci_entry.h"
#include "oci_parts.h"
#include "oci_warn.h"
#include "text.h"

/* Has an entry of "syscalls" one of the keys? */
static bool has_entry_key(const struct node *root, const char *const *keys, size_t n)
{
	struct node list;

	if (!node_get_array(root, "syscalls", &list))
		return false;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node entry = node_item(&list, i);

		if (!json_object_is_type(entry.value, json_type_object))
			continue;
		for (size_t k = 0; k < n; k++)
			if (node_has(&entry, keys[k]))
				return true;
	}
	return false;
}

static bool has_native(const struct node *root)
{
	struct node list;

	if (!node_get_array(root, "architectures", &list))
		return false;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node item = node_item(&list, i);

		if (json_object_is_type(item.value, json_type_string) &&
		    strcmp(json_object_get_string(item.value), "SCMP_ARCH_NATIVE") == 0)
			return true;
	}
	return false;
}

bool docker_recognises(const struct node *root)
{
	static const char *const keys[] = {"name", "comment", "includes", "excludes"};

	return node_has(root, "archMap") || has_entry_key(root, keys, ARRAY_SIZE(keys));
}

bool podman_recognises(const struct node *root)
{
	static const char *const keys[] = {"errno"};

	return node_has(root, "defaultErrno") || has_native(root) ||
	       has_entry_key(root, keys, ARRAY_SIZE(keys));
}

static bool is_empty_list(const struct node *node)
{
	return json_object_is_type(node->value, json_type_array) && node_length(node) == 0;
}

/* The engines that know the key refuse the profile; to all others it is an unknown one. */
static void warn_refused(const struct node *node, const char *why, struct reading *reading)
{
	warnings_add(reading->warnings, WARNING_SKIPPED, node->key_line,
		     "\"%s\" %s: Docker and Podman refuse the profile; runc, crun and containerd "
		     "skip the key",
		     node->label, why);
}

static int read_abis(const struct node *root, struct docker_arch_map *map, struct err *err)
{
	struct node list, arch_map;
	bool has_list = node_get(root, "architectures", &list) && !is_empty_list(&list);
	bool has_map = node_get(root, "archMap", &arch_map) && !is_empty_list(&arch_map);

	if (has_list && has_map)
		warn_refused(&arch_map, "with \"architectures\" beside it", map->reading);
	else if (has_map)
		return docker_read_arch_map(root, &arch_map, map, err);
	if (has_list && has_native(root))
		warnings_add(
			map->reading->warnings, WARNING_ARCHITECTURE, list.key_line,
			"\"SCMP_ARCH_NATIVE\" is handed on by Podman; runc 1.1.5 and crun 1.8.1 "
			"refuse the profile");
	return has_list ? oci_read_architectures(root, map->native, map->reading, err) : 0;
}

/* Podman's text for an errno, which wins over the number. */
static int read_errno_text(const struct node *object, const char *key, const char *number_key,
			   struct verdict *verdict, struct reading *reading, struct err *err)
{
	struct node node, number;
	const char *text;

	if (!node_get(object, key, &node))
		return 0;
	int r = node_text(&node, &text, err);
	if (r < 0 || *text == '\0')
		return r;
	int value = errno_by_name(text);
	if (value < 0)
		return node_expected(&node, err, "the name of an errno or a number up to 4095");
	if (!action_takes_errno(verdict->action)) {
		oci_warn_no_errno(&node, verdict->action);
		return 0;
	}
	if (!node_get(object, number_key, &number) || verdict->errno_ret != (uint32_t)value)
		warnings_add(
			reading->warnings, WARNING_ERRNO_TEXT, node.key_line,
			"Docker and containerd ignore \"%s\", and \"%s\" does not say the same",
			key, number_key);
	verdict->has_errno = true;
	verdict->errno_ret = (uint32_t)value;
	oci_warn_errno_range(&node, *verdict);
	return 0;
}

static int read_name_or_names(const struct node *node, struct oci_entry *entry, bool holds,
			      struct reading *reading, struct err *err)
{
	struct node name, names;
	bool has_name = node_get(node, "name", &name) &&
			!(json_object_is_type(name.value, json_type_string) &&
			  json_object_get_string_len(name.value) == 0);
	bool has_names = node_get(node, "names", &names) && !is_empty_list(&names);

	if (has_name && has_names)
		warn_refused(&name, "with \"names\" beside it", reading);
	if (has_names)
		return oci_read_names(&names, entry, holds, reading, err);
	if (!has_name) {
		oci_warn_empty(node, reading);
		return 0;
	}
	warnings_add(
		reading->warnings, WARNING_NAME_KEY, name.key_line,
		"containerd ignores \"name\", so to it the entry names no call: use \"names\"");
	return oci_read_name(&name, entry, holds, reading, err);
}

static void check_comment(const struct node *entry, struct reading *reading)
{
	struct node comment;

	if (node_get(entry, "comment", &comment) &&
	    !json_object_is_type(comment.value, json_type_string))
		warn_refused(&comment, "that is no text", reading);
}

static int read_entry(const struct node *node, struct reading *reading, bool podman,
		      struct err *err)
{
	static const char *const keys[] = {"names",   "name",     "action",   "errnoRet", "args",
					   "comment", "includes", "excludes", "errno"};
	bool holds = true;
	int r = node_object(node, err);

	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys) - (podman ? 0 : 1));
	check_comment(node, reading);
	if (oci_is_blank(node, reading))
		return 0;
	struct oci_entry *entry = oci_document_add(node, reading);
	r = oci_read_verdict(node, "action", "errnoRet", &entry->verdict, &entry->lines, err);
	if (r < 0)
		return r;
	r = read_errno_text(node, "errno", "errnoRet", &entry->verdict, reading, err);
	if (r < 0)
		return r;
	r = oci_read_args(node, false, &entry->args, err);
	if (r < 0)
		return r;
	r = docker_filter_read(node, podman, reading, &holds, err);
	return r < 0 ? r : read_name_or_names(node, entry, holds, reading, err);
}

static int read_docker_entry(const struct node *entry, struct reading *reading, struct err *err)
{
	return read_entry(entry, reading, false, err);
}

static int read_podman_entry(const struct node *entry, struct reading *reading, struct err *err)
{
	return read_entry(entry, reading, true, err);
}

static int read_profile(const struct node *root, struct reading *reading, bool podman,
			struct err *err)
{
	static const char *const keys[] = {
		"defaultAction", "defaultErrnoRet", "architectures",    "archMap",     "flags",
		"listenerPath",  "syscalls",        "listenerMetadata", "defaultErrno"};
	struct docker_arch_map map = {.reading = reading,
				      .native = podman ? reading->context : NULL};
	struct profile *profile = reading->profile;

	node_check_keys(root, keys, ARRAY_SIZE(keys) - (podman ? 0 : 1));
	oci_document_begin(root, reading);
	int r = oci_read_default(root, reading, err);
	if (r == 0)
		r = read_errno_text(root, "defaultErrno", "defaultErrnoRet", &profile->fallback,
				    reading, err);
	if (r == 0)
		r = read_abis(root, &map, err);
	if (r == 0)
		r = oci_read_flags(root, reading, err);
	if (r == 0)
		r = oci_read_listener(root, reading, err);
	if (r == 0)
		r = oci_read_syscalls(root, reading, podman ? read_podman_entry : read_docker_entry,
				      err);
	if (r == 0)
		oci_warn(reading);
	reading_set_abis(reading, NULL, 0);
	docker_arch_map_release(&map);
	return r;
}

int docker_read(const struct node *root, struct reading *reading, struct err *err)
{
	return read_profile(root, reading, false, err);
}

int podman_read(const struct node *root, struct reading *reading, struct err *err)
{
	return read_profile(root, reading, true, err);
}

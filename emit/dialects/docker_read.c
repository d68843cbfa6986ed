#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "docker.h"
#include "docker_filter.h"
#include "nearest.h"
#include "oci.h"
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

static void warn_arch(const struct node *node, const char *why, struct reading *reading)
{
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;
	cleanup_free const char **names = xcalloc(abi_count, sizeof(*names));

	for (size_t i = 0; i < abi_count; i++)
		names[i] = abi_table[i].oci;
	const char *text = json_object_get_string(node->value);
	const char *meant = nearest(text, names, abi_count);
	strbuf_add_quoted(&shown, text);
	warnings_add(reading->warnings, WARNING_ARCHITECTURE, node->line,
		     "%s is no architecture: %s%s%s%s", shown.s, why,
		     meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "",
		     meant != NULL ? "\"?" : "");
}

/* The ABIs of the document's archMap, and those of them that are for the machine. */
struct arch_map {
	struct reading *reading;
	const struct context *native; /* Podman's: knows SCMP_ARCH_NATIVE */
	const struct abi **abis;      /* owned: of all machines */
	size_t n, cap;
	bool found;
};

static void add_arch(struct arch_map *map, const struct abi *abi, bool mine)
{
	xgrow(&map->abis, map->n, &map->cap, sizeof(*map->abis));
	map->abis[map->n++] = abi;
	if (mine)
		profile_add_abi(map->reading->profile, abi);
}

/* What only another machine's entry says is never looked at. */
static int read_sub_arch(const struct node *node, struct arch_map *map, bool mine, struct err *err)
{
	const struct abi *abi;
	int r;

	if (!mine && node_null_text(node))
		return 0;
	if (mine) {
		r = oci_read_abi(node, map->native, &abi, err);
	} else {
		r = node_string(node, err);
		abi = r < 0 ? NULL : abi_by_oci(json_object_get_string(node->value));
	}
	if (r < 0)
		return r;
	if (abi != NULL)
		add_arch(map, abi, mine);
	else
		warn_arch(node, "it does not matter in an entry that is not this machine's",
			  map->reading);
	return 0;
}

/* The entry's own machine; NULL when it is for none that there is. */
static int read_arch(const struct node *entry, struct arch_map *map, const struct abi **abi,
		     struct err *err)
{
	struct node node;

	*abi = NULL;
	if (!node_get(entry, "architecture", &node)) {
		warnings_add(map->reading->warnings, WARNING_ARCHITECTURE, entry->line,
			     "without \"architecture\" the entry is for no machine");
		return 0;
	}
	int r = node_string(&node, err);
	if (r < 0)
		return r;
	*abi = abi_by_oci(json_object_get_string(node.value));
	if (*abi == NULL && map->native != NULL &&
	    strcmp(json_object_get_string(node.value), "SCMP_ARCH_NATIVE") == 0)
		*abi = context_abi(map->native);
	if (*abi == NULL)
		warn_arch(&node, "the entry is for no machine", map->reading);
	return 0;
}

static int read_machine(const struct node *node, struct arch_map *map, struct err *err)
{
	static const char *const keys[] = {"architecture", "subArchitectures"};
	const struct abi *host = context_abi(map->reading->context), *abi = NULL;
	struct node member;

	if (node->value == NULL) {
		warnings_add(map->reading->warnings, WARNING_NULL, node->line,
			     "null in \"archMap\" counts as an entry for no machine");
		return 0;
	}
	int r = node_object(node, err);
	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	r = read_arch(node, map, &abi, err);
	if (r < 0)
		return r;
	/* The first that fits is taken. */
	bool fits = abi != NULL && abi == host, mine = fits && !map->found;
	if (fits && map->found)
		warnings_add(map->reading->warnings, WARNING_ARCHITECTURE, node->line,
			     "an earlier entry is for %s, too: this one counts for nothing",
			     host->oci);
	map->found = map->found || mine;
	if (abi != NULL)
		add_arch(map, abi, mine);
	if (!node_get(node, "subArchitectures", &member))
		return 0;
	r = node_array(&member, err);
	for (size_t i = 0; r == 0 && i < node_length(&member); i++) {
		struct node item = node_item(&member, i);
		r = read_sub_arch(&item, map, mine, err);
	}
	return r;
}

/* An entry can be for machines that the map leaves out: there the profile is for their own ABI alone. */
static void add_machines(const struct node *root, struct arch_map *map)
{
	cleanup_free bool *in_map = xcalloc(abi_count, sizeof(*in_map));
	struct node list, filter, arches;

	for (size_t i = 0; i < map->n; i++)
		in_map[map->abis[i] - abi_table] = true;
	if (!node_get_array(root, "syscalls", &list))
		return;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node entry = node_item(&list, i);

		if (!json_object_is_type(entry.value, json_type_object) ||
		    !node_get(&entry, "includes", &filter) ||
		    !json_object_is_type(filter.value, json_type_object) ||
		    !node_get_array(&filter, "arches", &arches))
			continue;
		for (size_t k = 0; k < node_length(&arches); k++) {
			struct node name = node_item(&arches, k);
			const struct abi *abi = NULL;

			if (json_object_is_type(name.value, json_type_string))
				abi = abi_by_docker(json_object_get_string(name.value));
			if (abi == NULL || in_map[abi - abi_table])
				continue;
			in_map[abi - abi_table] = true;
			add_arch(map, abi, false);
		}
	}
}

static int read_arch_map(const struct node *root, const struct node *list, struct arch_map *map,
			 struct err *err)
{
	struct reading *reading = map->reading;
	int r = node_array(list, err);

	for (size_t i = 0; r == 0 && i < node_length(list); i++) {
		struct node item = node_item(list, i);
		r = read_machine(&item, map, err);
	}
	if (r < 0 || node_length(list) == 0)
		return r;
	/* For another machine libseccomp takes its own ABI alone. */
	if (!map->found) {
		const struct abi *host = context_abi(reading->context);
		add_arch(map, host, true);
		warnings_add(reading->warnings, WARNING_ABI, list->key_line,
			     "\"archMap\" has no entry for this machine, %s: the profile is for "
			     "that ABI alone, calls of its other ones kill",
			     host->oci);
	}
	add_machines(root, map);
	if (map->n > 0)
		reading_set_abis(reading, map->abis, map->n);
	warnings_add(reading->warnings, WARNING_ARCH_MAP, list->key_line,
		     "containerd ignores \"archMap\": to it the profile is for the machine's own "
		     "ABI alone");
	return 0;
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

static int read_abis(const struct node *root, struct arch_map *map, struct err *err)
{
	struct node list, arch_map;
	bool has_list = node_get(root, "architectures", &list) && !is_empty_list(&list);
	bool has_map = node_get(root, "archMap", &arch_map) && !is_empty_list(&arch_map);

	if (has_list && has_map)
		warn_refused(&arch_map, "with \"architectures\" beside it", map->reading);
	else if (has_map)
		return read_arch_map(root, &arch_map, map, err);
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

static int read_name_or_names(const struct node *entry, struct verdict verdict,
			      const struct oci_args *args, bool holds, struct reading *reading,
			      struct err *err)
{
	struct node name, names;
	bool has_name = node_get(entry, "name", &name) &&
			!(json_object_is_type(name.value, json_type_string) &&
			  json_object_get_string_len(name.value) == 0);
	bool has_names = node_get(entry, "names", &names) && !is_empty_list(&names);

	if (has_name && has_names)
		warn_refused(&name, "with \"names\" beside it", reading);
	if (has_names)
		return oci_read_names(&names, verdict, args, holds, reading, err);
	if (!has_name) {
		oci_warn_empty(entry, reading);
		return 0;
	}
	warnings_add(
		reading->warnings, WARNING_NAME_KEY, name.key_line,
		"containerd ignores \"name\", so to it the entry names no call: use \"names\"");
	return oci_read_name(&name, verdict, args, holds, reading, err);
}

static void check_comment(const struct node *entry, struct reading *reading)
{
	struct node comment;

	if (node_get(entry, "comment", &comment) &&
	    !json_object_is_type(comment.value, json_type_string))
		warn_refused(&comment, "that is no text", reading);
}

static int read_entry(const struct node *entry, struct reading *reading, bool podman,
		      struct err *err)
{
	static const char *const keys[] = {"names",   "name",     "action",   "errnoRet", "args",
					   "comment", "includes", "excludes", "errno"};
	struct oci_args args = {0};
	struct verdict verdict;
	bool holds = true;
	int r = node_object(entry, err);

	if (r < 0)
		return r;
	node_check_keys(entry, keys, ARRAY_SIZE(keys) - (podman ? 0 : 1));
	check_comment(entry, reading);
	if (oci_is_blank(entry, reading))
		return 0;
	r = oci_read_verdict(entry, "action", "errnoRet", &verdict, err);
	if (r == 0)
		r = read_errno_text(entry, "errno", "errnoRet", &verdict, reading, err);
	if (r == 0)
		r = oci_read_args(entry, false, &args, err);
	if (r == 0)
		r = docker_filter_read(entry, podman, reading, &holds, err);
	if (r == 0)
		r = read_name_or_names(entry, verdict, &args, holds, reading, err);
	oci_args_release(&args);
	return r;
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
	struct arch_map map = {.reading = reading, .native = podman ? reading->context : NULL};
	struct profile *profile = reading->profile;

	node_check_keys(root, keys, ARRAY_SIZE(keys) - (podman ? 0 : 1));
	int r = oci_read_default(root, reading, err);
	if (r == 0)
		r = read_errno_text(root, "defaultErrno", "defaultErrnoRet", &profile->fallback,
				    reading, err);
	if (r == 0)
		r = read_abis(root, &map, err);
	if (r == 0)
		r = oci_read_flags(root, profile, err);
	if (r == 0)
		r = oci_read_listener(root, profile, err);
	if (r == 0)
		r = oci_read_syscalls(root, reading, podman ? read_podman_entry : read_docker_entry,
				      err);
	if (r == 0)
		oci_warn(root, reading);
	reading_set_abis(reading, NULL, 0);
	free(map.abis);
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

#include "docker_arch_map.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "nearest.h"
#include "oci_parts.h"
#include "text.h"

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

static void add_arch(struct docker_arch_map *map, const struct abi *abi, bool mine)
{
	xgrow(&map->abis, map->n, &map->cap, sizeof(*map->abis));
	map->abis[map->n++] = abi;
	if (mine)
		profile_add_abi(map->reading->profile, abi);
}

/* What only another machine's entry says is never looked at. */
static int read_sub_arch(const struct node *node, struct docker_arch_map *map, bool mine,
			 struct err *err)
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
static int read_arch(const struct node *entry, struct docker_arch_map *map, const struct abi **abi,
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

static int read_machine(const struct node *node, struct docker_arch_map *map, struct err *err)
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
static void add_machines(const struct node *root, struct docker_arch_map *map)
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

int docker_read_arch_map(const struct node *root, const struct node *list,
			 struct docker_arch_map *map, struct err *err)
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

void docker_arch_map_release(struct docker_arch_map *map)
{
	free(map->abis);
	map->abis = NULL;
	map->n = map->cap = 0;
}

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "hash.h"
#include "k8s.h"
#include "k8s_metadata.h"
#include "oci_entry.h"
#include "oci_parts.h"
#include "oci_warn.h"

#define CONDITIONS_MAX 6

bool k8s_recognises(const struct node *root)
{
	return (node_has(root, "apiVersion") || node_has(root, "kind")) &&
	       !node_has(root, "defaultAction");
}

static int read_word(const struct node *object, const char *key, const char *const *words, size_t n,
		     const char *what, struct err *err)
{
	struct node node;
	const char *text;
	int r = node_require(object, key, &node, err);

	if (r == 0)
		r = node_text(&node, &text, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return 0;
	return r < 0 ? r : node_expected_word(&node, err, what, words, n);
}

static int check_abis(const struct node *spec, struct err *err)
{
	struct node list;

	if (!node_get(spec, "architectures", &list))
		return 0;
	for (size_t i = 0; i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		const struct abi *abi = abi_by_oci(json_object_get_string(item.value));

		if (abi != NULL && !k8s_has_abi(abi))
			return node_expected(&item, err, "an architecture that the resource knows");
	}
	return 0;
}

struct seen {
	const char *name; /* borrowed; the key */
	UT_hash_handle hh;
};

/* A name stands once in an entry. */
static int check_once(const struct node *list, struct err *err)
{
	cleanup_free struct seen *seen = xcalloc(node_length(list) + 1, sizeof(*seen));
	struct seen *names = NULL, *found;
	int r = 0;

	for (size_t i = 0; r == 0 && i < node_length(list); i++) {
		struct node item = node_item(list, i);
		seen[i].name = json_object_get_string(item.value);
		HASH_FIND_STR(names, seen[i].name, found);
		if (found != NULL)
			r = node_expected(&item, err, "each name once in an entry");
		else
			HASH_ADD_KEYPTR(hh, names, seen[i].name, strlen(seen[i].name), &seen[i]);
	}
	HASH_CLEAR(hh, names);
	return r;
}

static int read_entry(const struct node *node, struct reading *reading, struct err *err)
{
	static const char *const keys[] = {"names", "action", "errnoRet", "args"};
	struct node names, list;
	int r = node_object(node, err);

	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	struct oci_entry *entry = oci_document_add(node, reading);
	r = oci_read_verdict(node, "action", "errnoRet", &entry->verdict, &entry->lines, err);
	if (r < 0)
		return r;
	r = oci_read_args(node, true, &entry->args, err);
	if (r < 0)
		return r;
	if (entry->args.n > CONDITIONS_MAX && node_get(node, "args", &list))
		r = err_set(err, EINVAL, "%s:%zu: args: expected at most %d conditions, got %zu",
			    list.tree->name, list.line, CONDITIONS_MAX, entry->args.n);
	if (r < 0)
		return r;
	r = node_require(node, "names", &names, err);
	if (r < 0)
		return r;
	r = oci_read_names(&names, entry, true, reading, err);
	if (r < 0)
		return r;
	if (node_length(&names) == 0)
		r = node_expected(&names, err, "at least one name");
	return r < 0 ? r : check_once(&names, err);
}

static int check_listener(const struct node *spec, const struct profile *profile, struct err *err)
{
	struct node node;

	if (profile->listener_path == NULL ||
	    strncmp(profile->listener_path, K8S_LISTENER_DIR, strlen(K8S_LISTENER_DIR)) == 0 ||
	    !node_get(spec, "listenerPath", &node))
		return 0;
	return node_expected(&node, err, "a path below " K8S_LISTENER_DIR);
}

static void warn_disabled(const struct node *node, struct reading *reading)
{
	warnings_add(reading->warnings, WARNING_INCOMPLETE, node->key_line,
		     "the profile is disabled: the operator does not install it");
}

static int read_state(const struct node *spec, struct reading *reading, struct err *err)
{
	static const char *const states[] = {"Enabled", "Disabled"};
	struct node node;
	int r;

	if (node_get(spec, "state", &node)) {
		r = read_word(spec, "state", states, ARRAY_SIZE(states), "a state", err);
		if (r < 0)
			return r;
		if (strcmp(json_object_get_string(node.value), "Disabled") == 0)
			warn_disabled(&node, reading);
	}
	if (!node_get(spec, "disabled", &node))
		return 0;
	if (!json_object_is_type(node.value, json_type_boolean))
		return node_expected(&node, err, "true or false");
	if (json_object_get_boolean(node.value))
		warn_disabled(&node, reading);
	return 0;
}

static int read_base(const struct node *spec, struct reading *reading, struct err *err)
{
	struct node node;
	const char *name;

	if (!node_get(spec, "baseProfileName", &node))
		return 0;
	int r = node_text(&node, &name, err);
	if (r == 0 && *name != '\0')
		warnings_add(reading->warnings, WARNING_INCOMPLETE, node.key_line,
			     "the operator adds the rules of the base profile \"%s\", which are "
			     "not in this document",
			     name);
	return r;
}

static int read_spec(const struct node *spec, struct reading *reading, struct err *err)
{
	static const char *const keys[] = {"defaultAction",    "architectures",   "flags",
					   "listenerPath",     "syscalls",        "state",
					   "listenerMetadata", "baseProfileName", "disabled"};
	struct profile *profile = reading->profile;
	int r = node_object(spec, err);

	if (r < 0)
		return r;
	node_check_keys(spec, keys, ARRAY_SIZE(keys));
	oci_document_begin(spec, reading);
	r = oci_read_verdict(spec, "defaultAction", "", &profile->fallback,
			     &reading->document->fallback, err);
	if (r < 0)
		return r;
	r = oci_read_architectures(spec, reading->context, reading, err);
	if (r < 0)
		return r;
	r = check_abis(spec, err);
	if (r < 0)
		return r;
	r = oci_read_flags(spec, reading, err);
	if (r < 0)
		return r;
	r = oci_read_listener(spec, reading, err);
	if (r < 0)
		return r;
	r = check_listener(spec, profile, err);
	if (r < 0)
		return r;
	r = read_state(spec, reading, err);
	if (r < 0)
		return r;
	r = read_base(spec, reading, err);
	if (r < 0)
		return r;
	r = oci_read_syscalls(spec, reading, read_entry, err);
	if (r < 0)
		return r;
	oci_warn(reading);
	return r;
}

static int read_resource(const struct node *root, struct reading *reading, struct err *err)
{
	static const char *const keys[] = {"apiVersion", "kind", "metadata", "spec", "status"};
	struct node spec;
	int r;

	node_check_keys(root, keys, ARRAY_SIZE(keys));
	r = k8s_read_metadata(root, err);
	if (r < 0)
		return r;
	r = node_require(root, "spec", &spec, err);
	return r < 0 ? r : read_spec(&spec, reading, err);
}

/* Is there this text under the key? */
static bool has_text(const struct node *object, const char *key, const char *text)
{
	struct node node;

	return node_get(object, key, &node) && json_object_is_type(node.value, json_type_string) &&
	       strcmp(json_object_get_string(node.value), text) == 0;
}

/* An item without a type of its own has that of the list, as kubectl sees it. */
static bool is_untyped(const struct node *item)
{
	struct node node;

	return !node_get(item, "apiVersion", &node) && !node_get(item, "kind", &node);
}

/* The one profile of a list into *found. */
static int find_in_list(const struct node *root, const struct node *items, struct node *found,
			struct err *err)
{
	bool of_profiles = has_text(root, "kind", K8S_KIND "List");
	size_t n = node_length(items), profiles = 0;

	for (size_t i = 0; i < n; i++) {
		struct node item = node_item(items, i);
		int r = node_object(&item, err);

		if (r < 0)
			return r;
		if (!has_text(&item, "kind", K8S_KIND) && !(of_profiles && is_untyped(&item)))
			continue;
		if (profiles++ > 0)
			return err_set(err, EINVAL,
				       "%s:%zu: expected one profile, got several: the first is in "
				       "line %zu",
				       root->tree->name, item.line, found->line);
		*found = item;
	}
	if (profiles == 0)
		return err_set(err, EINVAL, "%s:%zu: a list without a resource of kind " K8S_KIND,
			       root->tree->name, items->key_line);
	if (n > 1)
		warnings_add(root->tree->warnings, WARNING_DOCUMENT, items->key_line,
			     "%zu of the items here %s no profile, and not looked at", n - 1,
			     n == 2 ? "is" : "are");
	return 0;
}

/*
 * Of any resource that has a list of items kubectl takes each as if it stood alone; it prints several
 * resources as such a list.
 */
int k8s_read(const struct node *root, struct reading *reading, struct err *err)
{
	static const char *const versions[] = {K8S_API_GROUP "v1beta1", K8S_API_GROUP "v1"};
	static const char *const kinds[] = {K8S_KIND};
	struct node items, resource = *root;
	int r = 0;

	if (node_get_array(root, "items", &items))
		r = find_in_list(root, &items, &resource, err);
	if (r < 0)
		return r;
	/* An item without either was found for the kind of its list. */
	bool untyped = is_untyped(&resource);
	r = read_word(untyped ? root : &resource, "apiVersion", versions, ARRAY_SIZE(versions),
		      "the operator's API", err);
	if (r == 0 && !untyped)
		r = read_word(&resource, "kind", kinds, ARRAY_SIZE(kinds), "a kind of resource",
			      err);
	return r < 0 ? r : read_resource(&resource, reading, err);
}

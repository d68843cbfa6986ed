#include "k8s_metadata.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "k8s.h"

/* A text under a key, of which "" is the same as none: then *text is NULL. */
static int read_optional(const struct node *object, const char *key, struct node *node,
			 const char **text, struct err *err)
{
	*text = NULL;
	if (!node_get(object, key, node))
		return 0;
	int r = node_text(node, text, err);
	if (r == 0 && **text == '\0')
		*text = NULL;
	return r;
}

/* The beginning of a name, to which the cluster adds letters and digits. A last - is taken, too. */
static bool is_beginning(const char *text)
{
	size_t n = strlen(text);
	cleanup_free char *name = xstrdup(text);

	if (n > 1 && name[n - 1] == '-')
		name[n - 1] = 'a';
	return k8s_is_name(name);
}

/* Without a name its beginning is enough to make the resource, but not to change it later. */
static int read_name(const struct node *metadata, struct err *err)
{
	struct node node, beginning;
	const char *name = NULL, *generate = NULL;
	int r = read_optional(metadata, "name", &node, &name, err);

	if (r < 0)
		return r;
	r = read_optional(metadata, "generateName", &beginning, &generate, err);
	if (r < 0)
		return r;
	if (name == NULL && generate == NULL) {
		r = node_require(metadata, "name", &node, err);
		return r < 0 ? r : node_expected(&node, err, "%s", K8S_NAME_EXPECTED);
	}
	if (generate != NULL && !is_beginning(generate))
		return node_expected(&beginning, err, "the beginning of %s", K8S_NAME_EXPECTED);
	if (name != NULL)
		return k8s_is_name(name) ? 0 : node_expected(&node, err, "%s", K8S_NAME_EXPECTED);
	warnings_add(
		metadata->tree->warnings, WARNING_RESOURCE, beginning.key_line,
		"kubectl apply refuses \"generateName\" without \"name\"; kubectl create takes "
		"it");
	return 0;
}

/* Labels or annotations: texts under keys of the user's. */
static int check_texts(const struct node *metadata, const char *key, struct err *err)
{
	struct node texts, member;

	if (!node_get(metadata, key, &texts))
		return 0;
	int r = node_object(&texts, err);
	if (r < 0)
		return r;
	json_object_object_foreach(texts.value, name, value)
	{
		/* To Go null is "" there. */
		if (value != NULL && !json_object_is_type(value, json_type_string) &&
		    node_get(&texts, name, &member))
			return node_string(&member, err);
	}
	return 0;
}

int k8s_read_metadata(const struct node *root, struct err *err)
{
	/* Of ObjectMeta of Kubernetes 1.32, and what earlier versions had. */
	static const char *const keys[] = {
		"name",
		"generateName",
		"namespace",
		"labels",
		"annotations",
		"finalizers",
		"ownerReferences",
		"managedFields",
		"uid",
		"resourceVersion",
		"generation",
		"creationTimestamp",
		"deletionTimestamp",
		"deletionGracePeriodSeconds",
		"selfLink",
		"clusterName",
	};
	struct node metadata, node;
	const char *namespace;
	int r = node_require(root, "metadata", &metadata, err);

	if (r < 0)
		return r;
	r = node_object(&metadata, err);
	if (r < 0)
		return r;
	node_check_keys(&metadata, keys, ARRAY_SIZE(keys));
	r = read_name(&metadata, err);
	if (r < 0)
		return r;
	r = check_texts(&metadata, "labels", err);
	if (r < 0)
		return r;
	r = check_texts(&metadata, "annotations", err);
	if (r < 0)
		return r;
	r = read_optional(&metadata, "namespace", &node, &namespace, err);
	if (r < 0)
		return r;
	if (namespace != NULL)
		warnings_add(root->tree->warnings, WARNING_RESOURCE, node.key_line,
			     "\"namespace\" means nothing: with current versions of the operator "
			     "the resource is the whole cluster's");
	return r;
}

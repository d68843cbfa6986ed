#include <errno.h>
#include <string.h>

#include "array.h"
#include "oci.h"
#include "oci_entry.h"
#include "oci_parts.h"
#include "oci_warn.h"

static int read_entry(const struct node *node, struct reading *reading, struct err *err)
{
	static const char *const keys[] = {"names", "action", "errnoRet", "args"};
	struct node names;
	int r = node_object(node, err);

	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	if (oci_is_blank(node, reading))
		return 0;
	struct oci_entry *entry = oci_document_add(node, reading);
	r = oci_read_verdict(node, "action", "errnoRet", &entry->verdict, &entry->lines, err);
	if (r < 0)
		return r;
	r = oci_read_args(node, false, &entry->args, err);
	if (r < 0)
		return r;
	if (node_get(node, "names", &names))
		return oci_read_names(&names, entry, true, reading, err);
	oci_warn_empty(node, reading);
	return 0;
}

static int read_seccomp(const struct node *node, struct reading *reading, struct err *err)
{
	static const char *const keys[] = {
		"defaultAction", "defaultErrnoRet",  "architectures", "flags",
		"listenerPath",  "listenerMetadata", "syscalls",
	};
	int r = node_object(node, err);

	if (r < 0)
		return r;
	node_check_keys(node, keys, ARRAY_SIZE(keys));
	oci_document_begin(node, reading);
	r = oci_read_default(node, reading, err);
	if (r < 0)
		return r;
	r = oci_read_architectures(node, NULL, reading, err);
	if (r < 0)
		return r;
	r = oci_read_flags(node, reading, err);
	if (r < 0)
		return r;
	r = oci_read_listener(node, reading, err);
	if (r < 0)
		return r;
	r = oci_read_syscalls(node, reading, read_entry, err);
	if (r < 0)
		return r;
	oci_warn(reading);
	return r;
}

/* A profile may have such keys without meaning, as it may have any. */
static bool is_config(const struct node *root)
{
	return node_has(root, "ociVersion") ||
	       (node_has(root, "linux") && !node_has(root, "defaultAction"));
}

bool oci_recognises(const struct node *root)
{
	return is_config(root) || node_has(root, "defaultAction") || node_has(root, "syscalls");
}

int oci_read(const struct node *root, struct reading *reading, struct err *err)
{
	struct node linux_part, seccomp;

	if (!is_config(root))
		return read_seccomp(root, reading, err);
	reading->is_part = true;
	node_check_case(root, "linux");
	if (!node_get(root, "linux", &linux_part))
		return err_set(err, EINVAL,
			       "%s:%zu: a runtime configuration without the key \"linux\", so "
			       "without a seccomp profile",
			       root->tree->name, root->line);
	int r = node_object(&linux_part, err);
	if (r < 0)
		return r;
	node_check_case(&linux_part, "seccomp");
	if (!node_get(&linux_part, "seccomp", &seccomp))
		return err_set(err, EINVAL,
			       "%s:%zu: a runtime configuration without \"linux.seccomp\", so "
			       "without a seccomp profile",
			       root->tree->name, linux_part.line);
	return read_seccomp(&seccomp, reading, err);
}

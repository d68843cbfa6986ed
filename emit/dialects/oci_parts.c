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
		      size_t *zero_line, struct err *err)
{
	struct node node;
	uint64_t value;

	if (!node_get(object, key, &node))
		return 0;
	/* Of what is below 0 crun takes next to nothing here. */
	int r = node_number(&node, is_wide(&node) ? UINT64_MAX : UINT32_MAX, &value, err);
	if (r < 0)
		return r;
	if (value == 0 && !json_object_is_type(node.value, json_type_string))
		*zero_line = node.key_line;
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
		return oci_read_verdict(root, "defaultAction", "defaultErrnoRet", fallback,
					&reading->document->fallback, err);
	*fallback = (struct verdict){.action = ACTION_ALLOW};
	warnings_add(reading->warnings, WARNING_OFF, root->line,
		     "without \"defaultAction\" and entries there is no filter, and everything is "
		     "allowed; crun refuses the profile");
	return 0;
}

int oci_read_verdict(const struct node *object, const char *action_key, const char *errno_key,
		     struct verdict *verdict, struct oci_lines *lines, struct err *err)
{
	struct node node;
	int r = node_require(object, action_key, &node, err);

	*verdict = (struct verdict){.action = ACTION_INVALID};
	if (r < 0)
		return r;
	lines->action = node.line;
	r = read_action(&node, &verdict->action, err);
	return r < 0 ? r : read_errno(object, errno_key, verdict, &lines->zero, err);
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

int oci_read_flags(const struct node *root, struct reading *reading, struct err *err)
{
	struct profile *profile = reading->profile;
	struct node list;

	if (!node_get(root, "flags", &list))
		return 0;
	int r = node_array(&list, err);
	if (r < 0)
		return r;
	profile->has_flags = true;
	if (node_length(&list) > 0)
		reading->document->flags_line = list.key_line;
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

int oci_read_listener(const struct node *root, struct reading *reading, struct err *err)
{
	struct profile *profile = reading->profile;
	struct node path;

	if (node_get(root, "listenerPath", &path))
		reading->document->listener_line = path.key_line;
	int r = read_optional_text(root, "listenerPath", &profile->listener_path, err);

	if (r == 0)
		r = read_optional_text(root, "listenerMetadata", &profile->listener_metadata, err);
	if (r == 0 && profile->listener_path == NULL)
		drop_metadata(root, profile);
	return r;
}

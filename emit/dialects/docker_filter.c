#include "docker_filter.h"

#include <string.h>

#include "array.h"

/* Of longer lists the rest is not compared: there are 41 capabilities. */
#define LISTED_MAX 64

/* A part of a filter: empty (or absent), or does it hold for all or for any of its items? */
struct part {
	bool given, all, any;
};

/* Calls `holds` for each text of a list. */
static int read_list(const struct node *filter, const char *key,
		     bool (*holds)(const struct node *, const char *, struct reading *),
		     struct reading *reading, struct part *part, struct err *err)
{
	struct node list;

	*part = (struct part){.all = true};
	if (!node_get(filter, key, &list))
		return 0;
	int r = node_array(&list, err);
	for (size_t i = 0; r == 0 && i < node_length(&list); i++) {
		struct node item = node_item(&list, i);
		const char *text = "";

		if (!node_null_text(&item))
			r = node_text(&item, &text, err);
		if (r < 0)
			break;
		bool held = holds(&item, text, reading);
		part->given = true;
		part->all = part->all && held;
		part->any = part->any || held;
	}
	return r;
}

static bool has_capability(const struct node *node, const char *name, struct reading *reading)
{
	int capability = capability_by_name(name);

	if (capability < 0) {
		warnings_add(reading->warnings, WARNING_CAPABILITY, node->line,
			     "unknown capability \"%s\", which no process has", name);
		return false;
	}
	return (context_caps(reading->context) >> capability & 1) != 0;
}

/* goToNative of moby's seccomp_linux.go, and what libseccomp-golang calls the others. */
static const char *const machines[] = {
	"x86",     "amd64",    "x32",       "arm",         "arm64",       "mips",   "mipsel",
	"mips64",  "mipsel64", "mips64n32", "mipsel64n32", "mips3l64n32", "ppc",    "ppc64",
	"ppc64le", "s390",     "s390x",     "riscv64",     "loongarch64", "parisc", "parisc64",
};

static bool is_machine(const struct node *node, const char *name, struct reading *reading)
{
	const struct abi *abi = context_abi(reading->context);
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		known = known || strcmp(machines[i], name) == 0;
	if (!known)
		warnings_add(reading->warnings, WARNING_CAPABILITY, node->line,
			     "unknown architecture \"%s\", which no machine has; libseccomp's "
			     "names are meant, such as amd64 and arm64",
			     name);
	return abi_by_docker(name) == abi;
}

static void read_kernel(const struct node *filter, bool podman, struct reading *reading,
			struct part *part)
{
	struct kernel_version version = {0};
	struct node node;

	*part = (struct part){0};
	if (!node_get(filter, "minKernel", &node))
		return;
	/* Podman, which does not know the key, loads any; Docker refuses what is no version. */
	if (!json_object_is_type(node.value, json_type_string) ||
	    (*json_object_get_string(node.value) != '\0' &&
	     !kernel_version_parse(json_object_get_string(node.value), &version))) {
		warnings_add(reading->warnings, WARNING_SKIPPED, node.key_line,
			     "Docker refuses a \"minKernel\" that is not \"MAJOR.MINOR\", each at "
			     "most 255, not 0.0; Podman and CRI-O ignore it");
		return;
	}
	if (*json_object_get_string(node.value) == '\0')
		warnings_add(reading->warnings, WARNING_MIN_KERNEL, node.key_line,
			     "an empty \"minKernel\" is 0.0 to Docker, as which every kernel "
			     "counts; Podman and CRI-O ignore it");
	else
		warnings_add(reading->warnings, WARNING_MIN_KERNEL, node.key_line,
			     "Podman and CRI-O ignore \"minKernel\": to them the entry is for "
			     "every kernel");
	part->given = !podman;
	part->all = part->any = context_kernel_is(reading->context, version);
}

struct filter {
	struct part caps, arches, kernel;
};

static int read_filter(const struct node *entry, const char *key, bool podman,
		       struct reading *reading, struct filter *filter, struct err *err)
{
	static const char *const keys[] = {"caps", "arches", "minKernel"};
	struct node node;

	*filter = (struct filter){0};
	if (!node_get(entry, key, &node))
		return 0;
	int r = node_object(&node, err);
	if (r < 0)
		return r;
	node_check_keys(&node, keys, ARRAY_SIZE(keys));
	r = read_list(&node, "caps", has_capability, reading, &filter->caps, err);
	if (r == 0)
		r = read_list(&node, "arches", is_machine, reading, &filter->arches, err);
	if (r < 0)
		return r;
	read_kernel(&node, podman, reading, &filter->kernel);
	if (filter->caps.given || filter->arches.given || filter->kernel.given)
		warnings_add(reading->warnings, WARNING_FILTER, node.key_line,
			     "containerd ignores \"%s\": to it the entry holds always", key);
	return r;
}

/* The text of an item; null is "" there. */
static const char *item_text(const struct node *item)
{
	return item->value != NULL ? json_object_get_string(item->value) : "";
}

static bool get_list(const struct node *entry, const char *filter, const char *key,
		     struct node *list)
{
	struct node object;

	return node_get(entry, filter, &object) && node_get(&object, key, list);
}

/* What is asked for and excluded at once, of lists that were read. */
static void check_both(const struct node *entry, const char *key, struct reading *reading)
{
	struct node in, out;

	if (!get_list(entry, "includes", key, &in) || !get_list(entry, "excludes", key, &out))
		return;
	for (size_t i = 0; i < node_length(&out) && i < LISTED_MAX; i++) {
		struct node no = node_item(&out, i);

		for (size_t k = 0; k < node_length(&in) && k < LISTED_MAX; k++) {
			struct node yes = node_item(&in, k);
			if (strcmp(item_text(&no), item_text(&yes)) == 0)
				warnings_add(reading->warnings, WARNING_CONSTANT, no.line,
					     "\"%s\" is in \"includes\" and in \"excludes\", "
					     "which wins: with it the entry never holds",
					     item_text(&no));
		}
	}
}

int docker_filter_read(const struct node *entry, bool podman, struct reading *reading, bool *holds,
		       struct err *err)
{
	struct filter in = {0}, out = {0};
	int r = read_filter(entry, "includes", podman, reading, &in, err);

	if (r == 0)
		r = read_filter(entry, "excludes", podman, reading, &out, err);
	if (r == 0) {
		check_both(entry, "caps", reading);
		check_both(entry, "arches", reading);
	}
	*holds = (!in.caps.given || in.caps.all) && (!in.arches.given || in.arches.any) &&
		 (!in.kernel.given || in.kernel.all) && !(out.caps.given && out.caps.any) &&
		 !(out.arches.given && out.arches.any) && !(out.kernel.given && out.kernel.any);
	return r;
}

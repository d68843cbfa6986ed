#include "layers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "file.h"
#include "layer_tables.h"
#include "syscalls.h"
#include "text.h"

/* Longer layer files are not layer files. */
#define LAYER_FILE_MAX ((size_t)1024 * 1024)

const char *layers_builtin_name(size_t n)
{
	return n < builtin_layer_count ? builtin_layers[n].name : NULL;
}

const char *layers_builtin_help(size_t n)
{
	return n < builtin_layer_count ? builtin_layers[n].help : NULL;
}

bool layers_is_builtin(const char *name)
{
	for (size_t i = 0; i < builtin_layer_count; i++)
		if (strcmp(builtin_layers[i].name, name) == 0)
			return true;
	return false;
}

bool layers_is_runtime(const char *name)
{
	for (size_t i = 0; i < builtin_layer_count; i++)
		if (builtin_layers[i].runtime != NULL && strcmp(builtin_layers[i].name, name) == 0)
			return true;
	return false;
}

const char *layers_runtime_name(size_t n)
{
	for (size_t i = 0; i < builtin_layer_count; i++)
		if (builtin_layers[i].runtime != NULL && n-- == 0)
			return builtin_layers[i].name;
	return NULL;
}

const char *layers_engine_starts(const char *name)
{
	for (size_t i = 0; i < engine_count; i++)
		if (strcasecmp(engine_table[i].name, name) == 0)
			return engine_table[i].starts;
	return NULL;
}

bool layers_is_file(const char *name)
{
	size_t len = strlen(name), ending = strlen(".layer");

	return strchr(name, '/') != NULL ||
	       (len >= ending && strcmp(name + len - ending, ".layer") == 0);
}

bool layer_entry_applies(const struct layer_entry *entry, const struct abi *abi)
{
	bool listed = entry->n_abis == 0;
	int32_t nr;

	if (entry->by_runtime)
		return true;

	for (size_t i = 0; i < entry->n_abis && !listed; i++)
		listed = entry->abis[i] == abi;
	return listed && syscalls_number(abi, entry->name, &nr);
}

static struct layer_entry *add_entry(struct layer *layer, const char *name, const char *reason)
{
	xgrow(&layer->entries, layer->n_entries, &layer->cap_entries, sizeof(*layer->entries));
	struct layer_entry *entry = &layer->entries[layer->n_entries++];
	*entry = (struct layer_entry){.name = xstrdup(name), .reason = xstrdup(reason)};
	return entry;
}

/* `list` is cut up. Returns NULL, or the first name that is no ABI. */
static const char *add_abis(struct layer_entry *entry, char *list)
{
	char *name;

	while ((name = strsep(&list, ",")) != NULL) {
		name += strspn(name, " \t");
		name[strcspn(name, " \t")] = '\0';
		const struct abi *abi = abi_by_name(name);
		if (abi == NULL)
			return name;
		xgrow(&entry->abis, entry->n_abis, &entry->cap_abis, sizeof(const struct abi *));
		entry->abis[entry->n_abis++] = abi;
	}
	return NULL;
}

/* One line of a layer file, without its newline; it is cut up. */
static int parse_line(const char *where, size_t number, char *line, struct layer *layer,
		      struct err *err)
{
	line += strspn(line, " \t\r");
	if (*line == '\0' || *line == '#')
		return 0;
	char *rest = line + strcspn(line, " \t\r[");
	cleanup_free char *name = xstrndup(line, (size_t)(rest - line));
	if (!syscalls_known(name))
		return err_set(err, EINVAL,
			       "%s:%zu: expected the name of a system call, found '%s'", where,
			       number, name);
	rest += strspn(rest, " \t\r");
	char *list = NULL;
	if (*rest == '[') {
		list = rest + 1;
		rest = strchr(list, ']');
		if (rest == NULL)
			return err_set(err, EINVAL, "%s:%zu: '[' without ']'", where, number);
		*rest++ = '\0';
		rest += strspn(rest, " \t\r");
	}
	size_t len = strlen(rest);
	while (len > 0 && strchr(" \t\r", rest[len - 1]) != NULL)
		rest[--len] = '\0';
	struct layer_entry *entry = add_entry(layer, name, rest);
	const char *unknown = list != NULL ? add_abis(entry, list) : NULL;
	if (unknown != NULL)
		return err_set(err, EINVAL, "%s:%zu: unknown ABI '%s'", where, number, unknown);
	return 0;
}

int layer_parse(const char *name, const char *text, size_t len, struct layer *layer,
		struct err *err)
{
	cleanup_free char *copy = xstrndup(text, len);
	char *rest = copy, *line;
	size_t number = 0;

	*layer = (struct layer){.name = xstrdup(name), .asked = true};
	if (memchr(text, '\0', len) != NULL)
		return err_set(err, EINVAL, "%s: a NUL byte; expected a layer file", name);
	while ((line = strsep(&rest, "\n")) != NULL) {
		int r = parse_line(name, ++number, line, layer, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_layer(const char *path, struct layer *layer, struct err *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = file_read(path, LAYER_FILE_MAX, &text, err);

	if (r < 0)
		return err_wrap(err, r, "layer");
	return layer_parse(path, text.s, text.len, layer, err);
}

/* An entry for each call of each family that the C library or the kernel chooses from. */
static void add_families(struct layer *layer)
{
	for (size_t i = 0; i < family_count; i++) {
		const struct family *family = &family_table[i];
		if (family->why == NULL)
			continue;
		cleanup_free char *calls = xstrdup(family->calls);
		char *rest = calls + strspn(calls, "*"), *name;
		while ((name = strsep(&rest, " ")) != NULL)
			add_entry(layer, name, family->why)->family = family;
	}
}

static struct layer make_builtin(const struct builtin_layer *from)
{
	struct layer layer = {.name = xstrdup(from->name), .asked = !from->on};

	if (from->variants)
		add_families(&layer);
	for (const struct builtin_entry *b = from->entries; b != NULL && b->name != NULL; b++) {
		if (b->privileged && from->unprivileged)
			continue;
		cleanup_free char *reason = from->runtime != NULL
						    ? xasprintf("%s: %s", from->runtime, b->reason)
						    : xstrdup(b->reason);
		struct layer_entry *entry = add_entry(&layer, b->name, reason);
		entry->by_runtime = from->runtime != NULL;
		entry->with = b->with;
		cleanup_free char *list = xstrdup(b->abis != NULL ? b->abis : "");
		if (b->abis != NULL)
			(void)add_abis(entry, list);
	}
	return layer;
}

/* The last choice that concerns a built-in layer decides. */
static bool wants_builtin(const struct layer_choices *choices, const struct builtin_layer *layer)
{
	bool wanted = layer->on;

	for (size_t i = 0; i < choices->n; i++) {
		const struct layer_choice *choice = &choices->of[i];
		if (strcmp(choice->name, layer->name) == 0 ||
		    (!choice->wanted && strcmp(choice->name, "all") == 0))
			wanted = choice->wanted;
	}
	return wanted;
}

static struct layer *add_layer(struct layers *layers)
{
	xgrow(&layers->layers, layers->n_layers, &layers->cap_layers, sizeof(struct layer));
	struct layer *layer = &layers->layers[layers->n_layers++];
	*layer = (struct layer){0};
	return layer;
}

int layers_load(const struct layer_choices *choices, struct layers *layers, struct err *err)
{
	*layers = (struct layers){0};
	for (size_t i = 0; i < builtin_layer_count; i++)
		if (wants_builtin(choices, &builtin_layers[i]))
			*add_layer(layers) = make_builtin(&builtin_layers[i]);
	for (size_t i = 0; i < choices->n; i++) {
		const struct layer_choice *choice = &choices->of[i];
		if (!choice->wanted || !layers_is_file(choice->name))
			continue;
		int r = read_layer(choice->name, add_layer(layers), err);
		if (r < 0)
			return r;
	}
	return 0;
}

void layer_release(struct layer *layer)
{
	for (size_t i = 0; i < layer->n_entries; i++) {
		free(layer->entries[i].name);
		free(layer->entries[i].reason);
		free(layer->entries[i].abis);
	}
	free(layer->entries);
	free(layer->name);
	*layer = (struct layer){0};
}

void layers_release(struct layers *layers)
{
	for (size_t i = 0; i < layers->n_layers; i++)
		layer_release(&layers->layers[i]);
	free(layers->layers);
	*layers = (struct layers){0};
}

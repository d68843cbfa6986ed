#include "layers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "syscalls.h"
#include "text.h"

/* Longer layer files are not layer files. */
#define LAYER_FILE_MAX ((size_t)1024 * 1024)

struct builtin_entry {
	const char *name;
	const char *reason;
	const char *abis; /* separated by commas; NULL: every ABI that has the call */
};

struct builtin_layer {
	const char *name;
	const char *help;
	const struct builtin_entry *entries; /* ends with a NULL name */
};

/* The time calls of the vDSO take 64-bit times only on these. */
#define ABIS_32BIT "x86,arm,ppc,s390,mips,mipsel,mips64n32,mipsel64n32,m68k,sheb,sh,parisc"

static const struct builtin_entry core_entries[] = {
	{"exit", "a thread ends; a recording that was stopped early lacks it", NULL},
	{"exit_group", "a process ends; a recording that was stopped early lacks it", NULL},
	{"rt_sigreturn", "returning from a signal handler, which a run may never enter", NULL},
	{"sigreturn", "returning from an old-style signal handler", "x86,arm"},
	{"restart_syscall", "the kernel makes it after a stop (Ctrl-Z, a debugger) in a sleep",
	 NULL},
	{"execve", "the container runtime starts the program under the profile", NULL},
	{NULL, NULL, NULL},
};

#define VDSO "served without a system call where the vDSO can read the clock, a real call elsewhere"

static const struct builtin_entry vdso_entries[] = {
	{"clock_gettime", VDSO, NULL},
	{"clock_gettime64", VDSO, ABIS_32BIT},
	{"clock_getres", VDSO, NULL},
	{"gettimeofday", VDSO, NULL},
	{"time", VDSO, NULL},
	{"getcpu", "served by the vDSO, a real call where there is none", NULL},
	{NULL, NULL, NULL},
};

/* All of them are on unless --no-layer says otherwise. */
static const struct builtin_layer builtin_layers[] = {
	{"core", "starting, ending, and returning from signals", core_entries},
	{"vdso", "clock calls that only some machines make", vdso_entries},
};

#define N_BUILTIN (sizeof(builtin_layers) / sizeof(builtin_layers[0]))

const char *layers_builtin_name(size_t n)
{
	return n < N_BUILTIN ? builtin_layers[n].name : NULL;
}

const char *layers_builtin_help(size_t n)
{
	return n < N_BUILTIN ? builtin_layers[n].help : NULL;
}

bool layers_is_builtin(const char *name)
{
	for (size_t i = 0; i < N_BUILTIN; i++)
		if (strcmp(builtin_layers[i].name, name) == 0)
			return true;
	return false;
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

	*layer = (struct layer){.name = xstrdup(name)};
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

static struct layer make_builtin(const struct builtin_layer *from)
{
	struct layer layer = {.name = xstrdup(from->name)};

	for (const struct builtin_entry *b = from->entries; b->name != NULL; b++) {
		struct layer_entry *entry = add_entry(&layer, b->name, b->reason);
		cleanup_free char *list = xstrdup(b->abis != NULL ? b->abis : "");
		if (b->abis != NULL)
			(void)add_abis(entry, list);
	}
	return layer;
}

/* Built-in layers are on; the last choice that concerns one decides. */
static bool wants_builtin(const struct options *o, const char *name)
{
	bool wanted = true;

	for (size_t i = 0; i < o->n_layers; i++) {
		const struct layer_choice *choice = &o->layers[i];
		if (strcmp(choice->name, name) == 0 ||
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

int layers_load(const struct options *o, struct layers *layers, struct err *err)
{
	*layers = (struct layers){0};
	for (size_t i = 0; i < N_BUILTIN; i++)
		if (wants_builtin(o, builtin_layers[i].name))
			*add_layer(layers) = make_builtin(&builtin_layers[i]);
	for (size_t i = 0; i < o->n_layers; i++) {
		if (!o->layers[i].wanted || !layers_is_file(o->layers[i].name))
			continue;
		int r = read_layer(o->layers[i].name, add_layer(layers), err);
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

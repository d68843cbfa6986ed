#include "option_table.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "abi.h"
#include "alloc.h"
#include "array.h"
#include "format.h"
#include "synonyms.h"
#include "text.h"

#define RECORD TAKEN_BY(CMD_RECORD)
#define GENERATE TAKEN_BY(CMD_GENERATE)
#define DIFF TAKEN_BY(CMD_DIFF)
#define MERGE TAKEN_BY(CMD_MERGE)
#define SHOW TAKEN_BY(CMD_SHOW)
#define LINT TAKEN_BY(CMD_LINT)
#define READS_PROFILES (DIFF | MERGE | SHOW | LINT)
#define PROGRAM TAKEN_BY(CMD_NONE)
#define ALL (TAKEN_BY(CMD_MAX) - 1)

#define FLAG(member) OPTION_FLAG, .place = offsetof(struct options, member)
#define TEXT(member) OPTION_TEXT, .place = offsetof(struct options, member)
#define WORD(function) OPTION_WORD, .take_word = (function)
#define CALL(function) OPTION_CALL, .take = (function)

static int take_known(struct options *o, const char *value, struct err *err)
{
	for (size_t i = 0; strcmp(value, "-") == 0 && i < o->n_known; i++)
		if (strcmp(o->known[i], "-") == 0)
			return err_set(err, EINVAL, "only one --known can be standard input");
	xgrow(&o->known, o->n_known, &o->cap_known, sizeof(*o->known));
	o->known[o->n_known++] = value;
	return 0;
}

static bool take_dialect(struct options *o, const char *word)
{
	o->style.dialect = dialect_by_name(word);
	if (o->style.dialect == NULL && synonym_dialect(word) != NULL)
		o->style.dialect = dialect_by_name(synonym_dialect(word));
	return o->style.dialect != NULL;
}

static bool take_report(struct options *o, const char *word)
{
	const char *synonym = synonym_report(word);

	return vocabulary_report(word, &o->report) ||
	       (synonym != NULL && vocabulary_report(synonym, &o->report));
}

static bool take_fail_on(struct options *o, const char *word)
{
	return vocabulary_fail_on(word, &o->fail_on);
}

static void choose_layer(struct layer_choices *layers, const char *name, bool wanted)
{
	xgrow(&layers->of, layers->n, &layers->cap, sizeof(*layers->of));
	layers->of[layers->n++] = (struct layer_choice){name, wanted};
}

static bool take_runtime(struct options *o, const char *word)
{
	choose_layer(&o->layers, word, true);
	return layers_is_runtime(word);
}

static bool take_layer(struct options *o, const char *word)
{
	choose_layer(&o->layers, word, true);
	return layers_is_file(word) || layers_is_builtin(word);
}

static bool take_no_layer(struct options *o, const char *word)
{
	choose_layer(&o->layers, word, false);
	return strcmp(word, "all") == 0 || layers_is_builtin(word);
}

static bool take_abi(struct options *o, const char *word)
{
	o->target.abi = o->context.abi = abi_by_any_name(word);
	return o->target.abi != NULL;
}

static bool take_action(struct options *o, const char *word)
{
	return vocabulary_action(word, &o->target.fallback.action);
}

static int take_errno(struct options *o, const char *value, struct err *err)
{
	int number = errno_by_name(value);

	/* 0 would make refused calls look as if they had succeeded. */
	if (number <= 0)
		return err_set(err, EINVAL,
			       "--default-errno: unknown errno '%s'; expected a name such as "
			       "ENOSYS or a number from 1 to 4095",
			       value);
	o->target.fallback.has_errno = true;
	o->target.fallback.errno_ret = (uint32_t)number;
	return 0;
}

static int take_caps(struct options *o, const char *value, struct err *err)
{
	cleanup_free char *wrong = NULL;

	o->context.has_caps = true;
	if (capabilities_parse(value, &o->context.caps, &wrong))
		return 0;
	return err_set(err, EINVAL,
		       "--caps: unknown capability '%s'; expected a list with commas of "
		       "capabilities, default, all or none",
		       wrong);
}

static int take_kernel(struct options *o, const char *value, struct err *err)
{
	if (kernel_release_parse(value, &o->context.kernel))
		return 0;
	return err_set(err, EINVAL, "--kernel: expected a version such as 6.1, got '%s'", value);
}

const struct option_info option_table[] = {
	{OPT_OUTPUT, 'o', "output", "REC", VALUE_FILE, RECORD, "write the recording to REC",
	 TEXT(output)},
	{OPT_OUTPUT, 'o', "output", "FILE", VALUE_FILE, GENERATE,
	 "write the profile to FILE, not standard output", TEXT(output)},
	{OPT_OUTPUT, 'o', "output", "FILE", VALUE_FILE, MERGE,
	 "write the result to FILE, not standard output", TEXT(output)},
	{OPT_INTERSECT, 0, "intersect", NULL, VALUE_NONE, MERGE,
	 "take what all have, not what any has", FLAG(intersect)},
	{OPT_PROFILE, 'p', "profile", "PROFILE", VALUE_FILE, RECORD, "write a profile to PROFILE",
	 TEXT(profile)},
	{OPT_KNOWN, 0, "known", "REC", VALUE_FILE, RECORD,
	 "learn only what the earlier recording REC lacks", CALL(take_known)},
	{OPT_FORCE, 0, "force", NULL, VALUE_NONE, RECORD | GENERATE | MERGE,
	 "write over any file, not only earlier results", FLAG(force)},
	{OPT_STOP_WITH_MAIN, 0, "stop-with-main", NULL, VALUE_NONE, RECORD,
	 "when COMMAND ends, end what it left running", FLAG(stop_with_main)},
	{OPT_EXACT, 0, "exact", NULL, VALUE_NONE, RECORD,
	 "stop at every call: no sieve, many times slower", FLAG(exact)},
	{OPT_AFTER_FILTER, 0, "after-filter", NULL, VALUE_NONE, RECORD,
	 "learn only what follows a filter COMMAND loads", FLAG(after_filter)},
	{OPT_TUNE, 0, "tune", "NAME=VALUE", VALUE_TUNING, RECORD,
	 "change when a sieve is installed, for benchmarks", TEXT(tune), .hidden = true},
	{OPT_FORMAT, 'f', "format", "DIALECT", VALUE_DIALECT, RECORD | GENERATE | MERGE,
	 "oci (default), docker, podman, k8s, systemd ...", WORD(take_dialect)},
	{OPT_REPORT, 'f', "format", "FORMAT", VALUE_REPORT, DIFF, "text, json or markdown",
	 WORD(take_report)},
	{OPT_FAIL_ON, 0, "fail-on", "WHAT", VALUE_FAIL_ON, DIFF,
	 "exit with 1 if any, widened or risky", WORD(take_fail_on)},
	{OPT_YAML, 0, "yaml", NULL, VALUE_NONE, RECORD | GENERATE | MERGE,
	 "write YAML (usual for names in .yaml, .yml)", FLAG(style.yaml)},
	{OPT_JSON, 0, "json", NULL, VALUE_NONE, RECORD | GENERATE | MERGE,
	 "write JSON (usual for other names, but for k8s)", FLAG(style.json)},
	{OPT_JSON, 0, "json", NULL, VALUE_NONE, SHOW | LINT, "print the stable form for programs",
	 FLAG(json)},
	{OPT_FOR, 0, "for", "RUNTIME", VALUE_RUNTIME, RECORD | GENERATE,
	 "add what runc, runc-nnp, crun, crun-nnp calls", WORD(take_runtime)},
	{OPT_LAYER, 0, "layer", "LAYER", VALUE_LAYER, RECORD | GENERATE,
	 "add a built-in layer, or a file (x.layer, ./x)", WORD(take_layer)},
	{OPT_NO_LAYER, 0, "no-layer", "LAYER", VALUE_BUILTIN_LAYER, RECORD | GENERATE,
	 "leave out core, vdso, another or all", WORD(take_no_layer)},
	{OPT_ABI, 0, "abi", "ABI", VALUE_ABI, RECORD | GENERATE,
	 "write a profile for this ABI alone", WORD(take_abi)},
	{OPT_DEFAULT_ACTION, 0, "default-action", "ACTION", VALUE_ACTION, RECORD | GENERATE,
	 "what other calls get: errno, kill, log ...", WORD(take_action)},
	{OPT_DEFAULT_ERRNO, 0, "default-errno", "ERRNO", VALUE_ERRNO, RECORD | GENERATE,
	 "with errno: which one, name or number (ENOSYS)", CALL(take_errno)},
	{OPT_NAME, 0, "name", "NAME", VALUE_TEXT, RECORD | GENERATE | MERGE,
	 "with k8s: the resource's name (that of the file)", TEXT(context.name)},
	{OPT_ABI, 0, "abi", "ABI", VALUE_ABI, READS_PROFILES,
	 "of the machine that it is for (this one)", WORD(take_abi)},
	{OPT_CAPS, 0, "caps", "LIST", VALUE_CAPS, READS_PROFILES,
	 "its container's capabilities (Docker's default)", CALL(take_caps)},
	{OPT_KERNEL, 0, "kernel", "VERSION", VALUE_TEXT, READS_PROFILES,
	 "its kernel (the running one)", CALL(take_kernel)},
	{OPT_QUIET, 'q', "quiet", NULL, VALUE_NONE, RECORD | GENERATE | MERGE | SHOW,
	 "say nothing but errors", FLAG(quiet)},
	{OPT_QUIET, 'q', "quiet", NULL, VALUE_NONE, DIFF | LINT,
	 "print nothing, only exit with 0, 1 or 2", FLAG(quiet)},
	{OPT_HELP, 'h', "help", NULL, VALUE_NONE, ALL | PROGRAM, "print this help", FLAG(help)},
	{OPT_VERSION, 'V', "version", NULL, VALUE_NONE, PROGRAM, "print the version",
	 FLAG(version)},
};

const size_t option_count = ARRAY_SIZE(option_table);

const struct option_info *option_by_name(enum command_id command, const char *name, size_t len)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];
		if ((info->commands & TAKEN_BY(command)) != 0 && strlen(info->name) == len &&
		    memcmp(info->name, name, len) == 0)
			return info;
	}
	return NULL;
}

const struct option_info *option_by_letter(enum command_id command, char letter)
{
	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 &&
		    option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

/* What the command line can hold, as tables; options.c is the parser over them. */
#include "options.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "array.h"
#include "layers.h"

#define RECORD TAKEN_BY(CMD_RECORD)
#define GENERATE TAKEN_BY(CMD_GENERATE)
#define DIFF TAKEN_BY(CMD_DIFF)
#define MERGE TAKEN_BY(CMD_MERGE)
#define SHOW TAKEN_BY(CMD_SHOW)
#define LINT TAKEN_BY(CMD_LINT)
#define READS_PROFILES (DIFF | MERGE | SHOW | LINT)
#define PROGRAM TAKEN_BY(CMD_NONE)
#define ALL (TAKEN_BY(CMD_MAX) - 1)

static const char about_record[] =
	"Runs COMMAND, follows all its threads and children, writes what was learnt as a\n"
	"recording (-o), a profile (-p) or both; with neither, seccomp.json. Exits with\n"
	"COMMAND's status, or 125: own failure, 126: cannot run it, 127: not found.\n";

static const char about_generate[] =
	"Writes the smallest profile that allows what recordings and layers hold, to\n"
	"standard output unless -o says otherwise. - is standard input. Only an earlier\n"
	"profile is written over. Exits with 0, also after warnings, or 2: trouble.\n";

static const char about_diff[] =
	"Says what NEW allows or uses that OLD does not, and the reverse. Each may be a\n"
	"recording or a profile. Exits with 0: same, 1: different (see --fail-on),\n"
	"2: trouble.\n";

static const char about_merge[] =
	"Makes one of several recordings, or of several profiles: what any of them has,\n"
	"or with --intersect what all of them have. Conditions are decided exactly; the\n"
	"result never allows more. Only what is of the result's kind, and not one of the\n"
	"FILEs, is written over. Exits with 0, also after warnings, or 2: trouble.\n";

static const char about_show[] =
	"Prints what FILE holds: for a recording each call with who made it first.\n"
	"- is standard input. Exits with 0, or 2: trouble.\n";

static const char about_lint[] =
	"Says what the formats of profiles forbid, and what those who load them ignore\n"
	"without a word: names that no system call has, keys that one runtime knows and\n"
	"another does not. A line each: FILE:LINE: what. - is standard input.\n"
	"Exits with 0: nothing found, 1: something, 2: trouble.\n";

const struct command_info command_table[CMD_MAX] = {
	[CMD_RECORD] =
		{
			.name = "record",
			.synopsis = "[OPTION]... [--] COMMAND [ARG]...",
			.summary = "run a command and learn which system calls it makes",
			.about = about_record,
			.stops_at_operand = true,
			.min_args = 1,
			.max_args = SIZE_MAX,
			.missing = "which command shall be recorded?",
			.status_trouble = STATUS_OWN_FAILURE,
		},
	[CMD_GENERATE] =
		{
			.name = "generate",
			.synopsis = "[OPTION]... RECORDING...",
			.summary = "write a profile from one or more recordings",
			.about = about_generate,
			.min_args = 1,
			.max_args = SIZE_MAX,
			.missing = "which recording shall the profile be made from?",
			.status_trouble = 2,
		},
	[CMD_DIFF] =
		{
			.name = "diff",
			.synopsis = "[OPTION]... OLD NEW",
			.summary = "compare two recordings or profiles",
			.about = about_diff,
			.min_args = 2,
			.max_args = 2,
			.missing = "two files are needed: OLD and NEW",
			.status_trouble = 2,
		},
	[CMD_MERGE] =
		{
			.name = "merge",
			.synopsis = "[OPTION]... FILE...",
			.summary = "make one of several recordings or profiles",
			.about = about_merge,
			.min_args = 1,
			.max_args = SIZE_MAX,
			.missing = "which files shall be merged?",
			.status_trouble = 2,
		},
	[CMD_SHOW] =
		{
			.name = "show",
			.synopsis = "[OPTION]... FILE",
			.summary = "print a recording or a profile",
			.about = about_show,
			.min_args = 1,
			.max_args = 1,
			.missing = "which file shall be shown?",
			.status_trouble = 2,
		},
	[CMD_LINT] =
		{
			.name = "lint",
			.synopsis = "[OPTION]... FILE...",
			.summary = "find what runtimes refuse or ignore in profiles",
			.about = about_lint,
			.min_args = 1,
			.max_args = SIZE_MAX,
			.missing = "which profile shall be looked at?",
			.status_trouble = 2,
		},
	[CMD_HELP] =
		{
			.name = "help",
			.synopsis = "[COMMAND]",
			.summary = "print the options of a command",
			.about = "Prints the same as COMMAND --help.\n",
			.max_args = 1,
			.status_trouble = 2,
		},
	[CMD_VERSION] = {.hidden = true, .status_trouble = 2},
	[CMD_COMPLETION] =
		{
			.name = "completion",
			.synopsis = "bash|zsh|fish",
			.summary = "print a completion script",
			.about = "Prints a completion script for the shell, for packagers.\n",
			.hidden = true,
			.min_args = 1,
			.max_args = 1,
			.missing = "for which shell: bash, zsh or fish?",
			.status_trouble = 2,
		},
};

const struct option_info option_table[] = {
	{OPT_OUTPUT, 'o', "output", "REC", VALUE_FILE, RECORD, false, "write the recording to REC"},
	{OPT_OUTPUT, 'o', "output", "FILE", VALUE_FILE, GENERATE, false,
	 "write the profile to FILE, not standard output"},
	{OPT_OUTPUT, 'o', "output", "FILE", VALUE_FILE, MERGE, false,
	 "write the result to FILE, not standard output"},
	{OPT_INTERSECT, 0, "intersect", NULL, VALUE_NONE, MERGE, false,
	 "take what all have, not what any has"},
	{OPT_PROFILE, 'p', "profile", "PROFILE", VALUE_FILE, RECORD, false,
	 "write a profile to PROFILE"},
	{OPT_FORCE, 0, "force", NULL, VALUE_NONE, RECORD | GENERATE | MERGE, false,
	 "write over any file, not only earlier results"},
	{OPT_STOP_WITH_MAIN, 0, "stop-with-main", NULL, VALUE_NONE, RECORD, false,
	 "when COMMAND ends, end what it left running"},
	{OPT_EXACT, 0, "exact", NULL, VALUE_NONE, RECORD, false,
	 "stop at every call: no sieve, many times slower"},
	{OPT_AFTER_FILTER, 0, "after-filter", NULL, VALUE_NONE, RECORD, false,
	 "learn only what follows a filter COMMAND loads"},
	{OPT_TUNE, 0, "tune", "NAME=VALUE", VALUE_TUNING, RECORD, true,
	 "change when a sieve is installed, for benchmarks"},
	{OPT_FORMAT, 'f', "format", "DIALECT", VALUE_DIALECT, RECORD | GENERATE | MERGE, false,
	 "oci (default), docker, podman, k8s, systemd ..."},
	{OPT_REPORT, 'f', "format", "FORMAT", VALUE_REPORT, DIFF, false, "text, json or markdown"},
	{OPT_FAIL_ON, 0, "fail-on", "WHAT", VALUE_FAIL_ON, DIFF, false,
	 "exit with 1 if any, widened or risky"},
	{OPT_YAML, 0, "yaml", NULL, VALUE_NONE, RECORD | GENERATE | MERGE, false,
	 "write YAML (usual for names in .yaml, .yml)"},
	{OPT_JSON, 0, "json", NULL, VALUE_NONE, RECORD | GENERATE | MERGE, false,
	 "write JSON (usual for other names, but for k8s)"},
	{OPT_JSON, 0, "json", NULL, VALUE_NONE, SHOW | LINT, false,
	 "print the stable form for programs"},
	{OPT_FOR, 0, "for", "RUNTIME", VALUE_RUNTIME, RECORD | GENERATE, false,
	 "add what runc, runc-nnp, crun, crun-nnp calls"},
	{OPT_LAYER, 0, "layer", "LAYER", VALUE_LAYER, RECORD | GENERATE, false,
	 "add a built-in layer, or a file (x.layer, ./x)"},
	{OPT_NO_LAYER, 0, "no-layer", "LAYER", VALUE_BUILTIN_LAYER, RECORD | GENERATE, false,
	 "leave out core, vdso, another or all"},
	{OPT_ABI, 0, "abi", "ABI", VALUE_ABI, RECORD | GENERATE, false,
	 "write a profile for this ABI alone"},
	{OPT_DEFAULT_ACTION, 0, "default-action", "ACTION", VALUE_ACTION, RECORD | GENERATE, false,
	 "what other calls get: errno, kill, log ..."},
	{OPT_DEFAULT_ERRNO, 0, "default-errno", "ERRNO", VALUE_ERRNO, RECORD | GENERATE, false,
	 "with errno: which one, name or number (ENOSYS)"},
	{OPT_NAME, 0, "name", "NAME", VALUE_TEXT, RECORD | GENERATE | MERGE, false,
	 "with k8s: the resource's name (that of the file)"},
	{OPT_ABI, 0, "abi", "ABI", VALUE_ABI, READS_PROFILES, false,
	 "of the machine that it is for (this one)"},
	{OPT_CAPS, 0, "caps", "LIST", VALUE_CAPS, READS_PROFILES, false,
	 "its container's capabilities (Docker's default)"},
	{OPT_KERNEL, 0, "kernel", "VERSION", VALUE_TEXT, READS_PROFILES, false,
	 "its kernel (the running one)"},
	{OPT_QUIET, 'q', "quiet", NULL, VALUE_NONE, RECORD | GENERATE | MERGE | SHOW, false,
	 "say nothing but errors"},
	{OPT_QUIET, 'q', "quiet", NULL, VALUE_NONE, DIFF | LINT, false,
	 "print nothing, only exit with 0, 1 or 2"},
	{OPT_HELP, 'h', "help", NULL, VALUE_NONE, ALL | PROGRAM, false, "print this help"},
	{OPT_VERSION, 'V', "version", NULL, VALUE_NONE, PROGRAM, false, "print the version"},
};

const size_t option_count = ARRAY_SIZE(option_table);

static const struct {
	const char *name;
	enum action action;
} default_actions[] = {
	{"errno", ACTION_ERRNO},
	{"kill", ACTION_KILL_THREAD},
	{"kill-thread", ACTION_KILL_THREAD},
	{"kill-process", ACTION_KILL_PROCESS},
	{"trap", ACTION_TRAP},
	{"trace", ACTION_TRACE},
	{"log", ACTION_LOG},
	{"allow", ACTION_ALLOW},
};

/* What --caps takes beside names of capabilities. */
static const char *const caps_words[] = {"default", "all", "none"};

static const char *const report_names[] = {
	[REPORT_TEXT] = "text",
	[REPORT_JSON] = "json",
	[REPORT_MARKDOWN] = "markdown",
};

static const char *const fail_on_names[] = {
	[FAIL_ON_ANY] = "any",
	[FAIL_ON_WIDENED] = "widened",
	[FAIL_ON_RISKY] = "risky",
};

#define N_FAIL_ON ARRAY_SIZE(fail_on_names)
#define N_ACTIONS ARRAY_SIZE(default_actions)
#define N_CAPS ARRAY_SIZE(caps_words)
#define N_REPORTS ARRAY_SIZE(report_names)

const char *options_value_word(enum value_kind kind, size_t n)
{
	switch (kind) {
	case VALUE_DIALECT:
		return dialect_name(n);
	case VALUE_REPORT:
		return n < N_REPORTS ? report_names[n] : NULL;
	case VALUE_FAIL_ON:
		return n < N_FAIL_ON ? fail_on_names[n] : NULL;
	case VALUE_RUNTIME:
		return layers_runtime_name(n);
	case VALUE_LAYER:
		return layers_builtin_name(n);
	case VALUE_BUILTIN_LAYER:
		return n == 0 ? "all" : layers_builtin_name(n - 1);
	case VALUE_ABI:
		return n < abi_count ? abi_table[n].name : NULL;
	case VALUE_ACTION:
		return n < N_ACTIONS ? default_actions[n].name : NULL;
	case VALUE_CAPS:
		return n < N_CAPS ? caps_words[n] : NULL;
	case VALUE_NONE:
	case VALUE_TEXT:
	case VALUE_TUNING:
	case VALUE_FILE:
	case VALUE_ERRNO:
		break;
	}
	return NULL;
}

enum command_id options_command(const char *name)
{
	for (int c = 0; c < CMD_MAX; c++)
		if (command_table[c].name != NULL && strcmp(command_table[c].name, name) == 0)
			return (enum command_id)c;
	return CMD_NONE;
}

bool options_action(const char *name, enum action *action)
{
	for (size_t i = 0; i < N_ACTIONS; i++) {
		if (strcmp(default_actions[i].name, name) == 0) {
			*action = default_actions[i].action;
			return true;
		}
	}
	/* As a default, NOTIFY would stop every call; runtimes refuse it. */
	*action = action_by_oci_name(name);
	return *action != ACTION_INVALID && *action != ACTION_NOTIFY;
}

bool options_report(const char *name, enum report_format *report)
{
	for (size_t i = 0; i < N_REPORTS; i++) {
		if (strcasecmp(report_names[i], name) == 0) {
			*report = (enum report_format)i;
			return true;
		}
	}
	return false;
}

bool options_fail_on(const char *name, enum fail_on *fail_on)
{
	for (size_t i = 0; i < N_FAIL_ON; i++) {
		if (strcmp(fail_on_names[i], name) == 0) {
			*fail_on = (enum fail_on)i;
			return true;
		}
	}
	return false;
}

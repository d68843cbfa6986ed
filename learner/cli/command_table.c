#include "command_table.h"

#include <stdint.h>
#include <string.h>

#include "alloc.h"

static const char about_record[] =
	"Runs COMMAND, follows its children, writes a recording (-o), a profile (-p), or\n"
	"seccomp.json. Exits with its status, 125: failed, 126: not run, 127: not found.\n";

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

enum command_id command_by_name(const char *name)
{
	for (int c = 0; c < CMD_MAX; c++)
		if (command_table[c].name != NULL && strcmp(command_table[c].name, name) == 0)
			return (enum command_id)c;
	return CMD_NONE;
}

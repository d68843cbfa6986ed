#include "help.h"

#include <string.h>

#include "option_table.h"

/* Where the help texts begin: right of the longest option. */
#define HELP_COLUMN 31

static const char program_head[] =
	"seccomp-learn: learn the system calls of a workload, write its seccomp profile\n"
	"\n"
	"usage: seccomp-learn COMMAND [OPTION]... [ARGUMENT]...\n"
	"\n";

static const char program_tail[] = "\n"
				   "A first profile:\n"
				   "  seccomp-learn record -o app.rec -- make check\n"
				   "  seccomp-learn generate --for runc -o seccomp.json app.rec\n"
				   "  docker run --security-opt seccomp=seccomp.json ...\n"
				   "\n"
				   "'seccomp-learn help COMMAND' tells more about a command.\n";

static void add_option(const struct option_info *info, struct strbuf *out)
{
	size_t start = out->len;

	if (info->letter != 0)
		strbuf_addf(out, "  -%c, --%s", info->letter, info->name);
	else
		strbuf_addf(out, "      --%s", info->name);
	if (info->argument != NULL)
		strbuf_addf(out, " %s", info->argument);
	strbuf_addf(out, "%*s%s\n", (int)(HELP_COLUMN - (out->len - start)), "", info->help);
}

static void add_options(enum command_id command, struct strbuf *out)
{
	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 && !option_table[i].hidden)
			add_option(&option_table[i], out);
}

static void write_program(struct strbuf *out)
{
	strbuf_adds(out, program_head);
	for (size_t c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden)
			strbuf_addf(out, "  %-10s %s\n", command_table[c].name,
				    command_table[c].summary);
	strbuf_adds(out, "\n");
	add_options(CMD_NONE, out);
	strbuf_adds(out, program_tail);
}

void help_write(enum command_id topic, struct strbuf *out)
{
	if (topic == CMD_NONE) {
		write_program(out);
		return;
	}
	const struct command_info *info = &command_table[topic];
	strbuf_addf(out, "usage: seccomp-learn %s %s\n\n%s\n", info->name, info->synopsis,
		    info->about);
	add_options(topic, out);
}

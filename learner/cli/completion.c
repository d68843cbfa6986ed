#include "completion.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "option_table.h"

static bool offered(const struct option_info *info, enum command_id command)
{
	return (info->commands & TAKEN_BY(command)) != 0 && !info->hidden;
}

static bool takes_files(enum command_id command)
{
	return command == CMD_GENERATE || command == CMD_DIFF || command == CMD_MERGE ||
	       command == CMD_SHOW || command == CMD_LINT;
}

/* "-o" and "--output", each preceded by `before` and followed by `after`. */
static void add_spellings(const struct option_info *info, const char *before, const char *after,
			  struct strbuf *out)
{
	if (info->letter != 0)
		strbuf_addf(out, "%s-%c%s", before, info->letter, after);
	strbuf_addf(out, "%s--%s%s", before, info->name, after);
}

static void add_words(enum value_kind kind, struct strbuf *out)
{
	const char *word;

	for (size_t n = 0; (word = vocabulary_word(kind, n)) != NULL; n++)
		strbuf_addf(out, "%s%s", n > 0 ? " " : "", word);
}

static void add_commands(struct strbuf *out)
{
	const char *space = "";

	for (size_t c = 0; c < CMD_MAX; c++) {
		if (command_table[c].hidden)
			continue;
		strbuf_addf(out, "%s%s", space, command_table[c].name);
		space = " ";
	}
}

/* The text in single quotes, as sh, zsh and fish all read it. */
static void add_quoted(const char *text, struct strbuf *out)
{
	strbuf_addch(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			strbuf_adds(out, "'\\''");
		else
			strbuf_addch(out, *text);
	}
	strbuf_addch(out, '\'');
}

/* ---- bash ------------------------------------------------------------------------------------ */

static const char bash_head[] =
	"# bash completion for seccomp-learn, made by 'seccomp-learn completion bash'\n"
	"_seccomp_learn()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command='' workload=0 i\n"
	"\n"
	"\t# bash makes three words of --option=value.\n"
	"\tif [[ $cur == '=' ]]; then\n"
	"\t\tcur=''\n"
	"\telif [[ $prev == '=' ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"\t\tcase $command:${COMP_WORDS[i]} in\n"
	"\t\t:-*) ;;\n"
	"\t\t:*) ((i < COMP_CWORD)) && command=${COMP_WORDS[i]} ;;\n";

static const char bash_after_workload_options[] = "\t\t\t((i++))\n"
						  "\t\t\t[[ ${COMP_WORDS[i]} == '=' ]] && ((i++))\n"
						  "\t\t\t;;\n";

static const char bash_workload[] = "\t\tesac\n"
				    "\tdone\n"
				    "\tif ((workload > 0 && workload <= COMP_CWORD)); then\n"
				    "\t\tif declare -F _command_offset >/dev/null; then\n"
				    "\t\t\t_command_offset \"$workload\"\n"
				    "\t\telif ((workload == COMP_CWORD)); then\n"
				    "\t\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$cur\")\n"
				    "\t\telse\n"
				    "\t\t\tcompopt -o filenames\n"
				    "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
				    "\t\tfi\n"
				    "\t\treturn\n"
				    "\tfi\n"
				    "\tcase $command:$prev in\n";

static const char bash_tail[] = "\tesac\n"
				"}\n"
				"complete -F _seccomp_learn seccomp-learn\n";

/* Where a command's own options end and the workload begins. */
static void bash_find_workload(enum command_id command, struct strbuf *out)
{
	const char *name = command_table[command].name, *bar = "\t\t";

	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];
		if (!offered(info, command) || info->kind == VALUE_NONE)
			continue;
		if (info->letter != 0)
			strbuf_addf(out, "%s%s:-%c", bar, name, info->letter);
		strbuf_addf(out, "%s%s:--%s", info->letter != 0 ? " | " : bar, name, info->name);
		bar = " | ";
	}
	strbuf_adds(out, ")\n");
	strbuf_adds(out, bash_after_workload_options);
	strbuf_addf(out,
		    "\t\t%s:--)\n\t\t\tworkload=$((i + 1))\n\t\t\tbreak\n\t\t\t;;\n"
		    "\t\t%s:-*) ;;\n"
		    "\t\t%s:*)\n\t\t\tworkload=$i\n\t\t\tbreak\n\t\t\t;;\n",
		    name, name, name);
}

static void bash_value(enum command_id command, const struct option_info *info, struct strbuf *out)
{
	const char *name = command_table[command].name;
	bool words = vocabulary_word(info->kind, 0) != NULL;
	bool files = info->kind == VALUE_FILE || info->kind == VALUE_LAYER;

	strbuf_adds(out, "\t");
	if (info->letter != 0)
		strbuf_addf(out, "%s:-%c | ", name, info->letter);
	strbuf_addf(out, "%s:--%s)\n", name, info->name);
	if (files)
		strbuf_adds(out, "\t\tcompopt -o filenames\n");
	if (files || words) {
		strbuf_addf(out, "\t\tmapfile -t COMPREPLY < <(compgen%s", files ? " -f" : "");
		if (words) {
			strbuf_adds(out, " -W '");
			add_words(info->kind, out);
			strbuf_adds(out, "'");
		}
		strbuf_adds(out, " -- \"$cur\")\n");
	}
	strbuf_adds(out, "\t\t;;\n");
}

static void bash_command(enum command_id command, struct strbuf *out)
{
	const char *name = command == CMD_NONE ? "" : command_table[command].name;

	for (size_t i = 0; i < option_count; i++)
		if (offered(&option_table[i], command) && option_table[i].kind != VALUE_NONE)
			bash_value(command, &option_table[i], out);
	/* Options only where one is begun, so that a plain Tab offers what is usual. */
	strbuf_addf(out, "\t%s:*)\n\t\tif [[ $cur == -* ]]; then\n", name);
	strbuf_adds(out, "\t\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (size_t i = 0; i < option_count; i++)
		if (offered(&option_table[i], command))
			add_spellings(&option_table[i], " ", "", out);
	strbuf_adds(out, "' -- \"$cur\")\n");
	if (takes_files(command)) {
		strbuf_adds(out, "\t\telse\n\t\t\tcompopt -o filenames\n"
				 "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n");
	} else if (command == CMD_NONE || command == CMD_HELP) {
		strbuf_adds(out, "\t\telse\n\t\t\tmapfile -t COMPREPLY < <(compgen -W '");
		add_commands(out);
		strbuf_adds(out, "' -- \"$cur\")\n");
	}
	strbuf_adds(out, "\t\tfi\n\t\t;;\n");
}

static void write_bash(struct strbuf *out)
{
	strbuf_adds(out, bash_head);
	for (int c = 0; c < CMD_MAX; c++)
		if (command_table[c].stops_at_operand)
			bash_find_workload((enum command_id)c, out);
	strbuf_adds(out, bash_workload);
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden)
			bash_command((enum command_id)c, out);
	bash_command(CMD_NONE, out);
	strbuf_adds(out, bash_tail);
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* What completes an option's argument or an operand. */
static void zsh_action(enum value_kind kind, struct strbuf *out)
{
	if (kind == VALUE_FILE) {
		strbuf_adds(out, "_files");
	} else if (kind == VALUE_LAYER) {
		strbuf_adds(out, "{ compadd ");
		add_words(kind, out);
		strbuf_adds(out, "; _files }");
	} else if (vocabulary_word(kind, 0) == NULL) {
		strbuf_adds(out, " ");
	} else {
		strbuf_adds(out, "(");
		add_words(kind, out);
		strbuf_adds(out, ")");
	}
}

static void zsh_option(const struct option_info *info, struct strbuf *out)
{
	bool argument = info->argument != NULL;
	bool repeats = info->id == OPT_KNOWN || info->id == OPT_FOR || info->id == OPT_LAYER ||
		       info->id == OPT_NO_LAYER;
	cleanup_strbuf struct strbuf spec = STRBUF_INIT;

	strbuf_adds(out, " \\\n\t\t");
	if (info->letter != 0)
		strbuf_addf(out, "'(-%c --%s)'{-%c%s,--%s%s}", info->letter, info->name,
			    info->letter, argument ? "+" : "", info->name, argument ? "=" : "");
	else
		strbuf_addf(&spec, "%s--%s%s", repeats ? "*" : "", info->name, argument ? "=" : "");
	strbuf_addf(&spec, "[%s]", info->help);
	if (argument) {
		strbuf_addf(&spec, ":%s:", info->argument);
		zsh_action(info->kind, &spec);
	}
	add_quoted(spec.s, out);
}

static void zsh_command(enum command_id command, struct strbuf *out)
{
	strbuf_addf(out, "\t%s)\n\t\t_arguments -s%s", command_table[command].name,
		    command_table[command].stops_at_operand ? " -A '-*'" : "");
	for (size_t i = 0; i < option_count; i++)
		if (offered(&option_table[i], command))
			zsh_option(&option_table[i], out);
	if (command_table[command].stops_at_operand)
		strbuf_adds(out, " \\\n\t\t'(-)1:command: _command_names -e' "
				 "\\\n\t\t'*::argument: _normal'");
	else if (takes_files(command))
		strbuf_adds(out, " \\\n\t\t'*:file:_files'");
	else if (command == CMD_HELP) {
		strbuf_adds(out, " \\\n\t\t'1:command:(");
		add_commands(out);
		strbuf_adds(out, ")'");
	}
	strbuf_adds(out, "\n\t\t;;\n");
}

static void write_zsh(struct strbuf *out)
{
	strbuf_adds(out, "#compdef seccomp-learn\n"
			 "# zsh completion, made by 'seccomp-learn completion zsh'\n"
			 "local curcontext=\"$curcontext\" state line ret=1\n"
			 "typeset -A opt_args\n\n_arguments -C");
	for (size_t i = 0; i < option_count; i++)
		if (offered(&option_table[i], CMD_NONE))
			zsh_option(&option_table[i], out);
	strbuf_adds(out,
		    " \\\n\t\t'1:command:->command' \\\n\t\t'*::argument:->argument' && ret=0\n"
		    "case $state in\n"
		    "command)\n"
		    "\tlocal -a commands=(");
	for (int c = 0; c < CMD_MAX; c++) {
		if (command_table[c].hidden)
			continue;
		cleanup_strbuf struct strbuf line = STRBUF_INIT;
		strbuf_addf(&line, "%s:%s", command_table[c].name, command_table[c].summary);
		strbuf_adds(out, "\n\t\t");
		add_quoted(line.s, out);
	}
	strbuf_adds(out, ")\n"
			 "\t_describe command commands && ret=0\n"
			 "\t;;\n"
			 "argument)\n"
			 "\tcase $words[1] in\n");
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden)
			zsh_command((enum command_id)c, out);
	strbuf_adds(out, "\tesac && ret=0\n\t;;\nesac\nreturn ret\n");
}

/* ---- fish ------------------------------------------------------------------------------------ */

static void fish_option(enum command_id command, const struct option_info *info, struct strbuf *out)
{
	strbuf_adds(out, "complete -c seccomp-learn -n ");
	if (command == CMD_NONE)
		strbuf_adds(out, "__fish_use_subcommand");
	else
		strbuf_addf(out, "'__fish_seen_subcommand_from %s'", command_table[command].name);
	if (info->letter != 0)
		strbuf_addf(out, " -s %c", info->letter);
	strbuf_addf(out, " -l %s", info->name);
	if (info->kind == VALUE_FILE || info->kind == VALUE_LAYER)
		strbuf_adds(out, " -rF");
	else if (info->kind != VALUE_NONE)
		strbuf_adds(out, " -x");
	if (vocabulary_word(info->kind, 0) != NULL) {
		strbuf_adds(out, " -a '");
		add_words(info->kind, out);
		strbuf_adds(out, "'");
	}
	strbuf_adds(out, " -d ");
	add_quoted(info->help, out);
	strbuf_adds(out, "\n");
}

static void fish_operands(enum command_id command, struct strbuf *out)
{
	strbuf_addf(out, "complete -c seccomp-learn -n '__fish_seen_subcommand_from %s'",
		    command_table[command].name);
	if (takes_files(command)) {
		strbuf_adds(out, " -F\n");
		return;
	}
	if (command == CMD_HELP) {
		strbuf_adds(out, " -xa '");
		add_commands(out);
		strbuf_adds(out, "'\n");
		return;
	}
	strbuf_adds(out, " -xa '(__fish_complete_subcommand --fcs-skip=2 --");
	for (size_t i = 0; i < option_count; i++)
		if (offered(&option_table[i], command) && option_table[i].kind != VALUE_NONE)
			add_spellings(&option_table[i], " ", "", out);
	strbuf_adds(out, ")'\n");
}

static void write_fish(struct strbuf *out)
{
	strbuf_adds(out, "# fish completion, made by 'seccomp-learn completion fish'\n"
			 "complete -c seccomp-learn -f\n");
	for (int c = 0; c < CMD_MAX; c++) {
		if (command_table[c].hidden)
			continue;
		strbuf_addf(out, "complete -c seccomp-learn -n __fish_use_subcommand -a %s -d ",
			    command_table[c].name);
		add_quoted(command_table[c].summary, out);
		strbuf_adds(out, "\n");
	}
	for (int c = 0; c <= CMD_NONE; c++) {
		if (c < CMD_MAX && command_table[c].hidden)
			continue;
		for (size_t i = 0; i < option_count; i++)
			if (offered(&option_table[i], (enum command_id)c))
				fish_option((enum command_id)c, &option_table[i], out);
		if (c < CMD_MAX)
			fish_operands((enum command_id)c, out);
	}
}

int completion_write(const char *shell, struct strbuf *out, struct err *err)
{
	if (strcmp(shell, "bash") == 0)
		write_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		write_zsh(out);
	else if (strcmp(shell, "fish") == 0)
		write_fish(out);
	else
		return err_set(err, EINVAL, "no completion for '%s'; known: bash, zsh, fish",
			       shell);
	return 0;
}

#include "option_parser.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"
#include "format.h"
#include "option_checks.h"
#include "option_errors.h"
#include "option_table.h"

struct parser {
	struct options *o;
	struct err *err;
	char **argv; /* NULL-terminated */
	size_t next; /* index into argv */
};

/* `value` is NULL where the option takes no argument. */
static int apply(struct parser *p, const struct option_info *info, const char *value)
{
	struct options *o = p->o;
	char *place = (char *)o + info->place;

	o->given |= OPTION_BIT(info->id);
	if (info->kind == VALUE_FILE && value != NULL && *value == '\0')
		return err_set(p->err, EINVAL, "--%s: the file's name is empty", info->name);
	switch (info->type) {
	case OPTION_FLAG:
		*(bool *)place = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)(void *)place = value;
		return 0;
	case OPTION_WORD:
		return info->take_word(o, value) ? 0
						 : unknown_value(o->command, info, value, p->err);
	case OPTION_CALL:
		break;
	}
	return info->take(o, value, p->err);
}

/* argv[next] is "--name" or "--name=value". */
static int parse_long(struct parser *p)
{
	const char *name = p->argv[p->next++] + 2;
	const char *value = strchr(name, '=');
	size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct option_info *info = option_by_name(p->o->command, name, len);

	if (info == NULL)
		return unknown_option(p->o->command, name, len, p->err);
	if (info->kind == VALUE_NONE) {
		if (value != NULL)
			return err_set(p->err, EINVAL, "option '--%s' takes no argument",
				       info->name);
		return apply(p, info, NULL);
	}
	if (value != NULL)
		return apply(p, info, value + 1);
	if (p->argv[p->next] == NULL)
		return err_set(p->err, EINVAL, "option '--%s' needs an argument %s", info->name,
			       info->argument);
	return apply(p, info, p->argv[p->next++]);
}

/* argv[next] is "-x", "-xyz" (several without arguments) or "-xVALUE". */
static int parse_letters(struct parser *p)
{
	const char *letters = p->argv[p->next++] + 1;

	for (; *letters != '\0'; letters++) {
		const struct option_info *info = option_by_letter(p->o->command, *letters);
		int r;

		if (info == NULL)
			return unknown_letter(p->o->command, letters, p->err);
		if (info->kind == VALUE_NONE) {
			r = apply(p, info, NULL);
			if (r < 0)
				return r;
			continue;
		}
		if (letters[1] != '\0')
			return apply(p, info, letters + 1);
		if (p->argv[p->next] == NULL)
			return err_set(p->err, EINVAL, "option '-%c' needs an argument %s",
				       info->letter, info->argument);
		return apply(p, info, p->argv[p->next++]);
	}
	return 0;
}

static int parse_option(struct parser *p)
{
	return p->argv[p->next][1] == '-' ? parse_long(p) : parse_letters(p);
}

/* A lone "-" is standard input or output. */
static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0';
}

/* Up to and including the command's name. */
static int parse_program_options(struct parser *p)
{
	struct options *o = p->o;

	while (p->argv[p->next] != NULL && is_option(p->argv[p->next])) {
		int r = parse_option(p);
		if (r < 0)
			return r;
		if (o->help || o->version)
			return 0;
	}
	if (p->argv[p->next] == NULL)
		return err_set(p->err, EINVAL, "a command is needed");
	const char *name = p->argv[p->next++];
	o->command = command_by_name(name);
	if (o->command == CMD_NONE)
		return unknown_command(name, p->err);
	oom_leaves_with(command_table[o->command].status_trouble);
	return 0;
}

static int parse_command_options(struct parser *p)
{
	struct options *o = p->o;
	bool stops = command_table[o->command].stops_at_operand;
	bool options_end = false;

	while (p->argv[p->next] != NULL && !o->help) {
		char *arg = p->argv[p->next];
		if (!options_end && strcmp(arg, "--") == 0) {
			options_end = true;
			p->next++;
		} else if (!options_end && is_option(arg)) {
			int r = parse_option(p);
			if (r < 0)
				return r;
		} else {
			o->args[o->n_args++] = arg;
			p->next++;
			options_end = options_end || stops;
		}
	}
	return 0;
}

int options_parse(int argc, char **argv, struct options *o, struct err *err)
{
	struct parser p = {.o = o, .err = err, .argv = argv, .next = argc > 0 ? 1 : 0};

	*o = (struct options){.command = CMD_NONE, .topic = CMD_NONE};
	o->style.dialect = dialect_by_name("oci");
	int r = parse_program_options(&p);
	if (r < 0)
		return r;
	if (o->version) {
		o->command = CMD_VERSION;
		return 0;
	}
	o->args = xcalloc((size_t)argc + 1, sizeof(*o->args));
	if (o->command != CMD_NONE)
		r = parse_command_options(&p);
	if (r < 0)
		return r;
	if (o->help) {
		o->topic = o->command;
		o->command = CMD_HELP;
		return 0;
	}
	return options_check(o, err);
}

#include "options.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "layers.h"
#include "synonyms.h"
#include "text.h"
#include "typo.h"
#include "unused.h"

/* What parsing needs to remember beside its result. */
struct parser {
	struct options *o;
	struct err *err;
	char **argv; /* NULL-terminated */
	size_t next; /* index into argv */
	bool has_action;
	enum action action;
	int errno_value; /* -1: not given */
	bool help;
};

/* What is known beside the words of the vocabulary. */
static const char *known_besides(enum value_kind kind)
{
	switch (kind) {
	case VALUE_LAYER:
		return ", or a file (NAME.layer, ./NAME)";
	case VALUE_RUNTIME:
		return " (Docker and containerd normally start runc, Podman and CRI-O crun or "
		       "runc)";
	default:
		return "";
	}
}

/* The "-o" of "-f -o FILE", or the second f of "-ff". */
static bool is_strace_follow(const char *value)
{
	return value[0] == '-' || strcmp(value, "f") == 0;
}

static bool is_syntax(const char *word)
{
	return strcasecmp(word, "json") == 0 || strcasecmp(word, "yaml") == 0 ||
	       strcasecmp(word, "yml") == 0;
}

static int unknown_value(struct parser *p, const struct option_info *info, const char *value)
{
	struct typo typo = {0};
	cleanup_strbuf struct strbuf words = STRBUF_INIT;
	const char *word;
	const char *starts = info->kind == VALUE_RUNTIME ? layers_engine_starts(value) : NULL;

	for (size_t n = 0; (word = options_value_word(info->kind, n)) != NULL; n++) {
		/* A machine that is only near is another one. */
		if (info->kind != VALUE_ABI)
			typo_offer(&typo, value, word);
		strbuf_addf(&words, "%s%s", n > 0 ? ", " : "", word);
	}
	if (info->kind == VALUE_ABI && abi_mistyped(value) != NULL)
		typo.best = abi_mistyped(value)->name;
	if (info->kind == VALUE_DIALECT && is_syntax(value))
		return err_set(p->err, EINVAL,
			       "--%s: '%s' is how a dialect is written: say it with --%s",
			       info->name, value, strcasecmp(value, "json") == 0 ? "json" : "yaml");
	if (info->kind == VALUE_DIALECT && p->o->command == CMD_RECORD && is_strace_follow(value))
		return err_set(p->err, EINVAL,
			       "--%s: unknown %s '%s'; strace's -f is not needed: %s", info->name,
			       info->argument, value, advice_option(CMD_RECORD, "follow"));
	if (starts != NULL)
		return err_set(p->err, EINVAL,
			       "--%s: '%s' has a runtime start its containers, normally %s; known: "
			       "%s",
			       info->name, value, starts, words.s);
	if (typo.best != NULL)
		return err_set(p->err, EINVAL, "--%s: unknown %s '%s'; did you mean '%s'?",
			       info->name, info->argument, value, typo.best);
	return err_set(p->err, EINVAL, "--%s: unknown %s '%s'; known: %s%s", info->name,
		       info->argument, value, words.s, known_besides(info->kind));
}

static void choose_layer(struct options *o, const char *name, bool wanted)
{
	xgrow(&o->layers, o->n_layers, &o->cap_layers, sizeof(*o->layers));
	o->layers[o->n_layers++] = (struct layer_choice){name, wanted};
}

/* Options whose argument is a word of a vocabulary. */
static int apply_word(struct parser *p, const struct option_info *info, const char *value)
{
	struct options *o = p->o;
	bool known = true;

	switch (info->id) {
	case OPT_FORMAT:
		o->dialect = dialect_by_name(value);
		if (o->dialect == NULL && synonym_dialect(value) != NULL)
			o->dialect = dialect_by_name(synonym_dialect(value));
		known = o->dialect != NULL;
		break;
	case OPT_REPORT:
		known = options_report(value, &o->report) ||
			(synonym_report(value) != NULL &&
			 options_report(synonym_report(value), &o->report));
		break;
	case OPT_FAIL_ON:
		known = options_fail_on(value, &o->fail_on);
		break;
	case OPT_FOR:
		known = layers_is_runtime(value);
		choose_layer(o, value, true);
		break;
	case OPT_LAYER:
		known = layers_is_file(value) || layers_is_builtin(value);
		choose_layer(o, value, true);
		break;
	case OPT_NO_LAYER:
		known = strcmp(value, "all") == 0 || layers_is_builtin(value);
		choose_layer(o, value, false);
		break;
	case OPT_ABI:
		o->abi = abi_by_any_name(value);
		o->context.abi = o->abi;
		known = o->abi != NULL;
		break;
	case OPT_DEFAULT_ACTION:
		p->has_action = true;
		known = options_action(value, &p->action);
		break;
	default:
		break;
	}
	return known ? 0 : unknown_value(p, info, value);
}

static int apply_caps(struct parser *p, const char *value)
{
	cleanup_free char *wrong = NULL;
	int r = 0;

	if (!capabilities_parse(value, &p->o->context.caps, &wrong))
		r = err_set(p->err, EINVAL,
			    "--caps: unknown capability '%s'; expected a list with commas of "
			    "capabilities, default, all or none",
			    wrong);
	p->o->context.has_caps = true;
	return r;
}

static int apply_kernel(struct parser *p, const char *value)
{
	if (kernel_release_parse(value, &p->o->context.kernel))
		return 0;
	return err_set(p->err, EINVAL, "--kernel: expected a version such as 6.1, got '%s'", value);
}

static int apply_errno(struct parser *p, const char *value)
{
	p->errno_value = errno_by_name(value);
	/* 0 would make refused calls look as if they had succeeded. */
	if (p->errno_value > 0)
		return 0;
	return err_set(p->err, EINVAL,
		       "--default-errno: unknown errno '%s'; expected a name such as ENOSYS or a "
		       "number from 1 to 4095",
		       value);
}

static int apply(struct parser *p, const struct option_info *info, const char *value)
{
	struct options *o = p->o;

	o->given |= OPTION_BIT(info->id);
	if (info->kind == VALUE_FILE && value != NULL && *value == '\0')
		return err_set(p->err, EINVAL, "--%s: the file's name is empty", info->name);
	switch (info->id) {
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_PROFILE:
		o->profile = value;
		return 0;
	case OPT_YAML:
		o->yaml = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_INTERSECT:
		o->intersect = true;
		return 0;
	case OPT_STOP_WITH_MAIN:
		o->stop_with_main = true;
		return 0;
	case OPT_EXACT:
		o->exact = true;
		return 0;
	case OPT_AFTER_FILTER:
		o->after_filter = o->exact = true;
		return 0;
	case OPT_TUNE:
		o->tune = value;
		return 0;
	case OPT_QUIET:
		o->quiet = true;
		return 0;
	case OPT_NAME:
		o->context.name = value;
		return 0;
	case OPT_CAPS:
		return apply_caps(p, value);
	case OPT_KERNEL:
		return apply_kernel(p, value);
	case OPT_HELP:
		p->help = true;
		return 0;
	case OPT_VERSION:
		o->command = CMD_VERSION;
		return 0;
	case OPT_DEFAULT_ERRNO:
		return apply_errno(p, value);
	default:
		return apply_word(p, info, value);
	}
}

static const struct option_info *find_long(enum command_id command, const char *name, size_t len)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_info *info = &option_table[i];
		if ((info->commands & TAKEN_BY(command)) != 0 && strlen(info->name) == len &&
		    memcmp(info->name, name, len) == 0)
			return info;
	}
	return NULL;
}

static const struct option_info *find_letter(enum command_id command, char letter)
{
	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 &&
		    option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

/* The first command that knows the option; CMD_NONE when none does. */
static enum command_id who_takes(const char *name, size_t len)
{
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden && find_long((enum command_id)c, name, len) != NULL)
			return (enum command_id)c;
	return CMD_NONE;
}

static int unknown_long(struct parser *p, const char *name, size_t len)
{
	cleanup_free char *word = xstrndup(name, len);
	enum command_id command = p->o->command, other = who_takes(name, len);
	const char *advice = advice_option(command, word);
	struct typo typo = {0};

	if (advice != NULL)
		return err_set(p->err, EINVAL, "'%s' has no option '--%s': %s",
			       command_table[command].name, word, advice);

	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].commands & TAKEN_BY(command)) != 0 && !option_table[i].hidden)
			typo_offer(&typo, word, option_table[i].name);
	if (other != CMD_NONE && command == CMD_NONE)
		return err_set(p->err, EINVAL, "option '--%s' goes after a command, such as '%s'",
			       word, command_table[other].name);
	if (other != CMD_NONE)
		return err_set(p->err, EINVAL, "'%s' has no option '--%s'; '%s' has",
			       command_table[command].name, word, command_table[other].name);
	if (typo.best != NULL)
		return err_set(p->err, EINVAL, "unknown option '--%s'; did you mean '--%s'?", word,
			       typo.best);
	return err_set(p->err, EINVAL, "unknown option '--%s'", word);
}

/* argv[next] is "--name" or "--name=value". */
static int parse_long(struct parser *p)
{
	const char *name = p->argv[p->next++] + 2;
	const char *value = strchr(name, '=');
	size_t len = value != NULL ? (size_t)(value - name) : strlen(name);
	const struct option_info *info = find_long(p->o->command, name, len);

	if (info == NULL)
		return unknown_long(p, name, len);
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

static int unknown_letter(struct parser *p, const char *letters)
{
	size_t len = utf8_length(letters) > 0 ? utf8_length(letters) : 1;
	cleanup_free char *word = xstrndup(letters, len);
	const char *advice = advice_option(p->o->command, word);

	if (advice != NULL)
		return err_set(p->err, EINVAL, "'%s' has no option '-%s': %s",
			       command_table[p->o->command].name, word, advice);
	return err_set(p->err, EINVAL, "unknown option '-%s'", word);
}

/* argv[next] is "-x", "-xyz" (several without arguments) or "-xVALUE". */
static int parse_letters(struct parser *p)
{
	const char *letters = p->argv[p->next++] + 1;

	for (; *letters != '\0'; letters++) {
		const struct option_info *info = find_letter(p->o->command, *letters);
		int r;

		if (info == NULL)
			return unknown_letter(p, letters);
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

static int unknown_command(struct parser *p, const char *name)
{
	const char *advice = advice_command(name);
	struct typo typo = {0};

	if (advice != NULL)
		return err_set(p->err, EINVAL, "unknown command '%s': %s", name, advice);
	for (int c = 0; c < CMD_MAX; c++)
		if (!command_table[c].hidden)
			typo_offer(&typo, name, command_table[c].name);
	if (typo.best != NULL)
		return err_set(p->err, EINVAL, "unknown command '%s'; did you mean '%s'?", name,
			       typo.best);
	return err_set(p->err, EINVAL, "unknown command '%s'", name);
}

/* Up to and including the command's name. */
static int parse_program_options(struct parser *p)
{
	struct options *o = p->o;

	while (p->argv[p->next] != NULL && is_option(p->argv[p->next])) {
		int r = parse_option(p);
		if (r < 0)
			return r;
		if (p->help || o->command == CMD_VERSION)
			return 0;
	}
	if (p->argv[p->next] == NULL)
		return err_set(p->err, EINVAL, "a command is needed");
	const char *name = p->argv[p->next++];
	o->command = options_command(name);
	if (o->command == CMD_NONE)
		return unknown_command(p, name);
	oom_leaves_with(command_table[o->command].status_trouble);
	return 0;
}

static int parse_command_options(struct parser *p)
{
	struct options *o = p->o;
	bool stops = command_table[o->command].stops_at_operand;
	bool options_end = false;

	while (p->argv[p->next] != NULL && !p->help) {
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

/* strace's -p is another one. */
static int check_pid(const struct parser *p)
{
	const char *profile = p->o->profile;

	if (profile == NULL || p->o->force || profile[strspn(profile, "0123456789")] != '\0')
		return 0;
	return err_set(p->err, EINVAL,
		       "-p names a file for the profile; was --pid %s meant? A process that runs "
		       "already can't be recorded, only a command that is started; for a file of "
		       "that name write -p ./%s",
		       profile, profile);
}

static int check_operands(struct parser *p)
{
	struct options *o = p->o;
	const struct command_info *info = &command_table[o->command];
	int r = check_pid(p);

	if (r < 0)
		return r;
	if (o->n_args < info->min_args)
		return err_set(p->err, EINVAL, "%s", info->missing);
	if (o->n_args > info->max_args)
		return err_set(p->err, EINVAL, "'%s' is one argument too many",
			       o->args[info->max_args]);
	if (o->command == CMD_RECORD && **o->args == '\0')
		return err_set(p->err, EINVAL, "the command's name is empty");
	if (o->command == CMD_HELP && o->n_args > 0) {
		o->topic = options_command(o->args[0]);
		if (o->topic == CMD_NONE)
			return unknown_command(p, o->args[0]);
	}
	return 0;
}

static int check_fallback(struct parser *p)
{
	struct verdict *fallback = &p->o->fallback;

	fallback->action = p->has_action ? p->action : ACTION_ERRNO;
	if (p->errno_value >= 0) {
		if (!action_takes_errno(fallback->action))
			return err_set(p->err, EINVAL,
				       "--default-errno goes with '--default-action errno' only");
		fallback->has_errno = true;
		fallback->errno_ret = (uint32_t)p->errno_value;
	} else if (fallback->action == ACTION_ERRNO) {
		fallback->has_errno = true;
		fallback->errno_ret = ENOSYS;
	}
	return 0;
}

static int check_unused(const struct parser *p)
{
	const struct options *o = p->o;
	int r = 0;

	if (o->command == CMD_RECORD && o->output != NULL && o->profile == NULL)
		r = unused_refuse(o, UNUSED_WRITING,
				  "is about a profile, and -o alone writes a recording: add "
				  "-p PROFILE, or give it to 'generate'",
				  p->err);
	if (r == 0 && o->dialect != dialect_by_name("k8s"))
		r = unused_refuse(o, OPTION_BIT(OPT_NAME), "goes with '-f k8s' only", p->err);
	return r;
}

static int check_together(struct parser *p)
{
	struct options *o = p->o;

	if (o->yaml && o->json)
		return err_set(p->err, EINVAL, "--yaml and --json exclude each other");
	if (o->output != NULL && o->profile != NULL && strcmp(o->output, o->profile) == 0)
		return err_set(
			p->err, EINVAL,
			"the recording (-o) and the profile (-p) need two names, not '%s' twice",
			o->output);
	int r = check_unused(p);
	if (r < 0)
		return r;
	if (o->command == CMD_RECORD && o->output == NULL && o->profile == NULL) {
		o->profile = "seccomp.json";
		o->profile_unasked = true;
	}
	return check_fallback(p);
}

int options_parse(int argc, char **argv, struct options *o, struct err *err)
{
	struct parser p = {
		.o = o, .err = err, .argv = argv, .next = argc > 0 ? 1 : 0, .errno_value = -1};
	int r;

	*o = (struct options){.command = CMD_NONE, .topic = CMD_NONE};
	o->dialect = dialect_by_name("oci");
	r = parse_program_options(&p);
	if (r < 0 || o->command == CMD_VERSION)
		return r;
	o->args = xcalloc((size_t)argc + 1, sizeof(*o->args));
	if (o->command != CMD_NONE)
		r = parse_command_options(&p);
	if (r < 0)
		return r;
	if (p.help) {
		o->topic = o->command;
		o->command = CMD_HELP;
		return 0;
	}
	r = check_operands(&p);
	return r < 0 ? r : check_together(&p);
}

void options_release(struct options *o)
{
	free(o->layers);
	free(o->args);
	*o = (struct options){.command = CMD_NONE};
}

#include "option_checks.h"

#include <errno.h>
#include <string.h>

#include "format.h"
#include "option_errors.h"
#include "option_table.h"

int options_refuse(const struct options *o, unsigned int options, const char *why, struct err *err)
{
	for (size_t i = 0; i < option_count; i++)
		if ((OPTION_BIT(option_table[i].id) & options & o->given) != 0)
			return err_set(err, EINVAL, "--%s %s", option_table[i].name, why);
	return 0;
}

/* strace's -p is another one. */
static int check_pid(const struct options *o, struct err *err)
{
	const char *profile = o->profile;

	if (profile == NULL || o->force || profile[strspn(profile, "0123456789")] != '\0')
		return 0;
	return err_set(err, EINVAL,
		       "-p names a file for the profile; was --pid %s meant? A process that runs "
		       "already can't be recorded, only a command that is started; for a file of "
		       "that name write -p ./%s",
		       profile, profile);
}

static int check_operands(struct options *o, struct err *err)
{
	const struct command_info *info = &command_table[o->command];
	int r = check_pid(o, err);

	if (r < 0)
		return r;
	if (o->n_args < info->min_args)
		return err_set(err, EINVAL, "%s", info->missing);
	if (o->n_args > info->max_args)
		return err_set(err, EINVAL, "'%s' is one argument too many",
			       o->args[info->max_args]);
	if (o->command == CMD_RECORD && **o->args == '\0')
		return err_set(err, EINVAL, "the command's name is empty");
	if (o->command == CMD_HELP && o->n_args > 0) {
		o->topic = command_by_name(o->args[0]);
		if (o->topic == CMD_NONE)
			return unknown_command(o->args[0], err);
	}
	return 0;
}

/* --default-action and --default-errno put together. */
static int check_fallback(struct options *o, struct err *err)
{
	struct verdict *fallback = &o->target.fallback;

	if ((o->given & OPTION_BIT(OPT_DEFAULT_ACTION)) == 0)
		fallback->action = ACTION_ERRNO;
	if (fallback->has_errno && !action_takes_errno(fallback->action))
		return err_set(err, EINVAL,
			       "--default-errno goes with '--default-action errno' only");
	if (!fallback->has_errno && fallback->action == ACTION_ERRNO) {
		fallback->has_errno = true;
		fallback->errno_ret = ENOSYS;
	}
	return 0;
}

static int check_unused(const struct options *o, struct err *err)
{
	int r = 0;

	if (o->command == CMD_RECORD && o->output != NULL && o->profile == NULL)
		r = options_refuse(o, OPTIONS_OF_WRITING,
				   "is about a profile, and -o alone writes a recording: add "
				   "-p PROFILE, or give it to 'generate'",
				   err);
	if (r == 0 && o->style.dialect != dialect_by_name("k8s"))
		r = options_refuse(o, OPTION_BIT(OPT_NAME), "goes with '-f k8s' only", err);
	return r;
}

static int check_together(struct options *o, struct err *err)
{
	if (o->style.yaml && o->style.json)
		return err_set(err, EINVAL, "--yaml and --json exclude each other");
	if (o->output != NULL && o->profile != NULL && strcmp(o->output, o->profile) == 0)
		return err_set(
			err, EINVAL,
			"the recording (-o) and the profile (-p) need two names, not '%s' twice",
			o->output);
	int r = check_unused(o, err);
	if (r < 0)
		return r;
	if (o->command == CMD_RECORD && o->output == NULL && o->profile == NULL) {
		o->profile = "seccomp.json";
		o->profile_unasked = true;
	}
	return check_fallback(o, err);
}

int options_check(struct options *o, struct err *err)
{
	int r = check_operands(o, err);

	if (r == 0)
		r = check_together(o, err);
	if (r < 0)
		return r;
	o->exact |= o->after_filter;
	o->style.quiet = o->quiet;
	o->style.composed = o->command == CMD_RECORD || o->command == CMD_GENERATE;
	o->style.file_option = o->command == CMD_RECORD ? "-p" : "-o";
	return 0;
}

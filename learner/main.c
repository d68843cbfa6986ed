/* seccomp-learn: learns the system calls of a workload and writes its seccomp profile. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "file.h"
#include "help.h"
#include "option_parser.h"
#include "own_stack.h"
#include "say.h"

static int cmd_help(const struct options *o)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	help_write(o->topic, &out);
	return say_out(&out) < 0 ? 2 : 0;
}

static int cmd_version(const struct options *o)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)o;
	strbuf_adds(&out, "seccomp-learn " SECCOMP_LEARN_VERSION "\n");
	return say_out(&out) < 0 ? 2 : 0;
}

static int cmd_completion(const struct options *o)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct err err = {0};

	if (completion_write(o->args[0], &out, &err) < 0) {
		say("%s", err_text(&err));
		err_done(&err);
		return 2;
	}
	return say_out(&out) < 0 ? 2 : 0;
}

static int (*const commands[CMD_MAX])(const struct options *) = {
	[CMD_RECORD] = cmd_record, [CMD_GENERATE] = cmd_generate, [CMD_DIFF] = cmd_diff,
	[CMD_MERGE] = cmd_merge,   [CMD_SHOW] = cmd_show,         [CMD_LINT] = cmd_lint,
	[CMD_HELP] = cmd_help,     [CMD_VERSION] = cmd_version,   [CMD_COMPLETION] = cmd_completion,
};

/*
 * A file that is opened must never become descriptor 0, 1 or 2, where words and the workload's
 * output go. The workload itself finds them closed, as we did. Reading or writing one stays the
 * error that it was, but for words to a standard error that nobody wants.
 */
static void fill_standard_descriptors(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", modes[fd] | O_CLOEXEC);
}

/* Nothing was asked for: a usage error, whose message is what there is to be asked for. */
static int list_commands(void)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	help_write(CMD_NONE, &out);
	(void)file_write_all(STDERR_FILENO, out.s, out.len);
	return 2;
}

static int usage_error(const struct options *o, const struct err *err)
{
	say("%s", err_text(err));
	if (o->command == CMD_NONE) {
		say("try 'seccomp-learn --help'");
		return 2;
	}
	say("try 'seccomp-learn %s --help'", command_table[o->command].name);
	return command_table[o->command].status_trouble;
}

static int run(int argc, char **argv)
{
	struct options o;
	struct err err = {0};
	int status;

	fill_standard_descriptors();
	if (argc <= 1)
		return list_commands();
	int r = options_parse(argc, argv, &o, &err);
	/*
	 * A limit on the size of files is an error of writing, not the end. A workload is to be given
	 * the signal as it was: record ignores it later.
	 */
	if (r < 0 || o.command != CMD_RECORD)
		(void)signal(SIGXFSZ, SIG_IGN);
	status = r < 0 ? usage_error(&o, &err) : commands[o.command](&o);
	err_done(&err);
	options_release(&o);
	return status;
}

int main(int argc, char **argv)
{
	return own_stack_run(run, argc, argv);
}

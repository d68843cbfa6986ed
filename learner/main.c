/*
 * seccomp-learn: learns the system calls of a workload and writes its seccomp profile.
 *
 * A map of learner/, the program; tracer/ follows the workload, emit/ holds the profile formats,
 * base/ is the ground that all stand on:
 *
 *   main.c             this file: from the command line to a command
 *   option_table.c     the commands and the options, as tables
 *   options.[ch]       the parser over these tables
 *   help.[ch]          --help, made from these tables
 *   completion.[ch]    completion scripts for shells, made from these tables
 *   typo.[ch]          "did you mean ...?"
 *   synonyms.[ch]      what people type who know other tools
 *   say.[ch]           what is printed, and how
 *   own_stack.[ch]     room where the stack is small
 *   commands.h         the commands:
 *   cmd_record.c       runs a workload under the tracer
 *   journal.[ch]       writes the recording, line by line, while the workload runs
 *   syncer.[ch]        ... has it put on disk, in a thread of its own
 *   rescue.[ch]        ... elsewhere, when it could not be written where it was to be
 *   statusline.[ch]    the line that record keeps up to date on a terminal
 *   columns.[ch]       ... how wide its text is there
 *   summary.[ch]       what record says at the end
 *   cmd_generate.c     from recordings to a profile
 *   cmd_show.c         prints a recording, a profile or a BPF program
 *   show.h             ... as text (show_text.c) or as JSON (show_json.c); show_bpf.c
 *   cmd_lint.c         finds what runtimes refuse or ignore in profiles
 *   cmd_diff.c         compares two recordings or profiles
 *   policy.[ch]        ... each as a map from call to ruling
 *   outcome.[ch]       ... rulings as functions of the arguments, decided exactly
 *   argmap.[ch]        ... decision diagrams, which such functions are
 *   risk.[ch]          ... what is to be known about a call
 *   siblings.[ch]      ... calls for one purpose
 *   diff.[ch]          ... the comparison
 *   diff_consumers.[ch] ... what consumers make of the two
 *   diff_format.h      ... as text, JSON, Markdown (diff_text.c, diff_json.c, diff_markdown.c; diff_words.c)
 *   cmd_merge.c        makes one of several recordings or profiles
 *   merge.[ch]         ... as a union or an intersection
 *   merge_rules.[ch]   ... the rules of one call
 *   merge_products.[ch] ... each of one profile together with each of another
 *   merge_mux.[ch]     ... those that rules for one call make for another one
 *   recording.[ch]     a recording as a value: sorting and merging
 *   recording_parse.c  reads a journal
 *   recording_write.c  writes one
 *   load.[ch]          reads a file: a recording or a profile
 *   layers.[ch]        system calls that a profile needs beside what was recorded
 *   layer_tables.[ch]  ... the built-in ones
 *   compose.[ch]       from recordings and layers to a profile
 *   notes.c            ... and what the user should know about it
 *   gaps.[ch]          gaps in words
 *   output.[ch]        writes a profile where the user wants it
 *   overwrite.[ch]     ... but not in the place of what is worth more
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "file.h"
#include "help.h"
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

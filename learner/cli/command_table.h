/* The commands, as a table: it drives parsing, --help and shell completion. */
#ifndef LEARNER_COMMAND_TABLE_H
#define LEARNER_COMMAND_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The Makefile knows the version. */
#define SECCOMP_LEARN_VERSION VERSION

enum command_id {
	CMD_RECORD,
	CMD_GENERATE,
	CMD_DIFF,
	CMD_MERGE,
	CMD_SHOW,
	CMD_LINT,
	CMD_HELP,       /* also --help, with the command in `topic` */
	CMD_VERSION,    /* --version */
	CMD_COMPLETION, /* for packagers; not in --help */
	CMD_MAX,
	CMD_NONE = CMD_MAX, /* a command line that names no command */
};

/* A set of commands is a sum of these; of CMD_NONE: before any command. */
#define TAKEN_BY(command) (1U << (command))

struct command_info {
	const char *name;     /* NULL: cannot be typed (CMD_VERSION) */
	const char *synopsis; /* what follows the name */
	const char *summary;  /* one line */
	const char *about;    /* a few lines for the command's own --help */
	bool hidden;
	bool stops_at_operand; /* options after the first operand belong to the workload */
	size_t min_args, max_args;
	const char *missing; /* what to say when there are fewer than min_args */
	int status_trouble;  /* exit status of a usage error and of our own failures */
};

/* By enum command_id. */
extern const struct command_info command_table[CMD_MAX];

/* The command of this name, hidden ones too; CMD_NONE when there is none. */
enum command_id command_by_name(const char *name);

#endif

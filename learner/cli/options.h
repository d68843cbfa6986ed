/*
 * The command line. One table (in options.c) drives parsing, --help, shell completion and a test
 * that the manual page agrees; a second one lists the commands.
 */
#ifndef LEARNER_OPTIONS_H
#define LEARNER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "err.h"
#include "format.h"
#include "profile.h"

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

enum option_id {
	OPT_OUTPUT,
	OPT_PROFILE,
	OPT_FORMAT,
	OPT_REPORT,
	OPT_FAIL_ON,
	OPT_INTERSECT,
	OPT_FORCE,
	OPT_YAML,
	OPT_JSON,
	OPT_FOR,
	OPT_LAYER,
	OPT_NO_LAYER,
	OPT_ABI,
	OPT_DEFAULT_ACTION,
	OPT_DEFAULT_ERRNO,
	OPT_NAME,
	OPT_CAPS,
	OPT_KERNEL,
	OPT_STOP_WITH_MAIN,
	OPT_EXACT,
	OPT_AFTER_FILTER,
	OPT_TUNE,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION,
};

#define OPTION_BIT(id) (1U << (id))

/* What an option's argument is; completion offers words accordingly. */
enum value_kind {
	VALUE_NONE,
	VALUE_FILE,
	VALUE_DIALECT,
	VALUE_REPORT,
	VALUE_FAIL_ON,
	VALUE_RUNTIME,
	VALUE_LAYER, /* a built-in layer or a file */
	VALUE_BUILTIN_LAYER,
	VALUE_ABI,
	VALUE_ACTION,
	VALUE_ERRNO,
	VALUE_TUNING,
	VALUE_CAPS,
	VALUE_TEXT, /* anything */
};

#define TAKEN_BY(command) (1U << (command))

struct option_info {
	enum option_id id;
	char letter;          /* 0: none */
	const char *name;     /* without the dashes */
	const char *argument; /* its placeholder in help; NULL: takes none */
	enum value_kind kind;
	unsigned int commands; /* TAKEN_BY() of each; CMD_NONE: before any command */
	bool hidden;
	const char *help; /* one line */
};

/* Ordered as help lists them. */
extern const struct option_info option_table[];
extern const size_t option_count;

enum report_format {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_MARKDOWN,
};

/* Which differences make diff exit with 1. */
enum fail_on {
	FAIL_ON_ANY,
	FAIL_ON_WIDENED, /* NEW lets a call go further */
	FAIL_ON_RISKY,   /* and one that is risky */
};

/* --for, --layer and --no-layer, in the order in which they were given; a later one wins. */
struct layer_choice {
	const char *name; /* a built-in layer, a file, or "all" (only when !wanted) */
	bool wanted;
};

/* The parsed command line. Strings point into argv. */
struct options {
	enum command_id command;
	unsigned int given;   /* OPTION_BIT() of each option on the command line */
	const char *output;   /* -o; NULL: not given */
	const char *profile;  /* record -p; "seccomp.json" when neither -o nor -p is given */
	bool profile_unasked; /* that was so */
	bool force;           /* write over anything */
	const struct dialect *dialect; /* -f, never NULL */
	bool yaml, json;               /* --yaml, --json; never both */
	enum report_format report;     /* diff --format */
	enum fail_on fail_on;          /* diff --fail-on */
	bool intersect;                /* merge --intersect */
	struct layer_choice *layers;   /* owned */
	size_t n_layers, cap_layers;
	const struct abi *abi;   /* --abi; NULL: all that were seen */
	struct context context;  /* --name; where profiles are read: --abi, --caps, --kernel */
	struct verdict fallback; /* --default-action and --default-errno put together */
	bool stop_with_main;
	bool exact;        /* no sieve */
	bool after_filter; /* learn only what runs under a filter of the workload's; implies exact */
	const char *tune;  /* NAME=VALUE,...: see tuning.h; NULL: not given */
	bool quiet;        /* no words but errors; diff: no report either, only the exit status */
	enum command_id topic; /* of CMD_HELP; CMD_NONE: the program */
	char **args; /* operands (record: the command and its arguments), NULL-terminated */
	size_t n_args;
};

/*
 * Parses a command line. On failure the message is for the user, and `o->command` is the command
 * as far as it was recognised, or CMD_NONE. Free with options_release() in either case.
 */
int options_parse(int argc, char **argv, struct options *o, struct err *err);

void options_release(struct options *o);

/* The command of this name, hidden ones too; CMD_NONE when there is none. */
enum command_id options_command(const char *name);

/*
 * The n-th word that an option of this kind takes; NULL past the end, and at once for kinds that
 * have no fixed vocabulary. For completion and for messages.
 */
const char *options_value_word(enum value_kind kind, size_t n);

/* The words of --default-action and of diff's --format and --fail-on. */
bool options_action(const char *name, enum action *action);
bool options_report(const char *name, enum report_format *report);
bool options_fail_on(const char *name, enum fail_on *fail_on);

#endif

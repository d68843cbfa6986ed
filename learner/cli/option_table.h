/*
 * The options, as a table: it drives parsing, --help, shell completion and a test that the manual
 * pages agree. Each says where its argument goes.
 */
#ifndef LEARNER_OPTION_TABLE_H
#define LEARNER_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "command_table.h"
#include "err.h"
#include "options.h"
#include "vocabulary.h"

enum option_id {
	OPT_OUTPUT,
	OPT_PROFILE,
	OPT_KNOWN,
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

/* What becomes of an option. */
enum option_type {
	OPTION_FLAG, /* sets the bool at `place` */
	OPTION_TEXT, /* its argument goes to the const char * at `place` */
	OPTION_WORD, /* `take_word` takes its argument, or does not know the word */
	OPTION_CALL, /* `take` takes its argument, or says what is wrong with it */
};

struct option_info {
	enum option_id id;
	char letter;          /* 0: none */
	const char *name;     /* without the dashes */
	const char *argument; /* its placeholder in help; NULL: takes none */
	enum value_kind kind;
	unsigned int commands; /* TAKEN_BY() of each; CMD_NONE: before any command */
	const char *help;      /* one line */
	enum option_type type;
	size_t place; /* an offset into struct options */
	bool (*take_word)(struct options *o, const char *word);
	int (*take)(struct options *o, const char *value, struct err *err);
	bool hidden;
};

/* Ordered as help lists them. */
extern const struct option_info option_table[];
extern const size_t option_count;

/* The option of a command by its long name of `len` bytes, or by its letter; NULL: it has none. */
const struct option_info *option_by_name(enum command_id command, const char *name, size_t len);
const struct option_info *option_by_letter(enum command_id command, char letter);

#endif

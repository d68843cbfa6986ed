/* The words that options take as their arguments, each kind of argument with its own. */
#ifndef LEARNER_VOCABULARY_H
#define LEARNER_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"

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

/* The forms in which diff reports. */
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

/*
 * The n-th word that an option of this kind takes; NULL past the end, and at once for kinds that
 * have no fixed vocabulary. For completion and for messages.
 */
const char *vocabulary_word(enum value_kind kind, size_t n);

/* What a word of --default-action, of diff's --format or of --fail-on means; false: none of them. */
bool vocabulary_action(const char *word, enum action *action);
bool vocabulary_report(const char *word, enum report_format *report);
bool vocabulary_fail_on(const char *word, enum fail_on *fail_on);

#endif

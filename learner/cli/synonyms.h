/*
 * What people type who know other tools: words that mean one of ours, and commands and options that
 * there are not, each with the line that helps. Tables; the reasons stand in them.
 */
#ifndef LEARNER_SYNONYMS_H
#define LEARNER_SYNONYMS_H

#include "abi.h"
#include "command_table.h"

/* Our name of a dialect, or of a format of diff, for another word; NULL when it names none. */
const char *synonym_dialect(const char *word);
const char *synonym_report(const char *word);

/* What helps somebody who typed this as a command, or as an option of one; NULL: nothing known. */
const char *advice_command(const char *word);
const char *advice_option(enum command_id command, const char *word);

/*
 * The ABI whose name, or other name, is made of the letters and digits of this word: "aarhc64",
 * "x86.64". NULL when there is none: what is merely near is often another machine.
 */
const struct abi *abi_mistyped(const char *word);

#endif

/*
 * What is said of a word on the command line that nobody knows: the nearest one that is known, or what
 * helps somebody who knows it from another tool. Each returns -EINVAL with the message in `err`.
 */
#ifndef LEARNER_OPTION_ERRORS_H
#define LEARNER_OPTION_ERRORS_H

#include <stddef.h>

#include "command_table.h"
#include "err.h"
#include "option_table.h"

int unknown_command(const char *name, struct err *err);

/* An option of the command, by its long name of `len` bytes, or by the first of these letters. */
int unknown_option(enum command_id command, const char *name, size_t len, struct err *err);
int unknown_letter(enum command_id command, const char *letters, struct err *err);

/* The argument of an option. */
int unknown_value(enum command_id command, const struct option_info *info, const char *value,
		  struct err *err);

#endif

/*
 * The commands: one file each, cmd_NAME.c. A command prints what it has to say itself (say.h) and
 * returns the exit status of the program.
 */
#ifndef LEARNER_COMMANDS_H
#define LEARNER_COMMANDS_H

#include "options.h"

/* 125: our own failure, 126: cannot execute, 127: not found; else the workload's, or its signal. */
int cmd_record(const struct options *o);

/* 0: written, perhaps with warnings; 2: trouble. */
int cmd_generate(const struct options *o);

/* 0: same, 1: different in the way that --fail-on asks for, 2: trouble. */
int cmd_diff(const struct options *o);

/* 0: written, perhaps with warnings; 2: trouble. */
int cmd_merge(const struct options *o);

/* 0 or 2. */
int cmd_show(const struct options *o);

/* 0: nothing found, 1: something, 2: trouble. */
int cmd_lint(const struct options *o);

#endif

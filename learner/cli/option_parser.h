/* From the command line to the options. */
#ifndef LEARNER_OPTION_PARSER_H
#define LEARNER_OPTION_PARSER_H

#include "err.h"
#include "options.h"

/*
 * Parses a command line. On failure the message is for the user, and `o->command` is the command
 * as far as it was recognised, or CMD_NONE. Free with options_release() in either case.
 */
int options_parse(int argc, char **argv, struct options *o, struct err *err);

#endif

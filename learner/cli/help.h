/* --help, made from the tables of options.h. */
#ifndef LEARNER_HELP_H
#define LEARNER_HELP_H

#include "command_table.h"
#include "strbuf.h"

/* The program's help, or with a command that command's. */
void help_write(enum command_id topic, struct strbuf *out);

#endif

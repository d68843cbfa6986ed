/* Shell completion scripts, made from the tables of options.h. */
#ifndef LEARNER_COMPLETION_H
#define LEARNER_COMPLETION_H

#include "err.h"
#include "strbuf.h"

/* `shell` is "bash", "zsh" or "fish". */
int completion_write(const char *shell, struct strbuf *out, struct err *err);

#endif

/* What options mean together, and which mean nothing where they are given. */
#ifndef LEARNER_OPTION_CHECKS_H
#define LEARNER_OPTION_CHECKS_H

#include "err.h"
#include "option_table.h"
#include "options.h"

/* Those that say how a profile is written. */
#define OPTIONS_OF_WRITING                                                                      \
	(OPTION_BIT(OPT_FORMAT) | OPTION_BIT(OPT_YAML) | OPTION_BIT(OPT_JSON) |                 \
	 OPTION_BIT(OPT_FOR) | OPTION_BIT(OPT_LAYER) | OPTION_BIT(OPT_NO_LAYER) |               \
	 OPTION_BIT(OPT_ABI) | OPTION_BIT(OPT_DEFAULT_ACTION) | OPTION_BIT(OPT_DEFAULT_ERRNO) | \
	 OPTION_BIT(OPT_NAME))

/* Those that say for which machine one is read; --abi is among the above, too. */
#define OPTIONS_OF_MACHINE (OPTION_BIT(OPT_CAPS) | OPTION_BIT(OPT_KERNEL))
#define OPTIONS_OF_READING (OPTION_BIT(OPT_ABI) | OPTIONS_OF_MACHINE)

/*
 * Looks at everything that was given together, and fills in what follows from it: the operands'
 * number, the default's action and errno, the profile that record writes when nothing is asked for.
 */
int options_check(struct options *o, struct err *err);

/*
 * Refuses options that mean nothing where they were given: whoever gives one expects something of it.
 * -EINVAL with "--OPTION WHY" for the first in the table of those given; 0 when none of
 * them was.
 */
int options_refuse(const struct options *o, unsigned int options, const char *why, struct err *err);

#endif

/*
 * Options that were given where they mean nothing: that is refused, since whoever gives one expects
 * something of it.
 */
#ifndef LEARNER_UNUSED_H
#define LEARNER_UNUSED_H

#include "err.h"
#include "options.h"

/* Those that say how a profile is written. */
#define UNUSED_WRITING                                                                          \
	(OPTION_BIT(OPT_FORMAT) | OPTION_BIT(OPT_YAML) | OPTION_BIT(OPT_JSON) |                 \
	 OPTION_BIT(OPT_FOR) | OPTION_BIT(OPT_LAYER) | OPTION_BIT(OPT_NO_LAYER) |               \
	 OPTION_BIT(OPT_ABI) | OPTION_BIT(OPT_DEFAULT_ACTION) | OPTION_BIT(OPT_DEFAULT_ERRNO) | \
	 OPTION_BIT(OPT_NAME))

/* Those that say for which machine one is read; --abi is among the above, too. */
#define UNUSED_MACHINE (OPTION_BIT(OPT_CAPS) | OPTION_BIT(OPT_KERNEL))
#define UNUSED_READING (OPTION_BIT(OPT_ABI) | UNUSED_MACHINE)

/* -EINVAL with "--OPTION WHY" for the first in the table of those given; 0 when none of them was. */
int unused_refuse(const struct options *o, unsigned int options, const char *why, struct err *err);

#endif

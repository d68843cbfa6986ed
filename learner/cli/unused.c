#include "unused.h"

#include <errno.h>

int unused_refuse(const struct options *o, unsigned int options, const char *why, struct err *err)
{
	for (size_t i = 0; i < option_count; i++)
		if ((OPTION_BIT(option_table[i].id) & options & o->given) != 0)
			return err_set(err, EINVAL, "--%s %s", option_table[i].name, why);
	return 0;
}

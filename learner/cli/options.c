#include "options.h"

#include <stdlib.h>

void options_release(struct options *o)
{
	free(o->layers.of);
	free(o->known);
	free(o->args);
	*o = (struct options){.command = CMD_NONE};
}

#include "program.h"

#include <stdlib.h>

#include "alloc.h"

struct program *programs_get(struct programs *programs, struct program_id id)
{
	struct program *program;

	HASH_FIND(hh, programs->by_id, &id, sizeof(id), program);
	if (program != NULL)
		return program;
	program = xcalloc(1, sizeof(*program));
	program->id = id;
	HASH_ADD(hh, programs->by_id, id, sizeof(id), program);
	return program;
}

void programs_release(struct programs *programs)
{
	struct program *program, *next;

	HASH_ITER(hh, programs->by_id, program, next) {
		HASH_DEL(programs->by_id, program);
		free(program);
	}
}

#include "merger.h"

#include <stdlib.h>

#include "alloc.h"

void merge_warn(struct merger *m, char *text)
{
	xgrow(&m->warnings->text, m->warnings->n, &m->warnings->cap, sizeof(text));
	m->warnings->text[m->warnings->n++] = text;
}

void merge_warnings_release(struct merge_warnings *warnings)
{
	for (size_t i = 0; i < warnings->n; i++)
		free(warnings->text[i]);
	free(warnings->text);
	*warnings = (struct merge_warnings){0};
}

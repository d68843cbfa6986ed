#include "earlier.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "load.h"
#include "say.h"

static void list_calls(struct earlier *earlier)
{
	const struct recording *recording = earlier->recording;

	earlier->calls = xcalloc(recording->n_calls + 1, sizeof(*earlier->calls));
	for (size_t i = 0; i < recording->n_calls; i++) {
		const struct learnt *call = &recording->calls[i];
		earlier->calls[i] = (struct known_call){call->abi, call->nr, call->name};
	}
	earlier->line.calls = earlier->calls;
	earlier->line.n_calls = recording->n_calls;
}

static int compare_gaps(const void *pa, const void *pb)
{
	const struct known_gap *a = pa, *b = pb;
	int order = strcmp(a->gap, b->gap);

	return order != 0 ? order : strcmp(a->detail, b->detail);
}

/* Runs that build on each other would repeat them. */
static void list_gaps(struct earlier *earlier)
{
	const struct recording *recording = earlier->recording;
	size_t n = recording->n_gaps, kept = 0;

	earlier->gaps = xcalloc(n + 1, sizeof(*earlier->gaps));
	for (size_t i = 0; i < n; i++)
		earlier->gaps[i] =
			(struct known_gap){recording->gaps[i].kind, recording->gaps[i].detail};
	qsort(earlier->gaps, n, sizeof(*earlier->gaps), compare_gaps);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || compare_gaps(&earlier->gaps[kept - 1], &earlier->gaps[i]) != 0)
			earlier->gaps[kept++] = earlier->gaps[i];
	earlier->line.gaps = earlier->gaps;
	earlier->line.n_gaps = kept;
}

int earlier_load(struct earlier *earlier, const struct options *o, struct err *err)
{
	*earlier = (struct earlier){0};
	if (o->n_known == 0)
		return 0;
	int r = load_known(o->known, o->n_known, &earlier->recording, err);
	if (r < 0)
		return r;
	for (size_t i = 0; !o->quiet && i < earlier->recording->n_warnings; i++)
		say("%s", earlier->recording->warnings[i]);
	earlier->from = xcalloc(o->n_known, sizeof(*earlier->from));
	for (size_t i = 0; i < o->n_known; i++)
		earlier->from[i] = xstrdup(load_display_name(o->known[i]));
	earlier->line.from = earlier->from;
	earlier->line.n_from = o->n_known;
	list_calls(earlier);
	list_gaps(earlier);
	return 0;
}

void earlier_release(struct earlier *earlier)
{
	for (size_t i = 0; earlier->from != NULL && i < earlier->line.n_from; i++)
		free(earlier->from[i]);
	free(earlier->from);
	free(earlier->calls);
	free(earlier->gaps);
	(void)recording_free(earlier->recording);
	*earlier = (struct earlier){0};
}

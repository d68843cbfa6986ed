#include "merge_recordings.h"

#include <stdlib.h>

#include "alloc.h"
#include "cleanup.h"

struct number {
	size_t abi;
	int32_t nr;
};

/* Sorted, so that it can be searched. */
struct numbers {
	struct number *list;
	size_t n;
};

static int compare_numbers(const void *pa, const void *pb)
{
	const struct number *a = pa, *b = pb;

	if (a->abi != b->abi)
		return a->abi < b->abi ? -1 : 1;
	return (a->nr > b->nr) - (a->nr < b->nr);
}

static struct numbers numbers_of(const struct recording *recording)
{
	struct numbers numbers = {xcalloc(recording->n_calls + 1, sizeof(struct number)), 0};

	for (size_t i = 0; i < recording->n_calls; i++)
		numbers.list[numbers.n++] =
			(struct number){abi_index(recording->calls[i].abi), recording->calls[i].nr};
	qsort(numbers.list, numbers.n, sizeof(struct number), compare_numbers);
	return numbers;
}

struct common {
	struct numbers *of;
	size_t n;
};

static bool is_common(const struct learnt *call, void *ctx)
{
	const struct common *common = ctx;
	struct number key = {abi_index(call->abi), call->nr};

	for (size_t i = 0; i < common->n; i++)
		if (bsearch(&key, common->of[i].list, common->of[i].n, sizeof(key),
			    compare_numbers) == NULL)
			return false;
	return true;
}

struct recording *merge_recordings(struct recording **recordings, size_t n, enum merge_how how,
				   size_t *n_dropped)
{
	struct common common = {xcalloc(n, sizeof(struct numbers)), n};

	for (size_t i = 0; i < n; i++)
		common.of[i] = numbers_of(recordings[i]);
	struct recording *all = TAKE_PTR(recordings[0]);
	for (size_t i = 1; i < n; i++)
		recording_merge(all, TAKE_PTR(recordings[i]));
	*n_dropped = all->n_calls;
	if (how == MERGE_INTERSECTION)
		recording_keep_calls(all, is_common, &common);
	*n_dropped -= all->n_calls;
	for (size_t i = 0; i < n; i++)
		free(common.of[i].list);
	free(common.of);
	return all;
}

#include "sysset.h"

#include <stdlib.h>

#include "alloc.h"

void sysset_init(struct sysset *set)
{
	set->calls = xcalloc(abi_count, sizeof(*set->calls));
	set->n = 0;
}

void sysset_release(struct sysset *set)
{
	for (size_t i = 0; set->calls != NULL && i < abi_count; i++) {
		struct sysset_call *call, *next;
		HASH_ITER(hh, set->calls[i], call, next) {
			HASH_DEL(set->calls[i], call);
			free(call);
		}
	}
	free(set->calls);
	set->calls = NULL;
	set->n = 0;
}

static struct sysset_call *find(const struct sysset *set, const struct abi *abi, int32_t nr)
{
	struct sysset_call *call;

	HASH_FIND_INT(set->calls[abi_index(abi)], &nr, call);
	return call;
}

bool sysset_has(const struct sysset *set, const struct abi *abi, int32_t nr)
{
	return find(set, abi, nr) != NULL;
}

struct sysset_call *sysset_enter(struct sysset *set, const struct abi *abi, int32_t nr, bool *added)
{
	struct sysset_call *call = find(set, abi, nr);

	*added = call == NULL;
	if (call != NULL)
		return call;
	call = xcalloc(1, sizeof(*call));
	call->nr = nr;
	HASH_ADD_INT(set->calls[abi_index(abi)], nr, call);
	set->n++;
	return call;
}

bool sysset_add(struct sysset *set, const struct abi *abi, int32_t nr)
{
	bool added;

	(void)sysset_enter(set, abi, nr, &added);
	return added;
}

size_t sysset_count(const struct sysset *set, const struct abi *abi)
{
	return HASH_COUNT(set->calls[abi_index(abi)]);
}

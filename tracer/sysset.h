/*
 * The set of system calls learnt so far: a uthash table per ABI. One set serves the whole run;
 * it grows and never shrinks.
 */
#ifndef TRACER_SYSSET_H
#define TRACER_SYSSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "hash.h"

struct sysset_call {
	int32_t nr;
	uint64_t late; /* times it was made where it could not pass any more, learnt or not */
	UT_hash_handle hh;
};

struct sysset {
	struct sysset_call **calls; /* a table per entry of abi_table */
	size_t n;                   /* in all of them together */
};

void sysset_init(struct sysset *set);
void sysset_release(struct sysset *set);

/* Adds a call. Returns false when it was there already. */
bool sysset_add(struct sysset *set, const struct abi *abi, int32_t nr);

/* The call, which is added where it is not there; `*added` says whether it was. */
struct sysset_call *sysset_enter(struct sysset *set, const struct abi *abi, int32_t nr,
				 bool *added);

bool sysset_has(const struct sysset *set, const struct abi *abi, int32_t nr);

/* The number of calls learnt on one ABI. */
size_t sysset_count(const struct sysset *set, const struct abi *abi);

#endif

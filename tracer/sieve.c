#include "sieve.h"

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"

#define OFFSET(field) ((uint32_t)offsetof(struct seccomp_data, field))
#define RET_TRACE (SECCOMP_RET_TRACE | SIEVE_COOKIE)

/* Of the 64 bits of an argument, those that hold CLONE_UNTRACED. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW_HALF 0
#else
#define LOW_HALF 4
#endif

/* Both returns of a section must be in reach of a conditional jump, and so must half a tree. */
#define BOUNDARIES_MAX 240

/* A section is longer than its tree by at most this, and so is the program than its sections. */
#define SECTION_EXTRA 12

/*
 * The numbers of one audit token at which the answer changes: below the first it is TRACE, from
 * the first on ALLOW, from the second on TRACE again, and so on.
 */
struct boundaries {
	uint32_t at[BOUNDARIES_MAX];
	size_t n;
};

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool may_pass(struct watch *watch, const struct abi *abi, int32_t nr)
{
	return nr >= 0 && !watch_opens_gap(watch_kind(watch, abi, nr));
}

/* The numbers as the kernel sees them, of every ABI that shares the audit token. */
static size_t collect(uint32_t audit, const struct sysset *learnt, struct watch *watch,
		      uint32_t *numbers)
{
	size_t n = 0;

	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		struct sysset_call *call, *next;
		if (abi->audit != audit)
			continue;
		HASH_ITER(hh, learnt->calls[i], call, next)
			if (may_pass(watch, abi, call->nr))
				numbers[n++] = abi_raw_number(abi, call->nr);
	}
	return n;
}

static void find_boundaries(uint32_t *numbers, size_t n, struct boundaries *b)
{
	qsort(numbers, n, sizeof(*numbers), compare_numbers);
	b->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && numbers[i] == numbers[i - 1] + 1) {
			b->at[b->n - 1] = numbers[i] + 1;
			continue;
		}
		/* What does not fit any more is traced: slower, not wrong. */
		if (b->n + 2 > BOUNDARIES_MAX)
			break;
		b->at[b->n++] = numbers[i];
		b->at[b->n++] = numbers[i] + 1;
	}
}

static void add(struct sieve *sieve, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	sieve->insns[sieve->n++] = (struct sock_filter){code, jt, jf, k};
}

/*
 * A binary search in the order node, left half, right half: one instruction for each boundary.
 * Jumps to the two returns behind the tree, at `allow` and `trace`, need no instruction.
 */
static void add_tree(struct sieve *sieve, const struct boundaries *b, size_t from, size_t to,
		     size_t allow, size_t trace)
{
	size_t middle = from + (to - from) / 2;
	size_t node = sieve->n;
	/* Which side of a boundary is let pass follows from its position in the list. */
	size_t below = middle % 2 == 0 ? trace : allow;
	size_t above = middle % 2 == 0 ? allow : trace;

	add(sieve, BPF_JMP | BPF_JGE | BPF_K, b->at[middle], 0, 0);
	if (middle > from)
		add_tree(sieve, b, from, middle, allow, trace);
	else
		sieve->insns[node].jf = (uint8_t)(below - node - 1);
	if (middle + 1 < to) {
		sieve->insns[node].jt = (uint8_t)(sieve->n - node - 1);
		add_tree(sieve, b, middle + 1, to, allow, trace);
	} else {
		sieve->insns[node].jt = (uint8_t)(above - node - 1);
	}
}

/* clone's number on the ABI itself (not on x32) if it was learnt; false otherwise. */
static bool learnt_clone(const struct abi *abi, const struct sysset *learnt, struct watch *watch,
			 uint32_t *nr)
{
	struct sysset_call *call, *next;

	/* On s390 the flags are another argument; there is no sieve there. */
	HASH_ITER(hh, learnt->calls[abi_index(abi)], call, next) {
		if (call->nr < 0 || watch_kind(watch, abi, call->nr) != WATCH_CLONE)
			continue;
		*nr = abi_raw_number(abi, call->nr);
		return true;
	}
	return false;
}

/*
 * The only argument that is looked at. The kernel finds out for each number whether the program
 * always allows it, so this costs the other numbers nothing.
 */
static void add_clone(struct sieve *sieve, uint32_t nr)
{
	add(sieve, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(args[0]) + LOW_HALF, 0, 0);
	add(sieve, BPF_JMP | BPF_JSET | BPF_K, CLONE_UNTRACED, 1, 0);
	add(sieve, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	add(sieve, BPF_RET | BPF_K, RET_TRACE, 0, 0);
}

/* The program for one audit token; the number is loaded, and every way ends in a return. */
static void add_section(struct sieve *sieve, const struct abi *abi, const struct boundaries *b,
			const struct sysset *learnt, struct watch *watch)
{
	uint32_t clone_nr;

	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(nr), 0, 0);
	if (learnt_clone(abi, learnt, watch, &clone_nr))
		add_clone(sieve, clone_nr);
	if (b->n > 0) {
		size_t allow = sieve->n + b->n;
		add_tree(sieve, b, 0, b->n, allow, allow + 1);
		add(sieve, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
	add(sieve, BPF_RET | BPF_K, RET_TRACE, 0, 0);
}

void sieve_build(struct sieve *sieve, const struct sysset *learnt, struct watch *watch)
{
	cleanup_free uint32_t *numbers = xcalloc(learnt->n, sizeof(*numbers));

	sieve->n = 0;
	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(arch), 0, 0);
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		struct boundaries b;
		/* x32 shares x86_64's token and is in its section. */
		if (abi != abi_of_audit(abi->audit))
			continue;
		size_t n = collect(abi->audit, learnt, watch, numbers);
		find_boundaries(numbers, n, &b);
		if (n == 0 || sieve->n + b.n + SECTION_EXTRA > SIEVE_MAX)
			continue;
		/* The jump over the section is filled in when its length is known. */
		size_t test = sieve->n;
		add(sieve, BPF_JMP | BPF_JEQ | BPF_K, abi->audit, 1, 0);
		add(sieve, BPF_JMP | BPF_JA, 0, 0, 0);
		add_section(sieve, abi, &b, learnt, watch);
		sieve->insns[test + 1].k = (uint32_t)(sieve->n - (test + 2));
	}
	add(sieve, BPF_RET | BPF_K, RET_TRACE, 0, 0);
}

#include "sieve.h"

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "alloc.h"
#include "cleanup.h"

#define OFFSET(field) ((uint32_t)offsetof(struct seccomp_data, field))
#define RET_TRACE (SECCOMP_RET_TRACE | SIEVE_COOKIE)

/* Of the 64 bits of an argument, the lower half, which holds CLONE_UNTRACED and an int. */
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
 * The numbers of one audit token at which the answer changes: below the first it is to look, from
 * the first on ALLOW, from the second on to look again, and so on.
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

static uint32_t look(const struct sieve *sieve)
{
	return sieve->kind == SIEVE_TRACES ? RET_TRACE : SECCOMP_RET_USER_NOTIF;
}

static bool may_pass(enum sieve_kind kind, enum watched watched)
{
	if (kind == SIEVE_TRACES)
		return !watch_opens_gap(watched);
	if (watched == WATCH_EXECUTES)
		return kind == SIEVE_NOTIFIES;
	return !watch_opens_gap(watched) || watch_is_birth(watched);
}

/* The numbers as the kernel sees them, of every ABI that shares the audit token. */
static size_t collect(uint32_t audit, enum sieve_kind kind, const struct sysset *learnt,
		      struct watch *watch, uint32_t *numbers)
{
	size_t n = 0;

	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		struct sysset_call *call, *next;
		if (abi->audit != audit)
			continue;
		HASH_ITER(hh, learnt->calls[i], call, next)
			if (call->nr >= 0 && may_pass(kind, watch_kind(watch, abi, call->nr)))
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
		/* What does not fit any more is looked at: slower, not wrong. */
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
 * Jumps to the two returns behind the tree, at `allow` and `rest`, need no instruction.
 */
static void add_tree(struct sieve *sieve, const struct boundaries *b, size_t from, size_t to,
		     size_t allow, size_t rest)
{
	size_t middle = from + (to - from) / 2;
	size_t node = sieve->n;
	/* Which side of a boundary is let pass follows from its position in the list. */
	size_t below = middle % 2 == 0 ? rest : allow;
	size_t above = middle % 2 == 0 ? allow : rest;

	add(sieve, BPF_JMP | BPF_JGE | BPF_K, b->at[middle], 0, 0);
	if (middle > from)
		add_tree(sieve, b, from, middle, allow, rest);
	else
		sieve->insns[node].jf = (uint8_t)(below - node - 1);
	if (middle + 1 < to) {
		sieve->insns[node].jt = (uint8_t)(sieve->n - node - 1);
		add_tree(sieve, b, middle + 1, to, allow, rest);
	} else {
		sieve->insns[node].jt = (uint8_t)(above - node - 1);
	}
}

/*
 * The one call of which an argument, its first one, decides whether it passes. The kernel finds out for
 * each number whether the program always allows it, so this costs the other numbers nothing.
 */
static const struct test {
	enum watched watched;
	uint16_t jump; /* is it to be looked at? */
	uint32_t value;
} tests[] = {
	[SIEVE_TRACES] = {WATCH_CLONE, BPF_JMP | BPF_JSET | BPF_K, CLONE_UNTRACED},
	[SIEVE_NOTIFIES] = {WATCH_PRCTL, BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP},
	[SIEVE_NOTIFIES_EXEC] = {WATCH_PRCTL, BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP},
};

/* That call's number on the ABI itself (not on x32) if it was learnt; false otherwise. */
static bool find_tested(const struct abi *abi, enum watched watched, const struct sysset *learnt,
			struct watch *watch, uint32_t *nr)
{
	struct sysset_call *call, *next;

	/* On s390 clone's flags are another argument; there is no sieve there. */
	HASH_ITER(hh, learnt->calls[abi_index(abi)], call, next) {
		if (call->nr < 0 || watch_kind(watch, abi, call->nr) != watched)
			continue;
		*nr = abi_raw_number(abi, call->nr);
		return true;
	}
	return false;
}

static void add_test(struct sieve *sieve, const struct test *test, uint32_t nr)
{
	add(sieve, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(args[0]) + LOW_HALF, 0, 0);
	add(sieve, test->jump, test->value, 1, 0);
	add(sieve, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	add(sieve, BPF_RET | BPF_K, look(sieve), 0, 0);
}

/* The program for one audit token; the number is loaded, and every way ends in a return. */
static void add_section(struct sieve *sieve, const struct abi *abi, const struct boundaries *b,
			const struct sysset *learnt, struct watch *watch)
{
	const struct test *test = &tests[sieve->kind];
	uint32_t nr;

	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(nr), 0, 0);
	if (find_tested(abi, test->watched, learnt, watch, &nr))
		add_test(sieve, test, nr);
	if (b->n > 0) {
		size_t allow = sieve->n + b->n;
		add_tree(sieve, b, 0, b->n, allow, allow + 1);
		add(sieve, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
	add(sieve, BPF_RET | BPF_K, look(sieve), 0, 0);
}

void sieve_build(struct sieve *sieve, enum sieve_kind kind, const struct sysset *learnt,
		 struct watch *watch)
{
	cleanup_free uint32_t *numbers = xcalloc(learnt->n, sizeof(*numbers));

	sieve->kind = kind;
	sieve->n = 0;
	add(sieve, BPF_LD | BPF_W | BPF_ABS, OFFSET(arch), 0, 0);
	for (size_t i = 0; i < abi_count; i++) {
		const struct abi *abi = &abi_table[i];
		struct boundaries b;
		/* x32 shares x86_64's token and is in its section. */
		if (abi != abi_of_audit(abi->audit))
			continue;
		size_t n = collect(abi->audit, kind, learnt, watch, numbers);
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
	add(sieve, BPF_RET | BPF_K, look(sieve), 0, 0);
}

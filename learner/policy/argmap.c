#include "argmap.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define VARIABLES (ARGMAP_ARGS * 64)
#define LEAF VARIABLES /* the variable of a node that is a value */

/* Real calls need some hundred nodes. Together about ten megabytes and a quarter of a second. */
#define NODES_MAX (1U << 17)
#define STEPS_MAX (1U << 23)
#define HEADS (1U << 14)
#define CACHE (1U << 14)

#define NONE UINT32_MAX

/*
 * A decision on one bit, or a value. Variables are met in rising order from the root: the
 * arguments in turn, each from its highest bit, so that an order comparison is a chain.
 */
struct node {
	uint64_t value; /* of a leaf */
	argmap_ref branch[2];
	uint32_t next; /* in the chain of nodes with the same hash */
	uint32_t variable;
};

/* A result, valid when it is of this round: each combination starts a new one. */
struct cached {
	argmap_ref a, b, result;
	uint32_t round;
};

struct argmap {
	struct node *nodes;
	size_t n_nodes, cap_nodes;
	uint32_t heads[HEADS];
	struct cached cache[CACHE];
	uint32_t round;
	uint32_t steps;
	bool overflowed;
};

void argmap_reset(struct argmap *map)
{
	map->n_nodes = 0;
	memset(map->heads, 0xff, sizeof(map->heads));
	map->steps = 0;
	map->overflowed = false;
	/* References are given anew; what is cached is about the old ones. */
	map->round++;
}

struct argmap *argmap_new(void)
{
	struct argmap *map = xcalloc(1, sizeof(*map));

	argmap_reset(map);
	return map;
}

struct argmap *argmap_free(struct argmap *map)
{
	if (map != NULL)
		free(map->nodes);
	free(map);
	return NULL;
}

bool argmap_overflowed(const struct argmap *map)
{
	return map->overflowed;
}

static uint32_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = a * 0x9e3779b97f4a7c15U ^ b * 0xc2b2ae3d27d4eb4fU;

	return (uint32_t)(h ^ h >> 29 ^ h >> 43);
}

/* Counts work; false when there has been too much of it. */
static bool step(struct argmap *map)
{
	if (++map->steps > STEPS_MAX)
		map->overflowed = true;
	return !map->overflowed;
}

static argmap_ref find_or_add(struct argmap *map, struct node node)
{
	uint64_t branches = (uint64_t)node.branch[1] << 32 | node.branch[0];
	uint32_t head = mix(node.value ^ branches, node.variable) % HEADS;

	if (!step(map))
		return 0;
	for (uint32_t i = map->heads[head]; i != NONE; i = map->nodes[i].next) {
		const struct node *n = &map->nodes[i];
		if (n->variable == node.variable && n->value == node.value &&
		    n->branch[0] == node.branch[0] && n->branch[1] == node.branch[1])
			return i;
	}
	if (map->n_nodes == NODES_MAX) {
		map->overflowed = true;
		return 0;
	}
	xgrow(&map->nodes, map->n_nodes, &map->cap_nodes, sizeof(node));
	node.next = map->heads[head];
	map->heads[head] = (uint32_t)map->n_nodes;
	map->nodes[map->n_nodes] = node;
	return (argmap_ref)map->n_nodes++;
}

argmap_ref argmap_constant(struct argmap *map, uint64_t value)
{
	return find_or_add(map, (struct node){.value = value, .variable = LEAF});
}

static argmap_ref decide(struct argmap *map, uint32_t variable, argmap_ref zero, argmap_ref one)
{
	if (zero == one)
		return zero;
	return find_or_add(map, (struct node){.branch = {zero, one}, .variable = variable});
}

/* ---- Conditions ----------------------------------------------------------------------------- */

/* `inside` where the condition holds, `outside` elsewhere; both decide on later arguments only. */
static argmap_ref compare(struct argmap *map, const struct condition *c, unsigned int bits,
			  argmap_ref inside, argmap_ref outside)
{
	bool strict = c->op == COMPARE_LT || c->op == COMPARE_GT;
	bool masked = c->op == COMPARE_MASKED_EQ;
	uint64_t mask = masked ? c->value : UINT64_MAX;
	uint64_t value = masked ? c->value_two : c->value;
	argmap_ref on_less = outside, on_more = outside;
	argmap_ref f = c->op == COMPARE_NE || strict ? outside : inside;

	if (c->op == COMPARE_NE || c->op == COMPARE_LT || c->op == COMPARE_LE)
		on_less = inside;
	if (c->op == COMPARE_NE || c->op == COMPARE_GT || c->op == COMPARE_GE)
		on_more = inside;
	/* From the lowest bit: `f` decides the case that all higher bits are equal. */
	for (unsigned int bit = 0; bit < bits; bit++) {
		uint32_t variable = c->index * 64 + 63 - bit;
		if ((mask >> bit & 1) == 0)
			continue;
		f = (value >> bit & 1) != 0 ? decide(map, variable, on_less, f)
					    : decide(map, variable, f, on_more);
	}
	return f;
}

static uint64_t keep_where(void *ctx, uint64_t a, uint64_t b)
{
	(void)ctx;
	return b != 0 ? a : 0;
}

argmap_ref argmap_where(struct argmap *map, const struct condition *conditions, size_t n,
			unsigned int bits, uint64_t value)
{
	argmap_ref outside = argmap_constant(map, 0), one = argmap_constant(map, 1);
	argmap_ref f = argmap_constant(map, value);

	for (size_t i = n; i-- > 0 && !map->overflowed;) {
		const struct condition *c = &conditions[i];
		if (i + 1 < n && conditions[i + 1].index == c->index)
			f = argmap_combine(map, f, compare(map, c, bits, one, outside), keep_where,
					   NULL);
		else
			f = compare(map, c, bits, f, outside);
	}
	return f;
}

/* ---- Combining ------------------------------------------------------------------------------ */

struct combination {
	struct argmap *map;
	argmap_op *op; /* NULL: bitwise OR, where 0 and equal sides need no descent */
	void *ctx;
};

/* At most as deep as there are variables. */
static argmap_ref combine(const struct combination *c, argmap_ref a, argmap_ref b)
{
	struct argmap *map = c->map;

	if (!step(map))
		return 0;
	const struct node *x = &map->nodes[a], *y = &map->nodes[b];
	bool leaves = x->variable == LEAF && y->variable == LEAF;
	if (c->op == NULL) {
		if (a == b || (y->variable == LEAF && y->value == 0))
			return a;
		if (x->variable == LEAF && x->value == 0)
			return b;
		if (leaves)
			return argmap_constant(map, x->value | y->value);
	} else if (leaves) {
		return argmap_constant(map, c->op(c->ctx, x->value, y->value));
	}
	struct cached *cached = &map->cache[mix(a, b) % CACHE];
	if (cached->round == map->round && cached->a == a && cached->b == b)
		return cached->result;
	uint32_t variable = x->variable < y->variable ? x->variable : y->variable;
	argmap_ref next[2][2], result[2];
	for (int i = 0; i < 2; i++) {
		next[i][0] = x->variable == variable ? x->branch[i] : a;
		next[i][1] = y->variable == variable ? y->branch[i] : b;
	}
	/* x and y are not valid beyond this: the nodes may move. */
	for (int i = 0; i < 2; i++)
		result[i] = combine(c, next[i][0], next[i][1]);
	argmap_ref f = decide(map, variable, result[0], result[1]);
	*cached = (struct cached){a, b, f, map->round};
	return f;
}

static argmap_ref combine_all(struct argmap *map, argmap_ref a, argmap_ref b, argmap_op *op,
			      void *ctx)
{
	struct combination c = {map, op, ctx};

	if (map->overflowed)
		return 0;
	map->round++;
	return combine(&c, a, b);
}

argmap_ref argmap_or(struct argmap *map, argmap_ref a, argmap_ref b)
{
	return combine_all(map, a, b, NULL, NULL);
}

argmap_ref argmap_combine(struct argmap *map, argmap_ref a, argmap_ref b, argmap_op *op, void *ctx)
{
	return combine_all(map, a, b, op, ctx);
}

/* ---- Looking -------------------------------------------------------------------------------- */

uint64_t argmap_value(const struct argmap *map, argmap_ref f, const uint64_t args[ARGMAP_ARGS])
{
	const struct node *n = &map->nodes[f];

	while (n->variable != LEAF) {
		uint64_t arg = args[n->variable / 64];
		n = &map->nodes[n->branch[arg >> (63 - n->variable % 64) & 1]];
	}
	return n->value;
}

struct walk {
	const struct argmap *map;
	struct argmap_cube path;
	struct argmap_cube *cubes;
	size_t n, max;
};

static void walk(struct walk *w, argmap_ref f)
{
	const struct node *n = &w->map->nodes[f];

	if (w->n > w->max)
		return;
	if (n->variable == LEAF) {
		if (n->value == 0)
			return;
		if (w->n < w->max)
			w->cubes[w->n] = w->path;
		w->n++;
		return;
	}
	uint64_t bit = UINT64_C(1) << (63 - n->variable % 64);
	size_t arg = n->variable / 64;
	w->path.mask[arg] |= bit;
	walk(w, n->branch[0]);
	w->path.value[arg] |= bit;
	walk(w, n->branch[1]);
	w->path.value[arg] &= ~bit;
	w->path.mask[arg] &= ~bit;
}

static uint64_t is_value(void *ctx, uint64_t a, uint64_t b)
{
	const uint64_t *value = ctx;

	(void)b;
	return a == *value;
}

size_t argmap_cubes(struct argmap *map, argmap_ref f, uint64_t value, struct argmap_cube *cubes,
		    size_t max)
{
	struct walk w = {.map = map, .cubes = cubes, .max = max};

	/* With two values left, every decision leads to the wanted one: no way is walked in vain. */
	argmap_ref where = argmap_combine(map, f, f, is_value, &value);
	if (!map->overflowed)
		walk(&w, where);
	return w.n;
}

#include "compiled_rule.h"

#include <stdlib.h>

#include "alloc.h"
#include "syscalls.h"

int compiled_rule_compare(const struct compiled_rule *a, const struct compiled_rule *b)
{
	int r = (a->nr > b->nr) - (a->nr < b->nr);

	for (size_t i = 0; r == 0 && i < a->n_conditions && i < b->n_conditions; i++)
		r = condition_compare(&a->conditions[i], &b->conditions[i]);
	return r != 0 ? r
		      : (a->n_conditions > b->n_conditions) - (a->n_conditions < b->n_conditions);
}

static int compare_made(const void *pa, const void *pb)
{
	const struct compiled_rule *a = pa, *b = pb;
	int r = compiled_rule_compare(a, b);

	if (r != 0)
		return r;
	return (a->rule->order > b->rule->order) - (a->rule->order < b->rule->order);
}

/* Where a rule goes. */
struct target {
	int32_t nr;
	const uint32_t *subcall; /* of the multiplexer that `nr` is; NULL: it is the call itself */
	bool absent;
};

/* False when there are more conditions than arguments. */
static bool make_conditions(struct compiled_rule *m, const struct rule *rule,
			    const uint32_t *subcall, unsigned int bits)
{
	const uint64_t max = UINT64_MAX >> (64 - bits);

	if (rule->n_conditions > COMPILED_ARGS)
		return false;
	if (subcall != NULL)
		m->conditions[m->n_conditions++] = (struct condition){0, COMPARE_EQ, *subcall, 0};
	for (size_t i = 0; i < rule->n_conditions; i++) {
		struct condition c = rule->conditions[i];
		c.value &= max;
		c.value_two = c.op == COMPARE_MASKED_EQ ? c.value_two & c.value : 0;
		if ((subcall != NULL && c.index == 0) ||
		    (c.op == COMPARE_MASKED_EQ && c.value == 0))
			continue;
		if (m->n_conditions == COMPILED_ARGS)
			return false;
		m->conditions[m->n_conditions++] = c;
	}
	qsort(m->conditions, m->n_conditions, sizeof(m->conditions[0]), condition_compare);
	return true;
}

bool compiled_rule_at_width(struct compiled_rule *made, const struct rule *rule, unsigned int bits)
{
	*made = (struct compiled_rule){.rule = rule};
	return make_conditions(made, rule, NULL, bits);
}

/* libseccomp compares what is written, cut to the ABI's width; an empty mask is no condition. */
static void add_made(struct compiled_rules *made, const struct abi *abi, const struct rule *rule,
		     struct target target)
{
	struct compiled_rule m = {.nr = target.nr,
				  .rule = rule,
				  .derived = target.subcall != NULL,
				  .absent = target.absent};

	if (!make_conditions(&m, rule, target.subcall, abi_argument_bits(abi)))
		return;
	xgrow(&made->list, made->n, &made->cap, sizeof(*made->list));
	made->list[made->n++] = m;
}

enum wanted { THAT_COUNT, WITH_ABSENT, LEFT_OUT };

static bool is_wanted(const struct profile *profile, const struct rule *rule, enum wanted wanted)
{
	if (!profile_is_default(profile, rule->verdict))
		return wanted != LEFT_OUT;
	return wanted == LEFT_OUT && rule->n_conditions > 0;
}

static void make(struct compiled_rules *made, const struct profile *profile, const struct abi *abi,
		 enum wanted wanted)
{
	struct syscall_place place = {0};

	*made = (struct compiled_rules){0};
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (!is_wanted(profile, rule, wanted))
			continue;
		syscalls_place(abi, rule->name, &place);
		if (place.direct)
			add_made(made, abi, rule, (struct target){.nr = place.nr});
		if (place.multiplexed)
			add_made(made, abi, rule,
				 (struct target){place.multiplexer, &place.subcall, false});
		if (place.absent && wanted == WITH_ABSENT)
			add_made(made, abi, rule,
				 (struct target){.nr = place.stand_in, .absent = true});
	}
	if (made->n > 0)
		qsort(made->list, made->n, sizeof(*made->list), compare_made);
}

void compiled_rules_of(struct compiled_rules *made, const struct profile *profile,
		       const struct abi *abi)
{
	make(made, profile, abi, THAT_COUNT);
}

void compiled_rules_with_absent(struct compiled_rules *made, const struct profile *profile,
				const struct abi *abi)
{
	make(made, profile, abi, WITH_ABSENT);
}

void compiled_rules_left_out(struct compiled_rules *made, const struct profile *profile,
			     const struct abi *abi)
{
	make(made, profile, abi, LEFT_OUT);
}

void compiled_rules_release(struct compiled_rules *made)
{
	free(made->list);
	*made = (struct compiled_rules){0};
}

size_t compiled_rules_same_number(const struct compiled_rules *made, size_t first)
{
	size_t n = 1;

	while (first + n < made->n && made->list[first + n].nr == made->list[first].nr)
		n++;
	return n;
}

bool condition_holds(const struct condition *condition, uint64_t arg, uint64_t max)
{
	const uint64_t a = arg & max, value = condition->value & max;

	switch (condition->op) {
	case COMPARE_NE:
		return a != value;
	case COMPARE_LT:
		return a < value;
	case COMPARE_LE:
		return a <= value;
	case COMPARE_EQ:
		return a == value;
	case COMPARE_GE:
		return a >= value;
	case COMPARE_GT:
		return a > value;
	default:
		return (a & value) == (condition->value_two & value);
	}
}

bool compiled_rule_holds(const struct compiled_rule *made, const uint64_t args[COMPILED_ARGS],
			 unsigned int bits)
{
	const uint64_t max = UINT64_MAX >> (64 - bits);

	for (size_t i = 0; i < made->n_conditions; i++)
		if (!condition_holds(&made->conditions[i], args[made->conditions[i].index], max))
			return false;
	return true;
}

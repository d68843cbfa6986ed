/* Each strategy by itself: what it proposes, whether or not that is exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "cleanup.h"
#include "documents.h"
#include "merge_strategies.h"

#define PROFILE(rules)                                                  \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38," \
	"\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[" rules "]}"
#define ALWAYS "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"
#define WHEN(args) "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[" args "]}"
#define CMP(index, op, value) \
	"{\"index\":" #index ",\"value\":" #value ",\"op\":\"SCMP_CMP_" #op "\"}"
#define MASKED(index, mask, value)                                       \
	"{\"index\":" #index ",\"value\":" #mask ",\"valueTwo\":" #value \
	",\"op\":\"SCMP_CMP_MASKED_EQ\"}"

static const struct merge_strategy *strategy(const char *name)
{
	for (size_t i = 0; i < merge_strategy_count; i++)
		if (strcmp(merge_strategies[i].name, name) == 0)
			return &merge_strategies[i];
	fail_msg("no strategy %s", name);
	return NULL;
}

/* "0==1 1&240==16": the conditions of a rule that allows. */
static void add_conditions(const struct rule *rule, struct strbuf *out)
{
	static const char *const signs[COMPARE_MAX] = {
		[COMPARE_NE] = "!=", [COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
		[COMPARE_EQ] = "==", [COMPARE_GE] = ">=", [COMPARE_GT] = ">"};

	assert_int_equal(rule->verdict.action, ACTION_ALLOW);
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];
		strbuf_addf(out, "%s%u", i > 0 ? " " : "", c->index);
		if (c->op == COMPARE_MASKED_EQ)
			strbuf_addf(out, "&%" PRIu64 "==%" PRIu64, c->value, c->value_two);
		else
			strbuf_addf(out, "%s%" PRIu64, signs[c->op], c->value);
	}
}

/* What a strategy proposes for read: each proposal in brackets, rules with a semicolon between. */
static void expect(const char *name, bool intersect, const char *a, const char *b,
		   const char *expected)
{
	cleanup_strbuf struct strbuf said = STRBUF_INIT;
	struct profile *read[] = {read_text(a), read_text(b)};
	const struct profile *profiles[] = {read[0], read[1]};
	const struct merge_inputs inputs = {profiles, 2, intersect};
	struct outcomes *outcomes = outcomes_new();
	const struct proposal_request request = {.outcomes = outcomes,
						 .inputs = &inputs,
						 .name = "read",
						 .fallback = read[0]->fallback,
						 .target = merge_target(outcomes, &inputs, "read",
									64)};
	enum proposing proposing = PROPOSED;

	for (size_t nth = 0; proposing != PROPOSED_ALL; nth++) {
		struct proposal proposal = {0};
		proposing = strategy(name)->propose(&request, nth, &proposal);
		for (size_t i = 0; proposing == PROPOSED && i < proposal.n; i++) {
			strbuf_adds(&said, i == 0 ? "[" : "; ");
			add_conditions(&proposal.rules[i], &said);
		}
		if (proposing == PROPOSED)
			strbuf_adds(&said, proposal.n == 0 ? "[none]" : "]");
		proposal_release(&proposal);
	}
	assert_string_equal(said.len > 0 ? said.s : "", expected);
	(void)outcomes_free(outcomes);
	for (int i = 0; i < 2; i++)
		(void)profile_free(read[i]);
}

static void constant(void **state)
{
	(void)state;
	expect("constant", false, PROFILE(ALWAYS), PROFILE(WHEN(CMP(0, EQ, 1))), "[]");
	expect("constant", true, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(WHEN(CMP(0, EQ, 2))),
	       "[none]");
	expect("constant", false, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(""), "");
}

static void one(void **state)
{
	(void)state;
	expect("one", false, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(""), "[0==1][none]");
	expect("one", true, PROFILE(WHEN(CMP(0, LT, 1))), PROFILE(ALWAYS), "[0<1][]");
}

static void all(void **state)
{
	(void)state;
	expect("all", false, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(WHEN(CMP(1, EQ, 2))),
	       "[0==1; 1==2]");
}

static void products(void **state)
{
	(void)state;
	expect("products", true, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(WHEN(CMP(1, LT, 2))),
	       "[0==1 1<=1]");
	/* The defaults are terms as well: what the other profile lets pass stays. */
	expect("products", false, PROFILE(WHEN(CMP(0, EQ, 1))), PROFILE(WHEN(CMP(0, EQ, 2))),
	       "[0==1; 0==2]");
	/* Two conditions on an argument that no one condition can say. */
	expect("products", true, PROFILE(WHEN(CMP(0, NE, 1))), PROFILE(WHEN(CMP(0, NE, 2))), "");
	/* Equal ones are one. */
	expect("products", true, PROFILE(WHEN(CMP(0, EQ, 1)) "," WHEN(CMP(1, EQ, 1))),
	       PROFILE(WHEN(CMP(0, EQ, 1))), "[0==1; 1==1 0==1]");
}

static void masks(void **state)
{
	(void)state;
	expect("masks", true, PROFILE(WHEN(MASKED(0, 15, 1))), PROFILE(WHEN(MASKED(0, 240, 16))),
	       "[0&255==17]");
	/* By the number of the argument; a mask of all bits is equality, one of none is nothing. */
	expect("masks", true, PROFILE(WHEN(CMP(1, EQ, 3) "," MASKED(2, 0, 0))),
	       PROFILE(WHEN(MASKED(0, 18446744073709551615, 5))), "[0==5 1==3]");
	/* What is within another term is none. */
	expect("masks", true, PROFILE(WHEN(MASKED(0, 1, 1)) "," WHEN(MASKED(0, 3, 3))),
	       PROFILE(WHEN(CMP(1, EQ, 1))), "[0&1==1 1==1]");
	expect("masks", true, PROFILE(WHEN(CMP(0, LT, 7))), PROFILE(WHEN(MASKED(0, 1, 1))), "");
	expect("masks", false, PROFILE(WHEN(MASKED(0, 1, 1))), PROFILE(WHEN(MASKED(0, 2, 2))), "");
}

static void cubes(void **state)
{
	(void)state;
	expect("cubes", true, PROFILE(WHEN(CMP(0, LT, 4))), PROFILE(WHEN(CMP(0, GE, 2))),
	       "[0&18446744073709551614==2]");
}

/* People read the reasons; and from the plainest strategy on, each costs more than the one before. */
static void every_strategy_is_named(void **state)
{
	static const char *const names[] = {"constant", "one", "all", "products", "masks", "cubes"};

	(void)state;
	assert_int_equal(merge_strategy_count, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < merge_strategy_count; i++) {
		assert_string_equal(merge_strategies[i].name, names[i]);
		assert_true(strlen(merge_strategies[i].reason) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant),
		cmocka_unit_test(one),
		cmocka_unit_test(all),
		cmocka_unit_test(products),
		cmocka_unit_test(masks),
		cmocka_unit_test(cubes),
		cmocka_unit_test(every_strategy_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

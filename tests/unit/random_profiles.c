#include "random_profiles.h"

#include <errno.h>
#include <stdlib.h>

static uint64_t state;

size_t random_cases(size_t usual)
{
	return getenv("FEWER") != NULL ? usual / 4 : usual;
}

void random_start(uint64_t seed)
{
	state = seed;
}

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

size_t below(size_t n)
{
	return (size_t)(next() % n);
}

/* Small numbers, those around the ends of 32 and 64 bits, and these ends' highest bits. */
static uint64_t random_value(void)
{
	switch (below(7)) {
	case 0:
		return UINT32_MAX - 1 + below(4);
	case 3:
		return UINT64_C(1) << (31 + 32 * below(2));
	case 1:
		return (uint64_t)below(3) << 32 | below(3);
	case 2:
		return UINT64_MAX - below(2);
	default:
		return below(6);
	}
}

const char *const plain_names[N_NAMES] = {"personality", "dup3", "ioctl"};
const char *const multiplexed_names[N_NAMES] = {"socket", "accept", "socketcall"};
const char *const *names = plain_names;
const char *const abis[N_ABIS] = {"x86_64", "x86", "x32"};
struct verdict random_verdict(void)
{
	static const struct verdict all[] = {
		{ACTION_ALLOW, false, 0},        {ACTION_ALLOW, false, 0}, {ACTION_ALLOW, false, 0},
		{ACTION_ERRNO, true, 1},         {ACTION_ERRNO, true, 38}, {ACTION_LOG, false, 0},
		{ACTION_KILL_PROCESS, false, 0}, {ACTION_TRACE, true, 1},
	};

	return all[below(sizeof(all) / sizeof(all[0]))];
}

static struct condition always_true(uint32_t index)
{
	static const struct condition all[] = {
		{0, COMPARE_GE, 0, 0},
		{0, COMPARE_LE, UINT64_MAX, 0},
		{0, COMPARE_MASKED_EQ, 0, 0},
	};
	struct condition condition = all[below(3)];

	condition.index = index;
	return condition;
}

void add_random_rule(struct profile *profile, const char *name, int how, struct verdict verdict)
{
	struct condition conditions[FILTER_ARGS];
	size_t n = below(8) == 0 ? 0 : 1 + below(3) / 2;
	uint32_t index = (uint32_t)below(2);

	for (size_t i = 0; i < n; i++, index++) {
		enum compare op = (enum compare)below(COMPARE_MAX);
		if ((how & MASKS_ONLY) != 0)
			op = below(2) == 0 ? COMPARE_EQ : COMPARE_MASKED_EQ;
		if ((how & ORDERS) != 0) {
			op = below(2) == 0 ? COMPARE_LE : COMPARE_GE;
			index = 0;
			n = 1;
		}
		conditions[i] = (struct condition){index, op, random_value(), random_value()};
		if ((how & UPPER) != 0) {
			conditions[i].value_two = (uint64_t)below(3) << 32;
			conditions[i].value = op == COMPARE_EQ ? conditions[i].value_two
							       : UINT64_MAX << 32 * below(2);
		}
		if ((how & TRIVIAL) != 0 && below(3) == 0)
			conditions[i] = always_true(index);
	}
	if ((how & ALLOW_LIST) != 0)
		verdict = (struct verdict){.action = ACTION_ALLOW};
	profile_add_rule(profile, name, verdict, conditions, n);
}

struct profile *random_profile(int how)
{
	struct profile *profile = profile_new();

	if ((how & ALLOW_LIST) == 0 && ((how & ORDERS) != 0 || below(3) == 0))
		profile->fallback = random_verdict();
	for (size_t i = 1; i < N_ABIS; i++)
		if ((how & ONE_ABI) == 0 && below(3) != 0)
			profile_add_abi(profile, abi_by_name(abis[i]));
	/* Where others are listed it is in the filter anyway. */
	if (profile->n_abis == 0 || below(2) == 0)
		profile_add_abi(profile, abi_by_name("x86_64"));
	/* libseccomp 2.5.4 loses x86's last rules where they are for a call like accept. */
	profile_add_rule(profile, "read", (struct verdict){ACTION_ERRNO, true, EIO}, NULL, 0);
	for (size_t i = 0; i < N_NAMES; i++) {
		size_t n = (how & SINGLE_RULE) != 0 ? below(2) : below(4);
		struct verdict verdict = random_verdict();
		while (n-- > 0) {
			/* Several take libseccomp for ever, at times. */
			add_random_rule(profile, names[i], n > 0 ? how & ~TRIVIAL : how, verdict);
			/* Which of two verdicts libseccomp takes is another matter. */
			if ((how & ORDERS) == 0)
				verdict = random_verdict();
		}
	}
	profile_sort(profile);
	return profile;
}

void random_args(const struct profile *const *profiles, size_t n, uint64_t *args)
{
	for (size_t i = 0; i < FILTER_ARGS; i++) {
		const struct profile *profile = profiles[below(n)];
		args[i] = random_value();
		if (profile->n_rules == 0 || below(3) == 0)
			continue;
		const struct rule *rule = &profile->rules[below(profile->n_rules)];
		if (rule->n_conditions == 0)
			continue;
		const struct condition *c = &rule->conditions[below(rule->n_conditions)];
		args[i] = (below(3) == 0 ? c->value_two : c->value) + below(3) - 1;
	}
}

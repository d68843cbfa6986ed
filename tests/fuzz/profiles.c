#include "profiles.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "format.h"
#include "strbuf.h"
#include "syscalls.h"

#define RULES_MAX 6
#define CONDITIONS_MAX 3

struct profile *fuzz_read(const uint8_t *data, size_t size, struct warnings *warnings)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	/* Not this machine: what is found on one is to be found on another. */
	const struct context context = {
		.abi = abi_by_name("x86_64"), .kernel = {6, 1}, .has_caps = true, .caps = 1};
	struct profile *profile = NULL;
	struct err err = {0};

	strbuf_add(&text, data, size);
	int r = format_read_as("f", text.s, text.len, &context, &profile, warnings, &err);
	if (r == 0)
		return profile;
	fuzz_expect_error(r, &err);
	return NULL;
}

/* socket and socketcall meet on x86 alone. */
static const char *const names[] = {"read", "personality", "ioctl", "socket", "socketcall"};
static const char *const abis[] = {"x86_64", "x86", "x32", "aarch64"};

static struct verdict make_verdict(struct fuzz_bytes *bytes)
{
	static const struct verdict all[] = {
		{ACTION_ALLOW, false, 0},        {ACTION_ERRNO, true, 1},
		{ACTION_ERRNO, true, 38},        {ACTION_LOG, false, 0},
		{ACTION_TRACE, true, 1},         {ACTION_TRAP, false, 0},
		{ACTION_KILL_PROCESS, false, 0}, {ACTION_KILL_THREAD, false, 0},
	};

	return all[fuzz_below(bytes, sizeof(all) / sizeof(all[0]))];
}

static void make_rule(struct fuzz_bytes *bytes, struct profile *profile)
{
	const char *name = names[fuzz_below(bytes, sizeof(names) / sizeof(names[0]))];
	struct verdict verdict = make_verdict(bytes);
	struct condition conditions[CONDITIONS_MAX];
	size_t n = fuzz_below(bytes, CONDITIONS_MAX + 1);

	for (uint32_t i = 0; i < n; i++) {
		conditions[i].index = 2 * i + (uint32_t)fuzz_below(bytes, 2);
		conditions[i].op = (enum compare)fuzz_below(bytes, COMPARE_MAX);
		conditions[i].value = fuzz_value(bytes);
		conditions[i].value_two =
			conditions[i].op == COMPARE_MASKED_EQ ? fuzz_value(bytes) : 0;
	}
	profile_add_rule(profile, name, verdict, conditions, n);
}

struct profile *fuzz_profile(struct fuzz_bytes *bytes)
{
	struct profile *profile = profile_new();
	size_t which = 1 + fuzz_below(bytes, 15), rules = fuzz_below(bytes, RULES_MAX + 1);

	profile->fallback = make_verdict(bytes);
	for (size_t i = 0; i < sizeof(abis) / sizeof(abis[0]); i++)
		if ((which >> i & 1) != 0)
			profile_add_abi(profile, abi_by_name(abis[i]));
	while (rules-- > 0)
		make_rule(bytes, profile);
	profile_sort(profile);
	return profile;
}

bool fuzz_call(struct fuzz_bytes *bytes, const struct profile *const *profiles, size_t n,
	       struct fuzz_call *call)
{
	call->abi = abi_by_name(abis[fuzz_below(bytes, sizeof(abis) / sizeof(abis[0]))]);
	call->name = names[fuzz_below(bytes, sizeof(names) / sizeof(names[0]))];
	for (size_t i = 0; i < 6; i++)
		call->args[i] = fuzz_value(bytes);
	/* At and beside the values that rules compare with, where decisions change. */
	const struct profile *profile = profiles[fuzz_below(bytes, n)];
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		if (strcmp(rule->name, call->name) != 0 || fuzz_below(bytes, 2) == 0)
			continue;
		for (size_t j = 0; j < rule->n_conditions; j++) {
			const struct condition *c = &rule->conditions[j];
			uint64_t value = c->op == COMPARE_MASKED_EQ ? c->value_two : c->value;
			call->args[c->index] = value + fuzz_below(bytes, 3) - 1;
		}
	}
	return syscalls_number(call->abi, call->name, &call->nr);
}

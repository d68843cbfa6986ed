#include "filters.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above. */
#include <cmocka.h>

#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"

/* libseccomp loses memory when it refuses a rule; that is not for the sanitizer to report. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_SANITIZER
#endif
#ifdef WITH_SANITIZER
#include <sanitizer/lsan_interface.h>
#define LOSING_MEMORY(call)                \
	({                                 \
		__lsan_disable();          \
		__auto_type result = call; \
		__lsan_enable();           \
		result;                    \
	})
#else
#define LOSING_MEMORY(call) (call)
#endif

/* ---- By the rules --------------------------------------------------------------------------- */

static bool is_narrow(const struct abi *abi)
{
	return strcmp(abi->name, "x86") == 0 || strcmp(abi->name, "x32") == 0;
}

static bool holds(const struct condition *c, uint64_t arg, uint64_t mask)
{
	uint64_t a = arg & mask, v = c->value & mask;

	switch (c->op) {
	case COMPARE_NE:
		return a != v;
	case COMPARE_LT:
		return a < v;
	case COMPARE_LE:
		return a <= v;
	case COMPARE_EQ:
		return a == v;
	case COMPARE_GE:
		return a >= v;
	case COMPARE_GT:
		return a > v;
	case COMPARE_MASKED_EQ:
		return (a & v) == (c->value_two & v);
	default:
		fail_msg("no such comparison: %d", (int)c->op);
		return false;
	}
}

/* An empty mask; GE 0 and LE max hold always as well, but are conditions to libseccomp. */
static bool is_no_condition(const struct condition *c, uint64_t mask)
{
	return c->op == COMPARE_MASKED_EQ && (c->value & mask) == 0;
}

static void add(struct verdicts *to, struct verdict verdict)
{
	if (verdicts_have(to, verdict))
		return;
	assert_true(to->n < sizeof(to->list) / sizeof(to->list[0]));
	to->list[to->n++] = verdict;
}

bool verdicts_have(const struct verdicts *verdicts, struct verdict verdict)
{
	for (size_t i = 0; i < verdicts->n; i++)
		if (verdict_equal(verdicts->list[i], verdict))
			return true;
	return false;
}

static bool has_abi(const struct profile *profile, const struct abi *abi)
{
	/* The native one is in every filter, and that is the one of which another is the second. */
	for (size_t i = 0; i < profile->n_abis; i++)
		if (profile->abis[i] == abi || abi_of_host(profile->abis[i]) == abi)
			return true;
	return abi == abi_native();
}

/*
 * The subcall of socketcall that this is, 0 if none: linux/net.h. A rule for the call is one for
 * socketcall as well, with that for its first argument.
 */
static uint64_t subcall_of(const char *name)
{
	static const char *const calls[] = {"socket", "bind", "connect", "listen", "accept"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i], name) == 0)
			return i + 1;
	return 0;
}

/* Is the rule about this call? *subcall: the first argument's value, if it must have one. */
static bool is_about(const struct rule *rule, const struct abi *abi, const char *name,
		     uint64_t *subcall)
{
	*subcall = 0;
	if (strcmp(rule->name, name) == 0)
		return true;
	if (strcmp(abi->name, "x86") != 0 || strcmp(name, "socketcall") != 0)
		return false;
	*subcall = subcall_of(rule->name);
	return *subcall != 0;
}

struct verdicts evaluate(const struct profile *profile, const struct abi *abi, const char *name,
			 const uint64_t args[FILTER_ARGS])
{
	const uint64_t mask = is_narrow(abi) ? UINT32_MAX : UINT64_MAX;
	struct verdicts hard = {0}, soft = {0};

	if (!has_abi(profile, abi)) {
		add(&hard, (struct verdict){.action = ACTION_KILL_PROCESS});
		return hard;
	}
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];
		uint64_t subcall;
		if (!is_about(rule, abi, name, &subcall) ||
		    verdict_equal(rule->verdict, profile->fallback))
			continue;
		bool all = subcall == 0 || (args[0] & mask) == subcall;
		bool unconditional = subcall == 0;
		for (size_t j = 0; j < rule->n_conditions; j++) {
			const struct condition *c = &rule->conditions[j];
			if (subcall != 0 && c->index == 0)
				continue;
			all &= holds(c, args[c->index], mask);
			unconditional &= is_no_condition(c, mask);
		}
		if (unconditional)
			add(&hard, rule->verdict);
		else if (all)
			add(&soft, rule->verdict);
	}
	if (hard.n > 0)
		return hard;
	if (soft.n == 0)
		add(&soft, profile->fallback);
	return soft;
}

int strictness(struct verdict verdict)
{
	switch (verdict.action) {
	case ACTION_ALLOW:
		return 0;
	case ACTION_LOG:
		return 1;
	case ACTION_TRACE:
		return 2;
	case ACTION_NOTIFY:
		return 3;
	case ACTION_ERRNO:
		return 4;
	case ACTION_TRAP:
		return 5;
	case ACTION_KILL_THREAD:
		return 6;
	default:
		return 7;
	}
}

int strictness_of(const struct verdicts *verdicts)
{
	int most = 0;

	for (size_t i = 0; i < verdicts->n; i++)
		if (strictness(verdicts->list[i]) > most)
			most = strictness(verdicts->list[i]);
	return most;
}

/* ---- By libseccomp -------------------------------------------------------------------------- */

static uint32_t action_code(struct verdict verdict)
{
	switch (verdict.action) {
	case ACTION_ALLOW:
		return SCMP_ACT_ALLOW;
	case ACTION_LOG:
		return SCMP_ACT_LOG;
	case ACTION_ERRNO:
		return SCMP_ACT_ERRNO(verdict.errno_ret);
	case ACTION_TRACE:
		return SCMP_ACT_TRACE(verdict.errno_ret);
	case ACTION_TRAP:
		return SCMP_ACT_TRAP;
	case ACTION_KILL_THREAD:
		return SCMP_ACT_KILL_THREAD;
	case ACTION_KILL_PROCESS:
		return SCMP_ACT_KILL_PROCESS;
	default:
		fail_msg("not used by tests: action %d", (int)verdict.action);
		return 0;
	}
}

static struct verdict verdict_of_code(uint32_t code)
{
	switch (code & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		return (struct verdict){.action = ACTION_ALLOW};
	case SECCOMP_RET_LOG:
		return (struct verdict){.action = ACTION_LOG};
	case SECCOMP_RET_ERRNO:
		return (struct verdict){ACTION_ERRNO, true, code & SECCOMP_RET_DATA};
	case SECCOMP_RET_TRACE:
		return (struct verdict){ACTION_TRACE, true, code & SECCOMP_RET_DATA};
	case SECCOMP_RET_TRAP:
		return (struct verdict){.action = ACTION_TRAP};
	case SECCOMP_RET_KILL_THREAD:
		return (struct verdict){.action = ACTION_KILL_THREAD};
	default:
		return (struct verdict){.action = ACTION_KILL_PROCESS};
	}
}

/* The comparisons have the same order in both. */
static enum scmp_compare compare_code(enum compare op)
{
	return (enum scmp_compare)((int)op + (int)SCMP_CMP_NE);
}

static int add_rule(scmp_filter_ctx ctx, const struct rule *rule)
{
	struct scmp_arg_cmp args[FILTER_ARGS];

	assert_true(rule->n_conditions <= FILTER_ARGS);
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];
		args[i] = (struct scmp_arg_cmp){c->index, compare_code(c->op), c->value,
						c->value_two};
	}
	return seccomp_rule_add_array(ctx, action_code(rule->verdict),
				      seccomp_syscall_resolve_name(rule->name),
				      (unsigned int)rule->n_conditions, args);
}

static void export(scmp_filter_ctx ctx, struct filter *filter)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	off_t size = lseek(fd, 0, SEEK_END);
	assert_true(size > 0);
	filter->n = (size_t)size / sizeof(struct sock_filter);
	filter->code = malloc((size_t)size);
	assert_non_null(filter->code);
	assert_int_equal(pread(fd, filter->code, (size_t)size, 0), size);
	(void)close(fd);
}

static int compare_order(const void *x, const void *y)
{
	const struct rule *a = *(const struct rule *const *)x;
	const struct rule *b = *(const struct rule *const *)y;

	return (a->order > b->order) - (a->order < b->order);
}

static const struct rule **in_order(const struct profile *profile)
{
	const struct rule **rules = calloc(profile->n_rules + 1, sizeof(*rules));

	assert_non_null(rules);
	for (size_t i = 0; i < profile->n_rules; i++)
		rules[i] = &profile->rules[i];
	qsort(rules, profile->n_rules, sizeof(*rules), compare_order);
	return rules;
}

static void add_abi(scmp_filter_ctx ctx, const struct abi *abi)
{
	int r = seccomp_arch_add(ctx, abi->scmp);

	assert_true(r == 0 || r == -EEXIST);
}

bool filter_compile(const struct profile *profile, struct filter *filter)
{
	scmp_filter_ctx ctx = seccomp_init(action_code(profile->fallback));

	assert_non_null(ctx);
	assert_int_equal(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), 0);
	for (size_t i = 0; i < profile->n_abis; i++) {
		const struct abi *host = abi_of_host(profile->abis[i]);
		add_abi(ctx, profile->abis[i]);
		if (host != NULL)
			add_abi(ctx, host);
	}
	/* As it would be on a machine of theirs. */
	if (!has_abi(profile, abi_native()))
		assert_int_equal(seccomp_arch_remove(ctx, abi_native()->scmp), 0);
	const struct rule **rules = in_order(profile);
	int r = 0;
	for (size_t i = 0; i < profile->n_rules && r == 0; i++)
		if (!verdict_equal(rules[i]->verdict, profile->fallback))
			r = LOSING_MEMORY(add_rule(ctx, rules[i]));
	free(rules);
	if (r == 0)
		export(ctx, filter);
	else
		assert_int_equal(r, -EEXIST);
	seccomp_release(ctx);
	return r == 0;
}

void filter_release(struct filter *filter)
{
	free(filter->code);
	*filter = (struct filter){0};
}

bool filter_compiles(const struct profile *profile)
{
	struct filter filter;
	bool compiled = filter_compile(profile, &filter);

	if (compiled)
		filter_release(&filter);
	return compiled;
}

static bool jumps(const struct sock_filter *at, uint32_t a)
{
	switch (at->code) {
	case BPF_JMP | BPF_JEQ | BPF_K:
		return a == at->k;
	case BPF_JMP | BPF_JGT | BPF_K:
		return a > at->k;
	case BPF_JMP | BPF_JGE | BPF_K:
		return a >= at->k;
	case BPF_JMP | BPF_JSET | BPF_K:
		return (a & at->k) != 0;
	default:
		fail_msg("an instruction that libseccomp does not use: %#x", at->code);
		return false;
	}
}

struct verdict filter_run(const struct filter *filter, const struct abi *abi, int32_t nr,
			  const uint64_t args[FILTER_ARGS])
{
	struct seccomp_data data = {.nr = (int)abi_raw_number(abi, nr), .arch = abi->audit};
	uint32_t a = 0;

	memcpy(data.args, args, sizeof(data.args));
	for (size_t pc = 0; pc < filter->n; pc++) {
		const struct sock_filter *at = &filter->code[pc];
		if (at->code == (BPF_LD | BPF_W | BPF_ABS))
			memcpy(&a, (const char *)&data + at->k, sizeof(a));
		else if (at->code == (BPF_ALU | BPF_AND | BPF_K))
			a &= at->k;
		else if (at->code == (BPF_JMP | BPF_JA))
			pc += at->k;
		else if (at->code == (BPF_RET | BPF_K))
			return verdict_of_code(at->k);
		else
			pc += jumps(at, a) ? at->jt : at->jf;
	}
	fail_msg("a filter that does not end");
	return (struct verdict){.action = ACTION_KILL_PROCESS};
}

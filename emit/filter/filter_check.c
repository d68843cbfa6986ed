#include "filter_check.h"

#include <inttypes.h>
#include <linux/seccomp.h>

#include "probes.h"
#include "syscalls.h"

/* Instructions that a check of one number plays at most, if it has tried some calls. */
#define STEPS_MAX 4000000

/* ---- Playing -------------------------------------------------------------------------------- */

static struct verdict verdict_of_code(uint32_t code)
{
	switch (code & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		return (struct verdict){.action = ACTION_ALLOW};
	case SECCOMP_RET_LOG:
		return (struct verdict){.action = ACTION_LOG};
	case SECCOMP_RET_USER_NOTIF:
		return (struct verdict){.action = ACTION_NOTIFY};
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

static uint32_t load(const struct seccomp_data *data, uint32_t offset)
{
	const uint32_t *words = (const uint32_t *)(const void *)data;

	return offset < sizeof(*data) ? words[offset / sizeof(*words)] : 0;
}

static bool jumps(const struct sock_filter *at, uint32_t a)
{
	switch (BPF_OP(at->code)) {
	case BPF_JEQ:
		return a == at->k;
	case BPF_JGT:
		return a > at->k;
	case BPF_JGE:
		return a >= at->k;
	default:
		return (a & at->k) != 0;
	}
}

struct verdict program_run(const struct program *program, const struct abi *abi, int32_t nr,
			   const uint64_t args[COMPILED_ARGS])
{
	struct seccomp_data data = {.nr = (int)abi_raw_number(abi, nr), .arch = abi->audit};
	uint32_t a = 0;

	for (size_t i = 0; i < COMPILED_ARGS; i++)
		data.args[i] = args[i];
	for (size_t pc = 0; pc < program->n; pc++) {
		const struct sock_filter *at = &program->code[pc];

		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			a = load(&data, at->k);
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= at->k;
			break;
		case BPF_JMP | BPF_JA:
			pc += at->k;
			break;
		case BPF_RET | BPF_K:
			return verdict_of_code(at->k);
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += jumps(at, a) ? at->jt : at->jf;
			break;
		default:
			return (struct verdict){.action = ACTION_KILL_PROCESS};
		}
	}
	return (struct verdict){.action = ACTION_KILL_PROCESS};
}

/* ---- What rules say ------------------------------------------------------------------------- */

bool verdict_set_has(const struct verdict_set *set, struct verdict verdict)
{
	for (size_t i = 0; i < set->n; i++)
		if (verdict_same_effect(set->list[i], verdict))
			return true;
	return set->n == VERDICTS_MAX;
}

static void add(struct verdict_set *set, struct verdict verdict)
{
	if (!verdict_set_has(set, verdict))
		set->list[set->n++] = verdict;
}

struct verdict verdict_set_strictest(const struct verdict_set *set)
{
	struct verdict strictest = set->list[0];

	for (size_t i = 1; i < set->n; i++)
		if (verdict_compare_strictness(set->list[i], strictest) > 0)
			strictest = set->list[i];
	return strictest;
}

void rules_say(const struct compiled_rule *made, size_t n, struct verdict fallback,
	       unsigned int bits, const uint64_t args[COMPILED_ARGS], struct verdict_set *said)
{
	*said = (struct verdict_set){.n = 0};
	/* Those without conditions come first, and are all that counts. */
	for (size_t i = 0; i < n && made[i].n_conditions == 0; i++)
		add(said, made[i].rule->verdict);
	for (size_t i = 0; i < n && made[0].n_conditions > 0; i++)
		if (compiled_rule_holds(&made[i], args, bits))
			add(said, made[i].rule->verdict);
	if (said->n == 0)
		add(said, fallback);
}

/* ---- Checking ------------------------------------------------------------------------------- */

bool filter_check_number(const struct program *program, const struct abi *abi,
			 const struct compiled_rule *made, size_t n, struct verdict fallback,
			 size_t max_calls, struct flaw *flaw)
{
	const unsigned int bits = abi_argument_bits(abi);
	size_t max = STEPS_MAX / (program->n + 1);
	struct probes *probes = probes_new(bits);
	uint64_t args[COMPILED_ARGS];
	bool found = false;

	max = max < CHECK_CALLS_SOME ? CHECK_CALLS_SOME : max;
	max = max > max_calls ? max_calls : max;
	probes_add(probes, made, n);
	while (!(found && flaw->wider) && probes_next(probes, max, args)) {
		struct verdict_set said;
		struct verdict decided = program_run(program, abi, made->nr, args);

		rules_say(made, n, fallback, bits, args, &said);
		if (verdict_set_has(&said, decided))
			continue;
		struct verdict strictest = verdict_set_strictest(&said);
		bool wider = verdict_compare_strictness(decided, strictest) < 0;
		if (found && !wider)
			continue;
		found = true;
		*flaw = (struct flaw){abi, made, n, {0}, strictest, decided, wider};
		for (size_t i = 0; i < COMPILED_ARGS; i++)
			flaw->args[i] = args[i];
	}
	(void)probes_free(probes);
	return found;
}

/* ---- Words ---------------------------------------------------------------------------------- */

void verdict_describe(struct verdict verdict, struct strbuf *out)
{
	strbuf_adds(out, action_oci_name(verdict.action));
	if (verdict.has_errno)
		strbuf_addf(out, " %" PRIu32, verdict.errno_ret);
}

void call_describe(const char *name, const uint64_t args[COMPILED_ARGS], struct strbuf *out)
{
	size_t n = COMPILED_ARGS;

	while (n > 0 && args[n - 1] == 0)
		n--;
	strbuf_addf(out, "%s(", name);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s%#" PRIx64, i > 0 ? ", " : "", args[i]);
	strbuf_addch(out, ')');
}

void flaw_describe(const struct flaw *flaw, struct strbuf *out)
{
	char name[SYSCALL_NAME_MAX];

	(void)syscalls_name(flaw->abi, flaw->made->nr, name);
	strbuf_adds(out, "with which ");
	call_describe(name, flaw->args, out);
	strbuf_addf(out, " on %s gets ", flaw->abi->name);
	verdict_describe(flaw->decided, out);
	strbuf_adds(out, " and not ");
	verdict_describe(flaw->said, out);
}

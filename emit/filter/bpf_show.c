#include "bpf_show.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "alloc.h"
#include "array.h"
#include "strbuf.h"
#include "syscalls.h"
#include "text.h"

#define DATA_ARGS offsetof(struct seccomp_data, args)
#define DATA_END sizeof(struct seccomp_data)

/* The word of an argument that comes first in memory. */
#define FIRST_WORD (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "low" : "high")
#define SECOND_WORD (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "high" : "low")

/* What the accumulator holds at a place: the word at this offset, or what nobody knows. */
#define UNKNOWN UINT32_MAX

/* Larger numbers have a flag in them, such as that of x32. */
#define NR_DECIMAL 0x10000

/* What is known before an instruction, from all ways that lead there. */
struct state {
	bool reached;
	uint32_t loaded;
	const struct abi *abi; /* NULL: not known */
};

/* bpf_check_classic() and seccomp_check_filter() of the kernel. */
static bool is_allowed(const struct sock_filter *at)
{
	switch (at->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return at->k < DATA_END && at->k % 4 == 0;
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_IMM:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_ALU | BPF_NEG:
		return true;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return at->k < BPF_MEMWORDS;
	default:
		break;
	}
	unsigned int op = BPF_OP(at->code);
	if (BPF_CLASS(at->code) == BPF_JMP)
		return op == BPF_JA || op == BPF_JEQ || op == BPF_JGT || op == BPF_JGE ||
		       op == BPF_JSET;
	return BPF_CLASS(at->code) == BPF_ALU && op <= BPF_XOR && op != BPF_MOD && op != BPF_NEG;
}

static bool jumps_stay_inside(const struct sock_filter *at, size_t left)
{
	if (BPF_CLASS(at->code) != BPF_JMP)
		return true;
	if (BPF_OP(at->code) == BPF_JA)
		return at->k < left;
	return at->jt < left && at->jf < left;
}

static struct sock_filter *copy_program(const char *data, size_t len)
{
	return memcpy(xmalloc(len), data, len);
}

bool bpf_is_program(const char *data, size_t len)
{
	size_t n = len / sizeof(struct sock_filter);

	if (n == 0 || n > BPF_MAXINSNS || len % sizeof(struct sock_filter) != 0)
		return false;
	cleanup_free struct sock_filter *program = copy_program(data, len);
	for (size_t i = 0; i < n; i++)
		if (!is_allowed(&program[i]) || !jumps_stay_inside(&program[i], n - i - 1))
			return false;
	return BPF_CLASS(program[n - 1].code) == BPF_RET;
}

static void add_place(uint32_t offset, struct strbuf *out)
{
	if (offset == offsetof(struct seccomp_data, nr))
		strbuf_adds(out, "nr");
	else if (offset == offsetof(struct seccomp_data, arch))
		strbuf_adds(out, "arch");
	else if (offset == UNKNOWN)
		strbuf_adds(out, "A");
	else if (offset < DATA_ARGS)
		strbuf_addf(out, "ip.%s", offset % 8 == 0 ? FIRST_WORD : SECOND_WORD);
	else
		strbuf_addf(out, "arg%zu.%s", (offset - DATA_ARGS) / 8,
			    offset % 8 == 0 ? FIRST_WORD : SECOND_WORD);
}

/* A number that is compared with what was loaded. */
static void add_value(const struct state *state, uint32_t value, bool equal, struct strbuf *out)
{
	char name[SYSCALL_NAME_MAX];
	const struct abi *abi;
	int32_t nr;

	if (state->loaded == offsetof(struct seccomp_data, arch)) {
		abi = abi_of_audit(value);
		if (abi != NULL) {
			strbuf_adds(out, abi->name);
			return;
		}
	}
	if (state->loaded == offsetof(struct seccomp_data, nr)) {
		abi = state->abi != NULL ? abi_of_call(state->abi->audit, value, &nr) : NULL;
		bool named = abi != NULL && syscalls_name(abi, nr, name);
		if (named && equal) {
			strbuf_adds(out, name);
			return;
		}
		if (value < NR_DECIMAL || value == UINT32_MAX) {
			strbuf_addf(out, "%" PRId32, (int32_t)value);
			if (named)
				strbuf_addf(out, " (%s)", name);
			return;
		}
	}
	strbuf_addf(out, "0x%" PRIx32, value);
}

static const struct {
	unsigned int op;
	const char *sign, *opposite;
} comparisons[] = {
	{BPF_JEQ, "==", "!="},
	{BPF_JGT, ">", "<="},
	{BPF_JGE, ">=", "<"},
};

static void add_condition(const struct sock_filter *at, const struct state *state, bool opposite,
			  struct strbuf *out)
{
	bool by_x = BPF_SRC(at->code) == BPF_X;

	strbuf_adds(out, "if ");
	add_place(state->loaded, out);
	if (BPF_OP(at->code) == BPF_JSET) {
		if (by_x)
			strbuf_adds(out, " & X");
		else
			strbuf_addf(out, " & 0x%" PRIx32, at->k);
		strbuf_adds(out, opposite ? " == 0" : " != 0");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++)
		if (comparisons[i].op == BPF_OP(at->code))
			strbuf_addf(out, " %s ",
				    opposite ? comparisons[i].opposite : comparisons[i].sign);
	if (by_x)
		strbuf_addch(out, 'X');
	else
		add_value(state, at->k, BPF_OP(at->code) == BPF_JEQ, out);
}

static void describe_jump(const struct sock_filter *at, size_t i, const struct state *state,
			  struct strbuf *out)
{
	if (BPF_OP(at->code) == BPF_JA) {
		strbuf_addf(out, "goto %zu", i + 1 + at->k);
		return;
	}
	if (at->jt == at->jf) {
		strbuf_addf(out, "goto %zu", i + 1 + at->jt);
		return;
	}
	add_condition(at, state, at->jt == 0, out);
	strbuf_addf(out, " goto %zu", i + 1 + (at->jt == 0 ? at->jf : at->jt));
	if (at->jt != 0 && at->jf != 0)
		strbuf_addf(out, " else goto %zu", i + 1 + at->jf);
}

static void describe_return(const struct sock_filter *at, struct strbuf *out)
{
	static const struct {
		uint32_t action;
		const char *name;
	} actions[] = {
		{SECCOMP_RET_KILL_PROCESS, "KILL_PROCESS"},
		{SECCOMP_RET_KILL_THREAD, "KILL_THREAD"},
		{SECCOMP_RET_TRAP, "TRAP"},
		{SECCOMP_RET_ERRNO, "ERRNO"},
		{SECCOMP_RET_USER_NOTIF, "NOTIFY"},
		{SECCOMP_RET_TRACE, "TRACE"},
		{SECCOMP_RET_LOG, "LOG"},
		{SECCOMP_RET_ALLOW, "ALLOW"},
	};
	uint32_t data = at->k & SECCOMP_RET_DATA;

	if (BPF_RVAL(at->code) == BPF_A) {
		strbuf_adds(out, "return A");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (actions[i].action != (at->k & SECCOMP_RET_ACTION_FULL))
			continue;
		strbuf_addf(out, "return %s", actions[i].name);
		const char *name =
			actions[i].action == SECCOMP_RET_ERRNO ? errno_name((int)data) : NULL;
		if (name != NULL)
			strbuf_addf(out, " %" PRIu32 " (%s)", data, name);
		else if (data != 0)
			strbuf_addf(out, " %" PRIu32, data);
		return;
	}
	strbuf_addf(out, "return 0x%" PRIx32, at->k);
}

static void describe_alu(const struct sock_filter *at, struct strbuf *out)
{
	static const char *const signs[] = {"+",  "-",  "*", "/", "|", "&",
					    "<<", ">>", "-", "%", "^"};

	if (BPF_OP(at->code) == BPF_NEG)
		strbuf_adds(out, "A = -A");
	else if (BPF_SRC(at->code) == BPF_X)
		strbuf_addf(out, "A %s= X", signs[BPF_OP(at->code) >> 4]);
	else
		strbuf_addf(out, "A %s= 0x%" PRIx32, signs[BPF_OP(at->code) >> 4], at->k);
}

static void describe_load(const struct sock_filter *at, const char *target, struct strbuf *out)
{
	switch (BPF_MODE(at->code)) {
	case BPF_ABS:
		strbuf_adds(out, "load ");
		add_place(at->k, out);
		break;
	case BPF_MEM:
		strbuf_addf(out, "%s = M[%" PRIu32 "]", target, at->k);
		break;
	case BPF_LEN:
		strbuf_addf(out, "%s = %zu", target, DATA_END);
		break;
	default:
		strbuf_addf(out, "%s = 0x%" PRIx32, target, at->k);
	}
}

static void describe(const struct sock_filter *at, size_t i, const struct state *state,
		     struct strbuf *out)
{
	switch (BPF_CLASS(at->code)) {
	case BPF_LD:
		describe_load(at, "A", out);
		break;
	case BPF_LDX:
		describe_load(at, "X", out);
		break;
	case BPF_ST:
	case BPF_STX:
		strbuf_addf(out, "M[%" PRIu32 "] = %s", at->k,
			    BPF_CLASS(at->code) == BPF_ST ? "A" : "X");
		break;
	case BPF_ALU:
		describe_alu(at, out);
		break;
	case BPF_JMP:
		describe_jump(at, i, state, out);
		break;
	case BPF_RET:
		describe_return(at, out);
		break;
	default:
		strbuf_adds(out, BPF_MISCOP(at->code) == BPF_TAX ? "X = A" : "A = X");
	}
}

/* One more way leads to a place. */
static void join(struct state *place, struct state from)
{
	if (!place->reached) {
		*place = from;
		return;
	}
	if (place->loaded != from.loaded)
		place->loaded = UNKNOWN;
	if (place->abi != from.abi)
		place->abi = NULL;
}

/* Jumps go forward only, so one pass in order knows everything. */
static void follow(const struct sock_filter *at, size_t i, struct state *states)
{
	struct state next = states[i];
	unsigned int class = BPF_CLASS(at->code);

	if (class == BPF_RET || !next.reached)
		return;
	if (class == BPF_JMP && BPF_OP(at->code) == BPF_JA) {
		join(&states[i + 1 + at->k], next);
		return;
	}
	if (class == BPF_JMP) {
		struct state yes = next;
		if (at->code == (BPF_JMP | BPF_JEQ | BPF_K) &&
		    next.loaded == offsetof(struct seccomp_data, arch))
			yes.abi = abi_of_audit(at->k);
		join(&states[i + 1 + at->jt], yes);
		join(&states[i + 1 + at->jf], next);
		return;
	}
	if (at->code == (BPF_LD | BPF_W | BPF_ABS))
		next.loaded = at->k;
	else if (class == BPF_LD || class == BPF_ALU || at->code == (BPF_MISC | BPF_TXA))
		next.loaded = UNKNOWN;
	join(&states[i + 1], next);
}

struct bpf_line *bpf_lines(const char *data, size_t len, size_t *n)
{
	*n = len / sizeof(struct sock_filter);
	cleanup_free struct sock_filter *program = copy_program(data, len);
	cleanup_free struct state *states = xcalloc(*n, sizeof(*states));
	struct bpf_line *lines = xcalloc(*n, sizeof(*lines));

	states[0] = (struct state){.reached = true, .loaded = UNKNOWN};
	for (size_t i = 0; i < *n; i++) {
		const struct sock_filter *at = &program[i];
		struct strbuf text = STRBUF_INIT;

		if (!states[i].reached)
			states[i].loaded = UNKNOWN;
		follow(at, i, states);
		describe(at, i, &states[i], &text);
		lines[i] = (struct bpf_line){at->code, at->jt, at->jf, at->k, strbuf_steal(&text)};
	}
	return lines;
}

void bpf_lines_free(struct bpf_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(lines[i].text);
	free(lines);
}

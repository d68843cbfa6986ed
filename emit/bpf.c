#include "bpf.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "oci.h"
#include "oci_parts.h"
#include "plain.h"
#include "syscalls.h"

static const enum scmp_compare compares[COMPARE_MAX] = {
	[COMPARE_NE] = SCMP_CMP_NE,
	[COMPARE_LT] = SCMP_CMP_LT,
	[COMPARE_LE] = SCMP_CMP_LE,
	[COMPARE_EQ] = SCMP_CMP_EQ,
	[COMPARE_GE] = SCMP_CMP_GE,
	[COMPARE_GT] = SCMP_CMP_GT,
	[COMPARE_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static uint32_t scmp_action(struct verdict verdict)
{
	switch (verdict.action) {
	case ACTION_ALLOW:
		return SCMP_ACT_ALLOW;
	case ACTION_LOG:
		return SCMP_ACT_LOG;
	case ACTION_NOTIFY:
		return SCMP_ACT_NOTIFY;
	case ACTION_TRACE:
		return SCMP_ACT_TRACE(verdict.errno_ret);
	case ACTION_ERRNO:
		return SCMP_ACT_ERRNO(verdict.errno_ret);
	case ACTION_TRAP:
		return SCMP_ACT_TRAP;
	case ACTION_KILL_PROCESS:
		return SCMP_ACT_KILL_PROCESS;
	default:
		return SCMP_ACT_KILL_THREAD;
	}
}

static int add_abis(scmp_filter_ctx filter, const struct abi *const *abis, size_t n,
		    struct err *err)
{
	bool native = false;

	for (size_t i = 0; i < n; i++) {
		int r = seccomp_arch_add(filter, abis[i]->scmp);

		native = native || abis[i]->scmp == seccomp_arch_native();
		if (r < 0 && r != -EEXIST)
			return err_sys(err, -r, "libseccomp cannot make a filter for ABI %s",
				       abis[i]->name);
	}
	if (!native)
		(void)seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
	return 0;
}

/*
 * The machine's own number, from which libseccomp finds those of other ABIs by the name. A call
 * that it does not know can only be added for the machine itself. Returns false when it cannot.
 */
static bool number_for(const struct rule *rule, const struct abi *const *abis, size_t n,
		       int *number)
{
	int32_t nr;

	*number = seccomp_syscall_resolve_name(rule->name);
	if (*number != __NR_SCMP_ERROR)
		return true;
	if (n != 1 || abis[0] != abi_native() || !syscalls_number(abis[0], rule->name, &nr))
		return false;
	*number = (int)abi_raw_number(abis[0], nr);
	return true;
}

/* What libseccomp has no number for, though the ABI has the call, can be decided before it. */
static bool goes_before(const struct profile *profile, const struct rule *rule,
			const struct abi *const *abis, size_t n, const struct abi *abi,
			uint32_t *raw_number)
{
	int number;
	int32_t nr;

	if (rule->n_conditions > 0 || plain_is_fallback(profile, rule) ||
	    number_for(rule, abis, n, &number) || !syscalls_number(abi, rule->name, &nr))
		return false;
	*raw_number = abi_raw_number(abi, nr);
	return true;
}

static void add_instruction(struct strbuf *out, struct sock_filter instruction)
{
	strbuf_add(out, &instruction, sizeof(instruction));
}

/* Jumps over a call's return, and over a whole block, have to fit 8 bits. */
#define BLOCK_RULES 100

/*
 * The calls of one ABI, from rule *i on, as a block in front of libseccomp's program: that one
 * begins with loading the architecture, so it does not mind what was loaded.
 */
static void add_block(const struct profile *profile, const struct abi *const *abis, size_t n,
		      const struct abi *abi, size_t *i, struct strbuf *out)
{
	struct sock_filter calls[2 * BLOCK_RULES];
	uint32_t number;
	uint8_t len = 0;

	for (; *i < profile->n_rules && len < 2 * BLOCK_RULES; (*i)++) {
		const struct rule *rule = &profile->rules[*i];

		if (!goes_before(profile, rule, abis, n, abi, &number))
			continue;
		calls[len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
		calls[len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, scmp_action(rule->verdict));
	}
	if (len == 0)
		return;
	add_instruction(out, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							  offsetof(struct seccomp_data, arch)));
	add_instruction(out, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abi->audit, 0,
							  (uint8_t)(len + 1)));
	add_instruction(out, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							  offsetof(struct seccomp_data, nr)));
	strbuf_add(out, calls, len * sizeof(*calls));
}

static void add_blocks(const struct profile *profile, const struct abi *const *abis, size_t n,
		       struct strbuf *out)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < profile->n_rules;)
			add_block(profile, abis, n, abis[k], &i, out);
}

/* Has one of the ABIs the call, in front of libseccomp's program? */
static bool is_before(const struct profile *profile, const struct rule *rule,
		      const struct abi *const *abis, size_t n)
{
	uint32_t number;

	for (size_t k = 0; k < n; k++)
		if (goes_before(profile, rule, abis, n, abis[k], &number))
			return true;
	return false;
}

static int add_rule(scmp_filter_ctx filter, const struct rule *rule, int number, struct err *err)
{
	struct scmp_arg_cmp conditions[6];
	unsigned int n = 0;

	for (; n < rule->n_conditions; n++) {
		const struct condition *c = &rule->conditions[n];
		conditions[n] = (struct scmp_arg_cmp){.arg = c->index,
						      .op = compares[c->op],
						      .datum_a = c->value,
						      .datum_b = c->value_two};
	}
	int r = seccomp_rule_add_array(filter, scmp_action(rule->verdict), number, n, conditions);
	/* The same rule again, or one that another covers. */
	if (r == -EEXIST)
		return 0;
	return r < 0 ? err_sys(err, -r, "libseccomp refuses the rule for %s", rule->name) : 0;
}

static int add_rules(scmp_filter_ctx filter, const struct profile *profile,
		     const struct abi *const *abis, size_t n, const struct writing *writing,
		     struct err *err)
{
	int r = 0, number;

	for (size_t i = 0; r == 0 && i < profile->n_rules; i++) {
		const struct rule *rule = &profile->rules[i];

		if (plain_is_fallback(profile, rule))
			continue;
		if (number_for(rule, abis, n, &number))
			r = add_rule(filter, rule, number, err);
		else if (!is_before(profile, rule, abis, n))
			warnings_add(writing->warnings, WARNING_CHANGED, 0,
				     "libseccomp here does not know \"%s\": it is left out",
				     rule->name);
	}
	return r;
}

static int export(scmp_filter_ctx filter, struct strbuf *out, struct err *err)
{
	cleanup_close int fd = memfd_create("seccomp-learn", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "cannot make a file in memory");
	int r = seccomp_export_bpf(filter, fd);
	if (r < 0)
		return err_sys(err, -r, "libseccomp cannot make the program");
	off_t size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		return err_sys(err, errno, "cannot read the program");
	strbuf_reserve(out, (size_t)size);
	ssize_t got = pread(fd, out->s + out->len, (size_t)size, 0);
	if (got != size)
		return err_sys(err, got < 0 ? errno : EIO, "cannot read the program");
	out->len += (size_t)size;
	out->s[out->len] = '\0';
	return 0;
}

int bpf_write(const struct profile *profile, const struct writing *writing, struct strbuf *out,
	      struct err *err)
{
	const struct abi *own, *const *abis;
	size_t n = plain_abis(profile, writing, &own, &abis);
	int r = oci_check(profile, "bpf", err);

	if (r < 0)
		return r;
	plain_drop_settings(profile, "bpf", writing);
	scmp_filter_ctx filter = seccomp_init(scmp_action(profile->fallback));
	if (filter == NULL)
		return err_set(err, EINVAL, "libseccomp refuses %s as the default",
			       action_oci_name(profile->fallback.action));
	r = add_abis(filter, abis, n, err);
	if (r == 0)
		r = add_rules(filter, profile, abis, n, writing, err);
	if (r == 0) {
		add_blocks(profile, abis, n, out);
		r = export(filter, out, err);
	}
	seccomp_release(filter);
	return r;
}

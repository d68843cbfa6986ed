/* The paper kernel's answers about one thread: memory, registers, signals, filters. */
#include "script_state.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int script_read_memory(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len)
{
	struct script *s = script_of(k);

	(void)address;
	const struct line *line = script_stopped(s, tid);
	if (script_gone(s, tid))
		return -ESRCH;
	if (len == ARCH_CALL_BYTES) {
#if defined(__aarch64__)
		static const unsigned char code[ARCH_CALL_BYTES] = {0x01, 0x00, 0x00, 0xd4};
#else
		static const unsigned char code[ARCH_CALL_BYTES] = {0x90, 0x90, 0x0f, 0x05};
#endif
		memcpy(data, code, len);
		return line->no_call ? -EFAULT : 0;
	}
	if (line->memory_error != 0)
		return line->memory_error;
	if (!line->has_memory || len != sizeof(line->memory))
		return -EFAULT;
	memcpy(data, &line->memory, len);
	return 0;
}

/* The program of a sieve begins behind its description. */
static int script_write_memory(struct kernel *k, pid_t tid, uint64_t address, const void *data,
			       size_t len)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	script_did(s, "write %d", (int)tid);
	if (address == FIRST_PAGE && len >= 64 && len - 64 <= sizeof(s->loaded))
		memcpy(memset(s->loaded, 0, sizeof(s->loaded)), (const char *)data + 64, len - 64);
	return script_gone(s, tid) ? -ESRCH : 0;
}

static int script_open_memory(struct kernel *k, pid_t tid)
{
	(void)script_stopped(script_of(k), tid);
	return -EACCES;
}

static int script_signal_info(struct kernel *k, pid_t tid, siginfo_t *info)
{
	if (world_is_untraced(&script_of(k)->world, tid))
		return -ESRCH;
	const struct line *line = script_stopped(script_of(k), tid);

	memset(info, 0, sizeof(*info));
	info->si_code = line->siginfo_code;
	info->si_pid = line->siginfo_pid;
	return script_gone(script_of(k), tid) ? -ESRCH : 0;
}

static int script_is_init(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);

	return script_gone(s, tid) || s->play == PLAY_NO_PROC ? -ENOENT : line->is_init;
}

static int script_handles(struct kernel *k, pid_t tid, int sig)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);

	(void)sig;
	if (script_gone(s, tid) || s->play == PLAY_NO_PROC || line->handles_hidden)
		return -ENOENT;
	return line->handles;
}

static int script_interrupt(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if (script_gone(s, tid))
		return -ESRCH;
	script_did(s, "interrupt %d", (int)tid);
	return 0;
}

static int script_detach(struct kernel *k, pid_t tid, int sig)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);

	if (WIFSTOPPED(line->status) && line->status >> 16 == PTRACE_EVENT_STOP &&
	    WSTOPSIG(line->status) != SIGTRAP)
		script_broken(s, "detached in a stop of the whole process");
	if (script_gone(s, tid))
		return -ESRCH;
	if (line == s->now)
		s->answers++;
	script_did(s, "detach %d", (int)tid);
	if (sig != 0)
		strbuf_addf(&s->done, " sig %d", sig);
	*script_find_standing(s, tid) = NULL;
	world_detached(&s->world, tid, tid == MAIN);
	return 0;
}

static bool script_stands(struct kernel *k, pid_t tid)
{
	return script_find_standing(script_of(k), tid) != NULL;
}

static long script_filter_count(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);

	if (script_gone(s, tid))
		return -ESRCH;
	return s->play == PLAY_NO_PROC ? -ENOENT : line->filters;
}

static long script_last_filter(struct kernel *k, pid_t tid, struct sock_filter *insns, size_t max)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);
	size_t n = max;

	if (script_gone(s, tid))
		return -ESRCH;
	if (!s->scenario->privileged)
		return -EACCES;
	memcpy(insns, s->loaded, max * sizeof(*insns));
	while (n > 0 && insns[n - 1].code == 0)
		n--;
	insns[0].k += line->changed;
	return (long)n;
}

static int script_get_mask(struct kernel *k, pid_t tid, uint64_t *mask)
{
	(void)script_stopped(script_of(k), tid);
	*mask = 5;
	return script_gone(script_of(k), tid) ? -ESRCH : 0;
}

static int script_set_mask(struct kernel *k, pid_t tid, uint64_t mask)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	script_did(s, "%s %d", mask == 5 ? "unmask" : "mask", (int)tid);
	return script_gone(s, tid) ? -ESRCH : 0;
}

static bool script_same_user_namespace(struct kernel *k, pid_t tid)
{
	return !script_gone(script_of(k), tid);
}

/* Where each thread stands after a call. */
#define AFTER_CALL 0x5000

/* ERESTARTNOHAND of the kernel. */
#define RESULT_OF_RESTART (-514)

/* Of a call that it is made to make, what matters of its arguments. */
static void did_arguments(struct script *s, uint64_t nr, uint64_t flags, uint64_t protection)
{
	if (nr == SYS_mmap)
		strbuf_addf(&s->done, " prot %d", (int)protection);
	if (nr != SYS_seccomp || (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
		return;
	strbuf_adds(&s->done, " listens");
	for (size_t i = 0; i < SIEVE_MAX; i++)
		if (s->loaded[i].code == (BPF_JMP | BPF_JGE | BPF_K) && s->loaded[i].k == 59)
			strbuf_adds(&s->done, ", exec passes");
}

#if defined(__x86_64__) && !defined(__ILP32__)
/* Where a call has returned, its result is in them. */
static void fill_registers(const struct line *line, arch_registers *regs)
{
	regs->cs = 0x33;
	regs->rip = AFTER_CALL;
	regs->orig_rax = ~0ULL;
	if (line->info.op == PTRACE_SYSCALL_INFO_EXIT)
		regs->rax = (uint64_t)line->info.exit.rval;
	if (line->broken_off)
		regs->rax = (unsigned long long)-EINTR;
	if (line->call_args[0] != 0)
		regs->orig_rax = (unsigned long long)line->call_nr;
	regs->rdi = line->call_args[0];
	regs->rsi = line->call_args[1];
	regs->rdx = line->call_args[2];
	regs->r10 = line->call_args[3];
	regs->r8 = line->call_args[4];
	regs->r9 = line->call_args[5];
}

static bool did_again(struct script *s, pid_t tid, const arch_registers *regs)
{
	if ((int64_t)regs->rax != RESULT_OF_RESTART)
		return false;
	script_did(s, "restart %d", (int)tid);
	return true;
}

/* Do they make the thread repeat its system call instruction? Then says as which call. */
static bool did_call(struct script *s, pid_t tid, const arch_registers *regs)
{
	if (regs->rip == AFTER_CALL)
		return false;
	script_did(s, "call %d %d", (int)tid, (int)regs->rax);
	did_arguments(s, regs->rax, regs->rsi, regs->rdx);
	return true;
}
#elif defined(__aarch64__)
/* What the program has in x7, which is shown, and taken, at any stop but those of a call. */
#define KEPT_IN_X7 0x7777

static bool hides_x7(const struct line *line)
{
	return line->status == STOPPED(SIGTRAP | 0x80, 0);
}

static void fill_registers(const struct line *line, arch_registers *regs)
{
	regs->pc = AFTER_CALL;
	regs->regs[7] = hides_x7(line) ? 1 : KEPT_IN_X7;
	for (int i = 0; i < 6; i++)
		regs->regs[i] = line->call_args[i];
	regs->regs[8] = (unsigned long long)line->call_nr;
	if (line->info.op == PTRACE_SYSCALL_INFO_EXIT)
		regs->regs[0] = (uint64_t)line->info.exit.rval;
	if (line->broken_off)
		regs->regs[0] = (unsigned long long)-EINTR;
	if (line->rewound)
		regs->pc -= 4;
}

static bool did_again(struct script *s, pid_t tid, const arch_registers *regs)
{
	const struct line *line = script_stopped(s, tid);

	if ((int64_t)regs->regs[0] == RESULT_OF_RESTART)
		script_did(s, "restart %d", (int)tid);
	else if (line->broken_off && regs->pc == AFTER_CALL - 4)
		script_did(s, "rewind %d with %d", (int)tid, (int)regs->regs[0]);
	else if (line->rewound && regs->pc == AFTER_CALL && (int64_t)regs->regs[0] == -EINTR)
		script_did(s, "eintr %d", (int)tid);
	else
		return false;
	return true;
}

static bool did_call(struct script *s, pid_t tid, const arch_registers *regs)
{
	if (!hides_x7(script_stopped(s, tid)) && regs->regs[7] != KEPT_IN_X7)
		script_did(s, "x7 %d", (int)tid);
	if (regs->pc == AFTER_CALL)
		return false;
	script_did(s, "call %d %d", (int)tid, (int)regs->regs[8]);
	did_arguments(s, regs->regs[8], regs->regs[1], regs->regs[2]);
	return true;
}
#else
static void fill_registers(const struct line *line, arch_registers *regs)
{
	(void)line;
	(void)regs;
}

static bool did_again(struct script *s, pid_t tid, const arch_registers *regs)
{
	(void)s;
	(void)tid;
	(void)regs;
	return false;
}

static bool did_call(struct script *s, pid_t tid, const arch_registers *regs)
{
	(void)s;
	(void)tid;
	(void)regs;
	return false;
}
#endif

static int script_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	struct script *s = script_of(k);
	const struct line *line = script_stopped(s, tid);

	memset(regs, 0, sizeof(*regs));
	fill_registers(line, regs);
	return script_gone(s, tid) || world_is_dying(&s->world, tid) ? -ESRCH : 0;
}

static int script_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	if (!did_again(s, tid, regs) && !did_call(s, tid, regs))
		script_did(s, "registers %d", (int)tid);
	return script_gone(s, tid) ? -ESRCH : 0;
}

static int script_refuse_call(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	script_did(s, "refused %d", (int)tid);
	return script_gone(s, tid) ? -ESRCH : 0;
}

void script_fill_thread(struct kernel *k)
{
	k->read_memory = script_read_memory;
	k->write_memory = script_write_memory;
	k->open_memory = script_open_memory;
	k->signal_info = script_signal_info;
	k->is_init = script_is_init;
	k->handles = script_handles;
	k->interrupt = script_interrupt;
	k->detach = script_detach;
	k->stands = script_stands;
	k->filter_count = script_filter_count;
	k->last_filter = script_last_filter;
	k->get_signal_mask = script_get_mask;
	k->set_signal_mask = script_set_mask;
	k->same_user_namespace = script_same_user_namespace;
	k->get_registers = script_get_registers;
	k->set_registers = script_set_registers;
	k->refuse_call = script_refuse_call;
}

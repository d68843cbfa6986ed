/*
 * A world in which anything happens at any time.
 *
 * Longer than others: that world is one state, which every event changes.
 */
#include "chaos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs some of the above. */
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "alloc.h"

static struct chaos *chaos_of(struct kernel *k)
{
	return (struct chaos *)k;
}

/* Knuth's 64-bit linear congruence; the upper bits are the good ones. */
static unsigned int below(struct chaos *c, unsigned int n)
{
	c->state = c->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(c->state >> 33) % n;
}

void chaos_hold(const struct chaos *c, const char *wrong)
{
	struct report last = {0};

	if (wrong == NULL)
		return;
	if (c->n_reports > 0)
		last = c->reports[c->n_reports - 1];
	fail_msg("seed %u, step %u, the last of %zu was thread %d, status 0x%x: %s", c->seed,
		 c->step, c->n_reports, (int)last.tid, (unsigned int)last.status, wrong);
}

static bool stands(const struct report *r)
{
	return WIFSTOPPED(r->status) && !r->overtaken && r->answers == 0;
}

/* NULL: the thread does not stand. */
static struct report *standing(struct chaos *c, pid_t tid)
{
	for (size_t i = 0; i < c->n_reports; i++)
		if (c->reports[i].tid == tid && stands(&c->reports[i]))
			return &c->reports[i];
	return NULL;
}

/* The report to which an answer is given now, or a question asked. */
static struct report *stopped(struct chaos *c, pid_t tid)
{
	struct report *r = standing(c, tid);

	chaos_hold(c, r != NULL ? NULL : "asks or answers a thread that does not stand");
	return r;
}

static pid_t any_tid(struct chaos *c)
{
	return (pid_t)(MAIN + below(c, N_TIDS));
}

static int any_status(struct chaos *c)
{
	static const int events[] = {
		PTRACE_EVENT_FORK,       PTRACE_EVENT_VFORK,   PTRACE_EVENT_CLONE,
		PTRACE_EVENT_EXEC,       PTRACE_EVENT_EXIT,    PTRACE_EVENT_STOP,
		PTRACE_EVENT_VFORK_DONE, PTRACE_EVENT_SECCOMP, PTRACE_EVENT_CLONE,
		PTRACE_EVENT_FORK,
	};
	static const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGTRAP};

	switch (below(c, 10)) {
	case 0:
		return below(c, 2) == 0 ? (int)below(c, 256) << 8 : SIGKILL;
	case 1:
		return STOPPED(1 + below(c, 64), 0);
	case 2:
		return STOPPED(stops[below(c, 5)], PTRACE_EVENT_STOP);
	case 3:
	case 4:
		return STOPPED(SIGTRAP, events[below(c, sizeof(events) / sizeof(events[0]))]);
	default:
		return STOPPED(SIGTRAP | 0x80, 0);
	}
}

static bool is_settled(const struct chaos *c)
{
	for (size_t i = 0; i < c->n_reports; i++)
		if (stands(&c->reports[i]) && !c->reports[i].lost)
			return false;
	return true;
}

static void settle(struct chaos *c)
{
	chaos_hold(c, script_check_run(c->run));
	chaos_hold(c,
		   c->ticking != c->run->timer.ms ? "the timer is not what it is taken for" : NULL);
	chaos_hold(c, is_settled(c) ? NULL : "a stop was not answered");
	for (size_t i = 0; i < c->n_reports; i++)
		chaos_hold(c, c->reports[i].answers > 1 ? "a stop was answered twice" : NULL);
	c->n_reports = 0;
}

static enum phase phase_of(const struct chaos *c, pid_t tid)
{
	const struct task *task = tasks_find(&c->run->tasks, tid);

	return task != NULL ? task->phase : PHASE_OUTSIDE;
}

/* A thread in a call comes neither to a filter nor, from an exec, to another one. */
static int orderly_status(const struct chaos *c, pid_t tid, int status)
{
	const enum phase phase = phase_of(c, tid);
	const bool filter = status == STOPPED(SIGTRAP, PTRACE_EVENT_SECCOMP);
	const bool exec = status == STOPPED(SIGTRAP, PTRACE_EVENT_EXEC);

	if ((filter && phase != PHASE_OUTSIDE) || (exec && phase == PHASE_EXECED))
		return STOPPED(SIGTRAP | 0x80, 0);
	return status;
}

/* Whoever stands has nothing else to report but its end, or an exec of another thread that took its number. */
static pid_t report(struct chaos *c, pid_t tid, int status, int *told)
{
	struct report *before = standing(c, tid);

	if (c->orderly)
		status = orderly_status(c, tid, status);
	if (before != NULL) {
		before->overtaken = true;
		if (WIFSTOPPED(status))
			status =
				below(c, 2) == 0 || (c->orderly && phase_of(c, tid) == PHASE_EXECED)
					? SIGKILL
					: STOPPED(SIGTRAP, PTRACE_EVENT_EXEC);
	}
	c->reports[c->n_reports++] = (struct report){.tid = tid, .status = status};
	*told = status;
	return tid;
}

/* 0: all stand. The main process is the first that is known. */
static pid_t last_first(struct chaos *c, int *status)
{
	for (int i = c->step == 0 ? 0 : N_TIDS - 1; i >= 0; i--) {
		if (standing(c, MAIN + i) == NULL) {
			c->step++;
			c->turns[i]++;
			return report(c, MAIN + i, STOPPED(SIGTRAP | 0x80, 0), status);
		}
	}
	return 0;
}

/*
 * Who asks without waiting, before all was answered, hears of others that stand meanwhile. In the end all
 * die, the main process too.
 */
static pid_t chaos_wait(struct kernel *k, pid_t pid, int *status, int flags)
{
	struct chaos *c = chaos_of(k);

	assert_int_equal(pid, -1);
	assert_int_equal(flags & ~WNOHANG, 0);
	if ((flags & WNOHANG) == 0 || is_settled(c))
		settle(c);
	if (c->selfish && c->step < N_STEPS)
		return last_first(c, status);
	if ((flags & WNOHANG) != 0 && (c->n_reports == N_REPORTS || below(c, 2) == 0)) {
		c->clock += 1e-6;
		return 0;
	}
	/* With some seeds so quick that all who stand are heard first. */
	c->clock += below(c, 1000) / (c->seed % 2 == 0 ? 20000.0 : 2e9);
	if (c->step < N_STEPS) {
		c->step++;
		if (flags == 0 && below(c, 20) == 0)
			return -EINTR;
		return report(c, any_tid(c), any_status(c), status);
	}
	if (c->deaths == N_TIDS)
		return -ECHILD;
	return report(c, (pid_t)(MAIN + c->deaths++), SIGKILL, status);
}

static bool lost(struct chaos *c, pid_t tid)
{
	struct report *r = standing(c, tid);

	if (below(c, 30) != 0)
		return false;
	if (r != NULL)
		r->lost = true;
	return true;
}

static int chaos_syscall_info(struct kernel *k, pid_t tid, syscall_info *info)
{
	static const uint32_t audits[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
					  AUDIT_ARCH_AARCH64, 0xdead};
	struct chaos *c = chaos_of(k);

	int status = stopped(c, tid)->status;
	if (lost(c, tid))
		return -ESRCH;
	memset(info, 0, sizeof(*info));
	bool seccomp = status == STOPPED(SIGTRAP, PTRACE_EVENT_SECCOMP);
	info->op = seccomp ? PTRACE_SYSCALL_INFO_SECCOMP : (uint8_t)below(c, 3);
	if (c->orderly && info->op == PTRACE_SYSCALL_INFO_ENTRY &&
	    phase_of(c, tid) != PHASE_OUTSIDE)
		info->op = PTRACE_SYSCALL_INFO_EXIT;
	info->arch = audits[below(c, 5)];
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY || seccomp) {
		info->entry.nr = below(c, 460) | (below(c, 9) == 0 ? 0x40000000 : 0);
		for (size_t i = 0; i < 6; i++)
			info->entry.args[i] = below(c, 3) == 0 ? 0x800000 : below(c, 30);
		ledger_asked(&c->ledger, status, c->started, info);
	} else if (info->op == PTRACE_SYSCALL_INFO_EXIT) {
		info->exit.rval = (int64_t)below(c, 600) - 550;
		info->exit.is_error = info->exit.rval < 0;
	}
	return 0;
}

static int chaos_event_message(struct kernel *k, pid_t tid, unsigned long *message)
{
	struct chaos *c = chaos_of(k);

	(void)stopped(c, tid);
	if (lost(c, tid))
		return -ESRCH;
	pid_t other = below(c, 2) == 0 ? tid : any_tid(c);
	*message = (unsigned long)(c->orderly && phase_of(c, other) == PHASE_EXECED ? tid : other);
	return 0;
}

static int chaos_resume(struct kernel *k, pid_t tid, enum resume how, int sig)
{
	struct chaos *c = chaos_of(k);

	struct report *r = stopped(c, tid);

	chaos_hold(c, script_check_answer(r->status, how, sig));
	r->answers++;
	return lost(c, tid) ? -ESRCH : 0;
}

static int chaos_read_memory(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len)
{
	struct chaos *c = chaos_of(k);

	(void)address;
	if (lost(c, tid))
		return -ESRCH;
	memset(data, (int)below(c, 256), len);
	return 0;
}

static int chaos_open_memory(struct kernel *k, pid_t tid)
{
	(void)k;
	(void)tid;
	return -EACCES;
}

static int chaos_signal_info(struct kernel *k, pid_t tid, siginfo_t *info)
{
	memset(info, 0, sizeof(*info));
	info->si_code = below(chaos_of(k), 2) == 0 ? SI_KERNEL : SI_USER;
	return lost(chaos_of(k), tid) ? -ESRCH : 0;
}

static int chaos_is_init(struct kernel *k, pid_t tid)
{
	(void)tid;
	return below(chaos_of(k), 20) == 0;
}

static int chaos_handles(struct kernel *k, pid_t tid, int sig)
{
	(void)tid;
	(void)sig;
	return below(chaos_of(k), 2) == 0;
}

static int chaos_detach(struct kernel *k, pid_t tid)
{
	struct chaos *c = chaos_of(k);

	if (lost(c, tid))
		return -ESRCH;
	stopped(c, tid)->answers++;
	return 0;
}

static bool chaos_stands(struct kernel *k, pid_t tid)
{
	(void)k;
	(void)tid;
	return false;
}

static int chaos_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	memset(regs, 0, sizeof(*regs));
	return lost(chaos_of(k), tid) ? -ESRCH : 0;
}

static int chaos_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	(void)regs;
	return lost(chaos_of(k), tid) ? -ESRCH : 0;
}

static int chaos_refuse_call(struct kernel *k, pid_t tid)
{
	return lost(chaos_of(k), tid) ? -ESRCH : 0;
}

static bool chaos_in_process(struct kernel *k, pid_t tgid, pid_t tid)
{
	(void)tgid;
	return !lost(chaos_of(k), tid) && below(chaos_of(k), 2) == 0;
}

static pid_t chaos_process_of(struct kernel *k, pid_t tid)
{
	return lost(chaos_of(k), tid) ? -ENOENT : any_tid(chaos_of(k));
}

static void chaos_describe(struct kernel *k, pid_t tid, uint64_t ip, struct observation *o)
{
	bool known = !lost(chaos_of(k), tid);

	(void)ip;
	if (known && o->exe == NULL)
		o->exe = xstrdup("/bin/true");
	if (known && o->comm == NULL)
		o->comm = xstrdup("true");
}

static bool chaos_privileges_dropped(struct kernel *k, pid_t tid, bool our_doing, char **what)
{
	(void)our_doing;
	if (lost(chaos_of(k), tid) || below(chaos_of(k), 5) > 0)
		return false;
	*what = xstrdup("set-user-ID");
	return true;
}

static int chaos_kill(struct kernel *k, pid_t pid, int sig)
{
	(void)pid;
	(void)sig;
	return below(chaos_of(k), 3) == 0 ? -ESRCH : 0;
}

static double chaos_now(struct kernel *k)
{
	return chaos_of(k)->clock;
}

static void chaos_tick(struct kernel *k, unsigned int ms)
{
	chaos_of(k)->ticking = ms;
}

static void on_started(void *data)
{
	struct chaos *c = data;

	chaos_hold(c, c->started ? "started twice" : NULL);
	c->started = true;
}

static void on_observed(void *data, const struct observation *o)
{
	struct chaos *c = data;

	chaos_hold(c, ledger_observed(&c->ledger, o));
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	chaos_hold(data, detail == NULL || gap_name(kind) == NULL || t < 0 ? "a bad gap" : NULL);
}

static void on_outlived(void *data, const struct survivors *survivors)
{
	chaos_hold(data,
		   survivors->threads < survivors->processes ? "processes without threads" : NULL);
}

static void on_tick(void *data, const struct progress *progress)
{
	chaos_hold(data,
		   progress->threads < progress->processes ? "processes without threads" : NULL);
}

static char *chaos_name(struct kernel *k, pid_t tid)
{
	return lost(chaos_of(k), tid) ? NULL : xstrdup("true");
}

static int chaos_program(struct kernel *k, pid_t tid, struct program_id *id)
{
	(void)k;
	*id = (struct program_id){1, (uint64_t)tid % 4};
	return tid % 5 == 0 ? -ENOENT : 0;
}

static int chaos_suspend(struct kernel *k, int sig, bool asked)
{
	(void)asked;
	(void)k;
	(void)sig;
	return 0;
}

const struct observer chaos_observer = {
	.started = on_started,
	.observed = on_observed,
	.gap = on_gap,
	.outlived = on_outlived,
	.tick = on_tick,
};

void chaos_fill(struct kernel *k)
{
	*k = (struct kernel){
		.wait = chaos_wait,
		.syscall_info = chaos_syscall_info,
		.event_message = chaos_event_message,
		.resume = chaos_resume,
		.read_memory = chaos_read_memory,
		.open_memory = chaos_open_memory,
		.signal_info = chaos_signal_info,
		.is_init = chaos_is_init,
		.handles = chaos_handles,
		.detach = chaos_detach,
		.stands = chaos_stands,
		.get_registers = chaos_get_registers,
		.set_registers = chaos_set_registers,
		.refuse_call = chaos_refuse_call,
		.in_process = chaos_in_process,
		.process_of = chaos_process_of,
		.describe = chaos_describe,
		.name = chaos_name,
		.program = chaos_program,
		.privileges_dropped = chaos_privileges_dropped,
		.kill = chaos_kill,
		.now = chaos_now,
		.suspend = chaos_suspend,
		.tick = chaos_tick,
	};
}

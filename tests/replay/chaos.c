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
static void hold_answer(const struct chaos *c, const struct report *r, enum resume how, int sig)
{
	if (!r->forgotten)
		chaos_hold(c, script_check_answer(r->status, how, sig));
}

static struct report *stopped(struct chaos *c, pid_t tid)
{
	static struct report dead;
	struct report *r = standing(c, tid);

	/* What it has reported before it was killed may have been kept, and whatever that was is forgotten here. */
	if (r == NULL && c->gone[tid - MAIN]) {
		dead = (struct report){.tid = tid, .forgotten = true};
		return &dead;
	}
	chaos_hold(c, r != NULL ? NULL : "asks or answers a thread that does not stand");
	return r;
}

static pid_t any_tid(struct chaos *c)
{
	return (pid_t)(MAIN + below(c, N_TIDS));
}

/* Who is not traced reports nothing, until the number is another one's. */
static pid_t any_reporter(struct chaos *c)
{
	for (;;) {
		pid_t tid = any_tid(c);
		if (!c->untraced[tid - MAIN])
			return tid;
		c->untraced[tid - MAIN] = below(c, 8) != 0;
	}
}

/* As if one of its threads had been made to. */
static void load_notifier(struct chaos *c)
{
	struct task *task = tasks_find(&c->run->tasks, any_tid(c));

	if (!c->lets_go || c->selfish || !c->started || task == NULL || task->process == NULL ||
	    task->process->sieve.state != UNSIEVED || below(c, 4) != 0)
		return;
	run_enter_sieve_state(c->run, task->process, NOTIFIER_LOADED);
	c->run->listeners++;
	c->loaded++;
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
	chaos_hold(c, c->waits == 0 ? NULL : "a call that waits was not answered");
	chaos_hold(c,
		   c->run->listeners == c->loaded - c->closed ? NULL : "listeners are miscounted");
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
	if (c->gone[tid - MAIN])
		status = SIGKILL;
	c->gone[tid - MAIN] = false;
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
	chaos_hold(c, (flags & WNOHANG) == 0 && c->run->listeners > 0
			      ? "sleeps where it would not hear of a call"
			      : NULL);
	if ((flags & WNOHANG) == 0 || is_settled(c)) {
		settle(c);
		load_notifier(c);
	}
	if (c->soon && (c->asked = !c->asked)) {
		c->clock += 1e-6;
		return 0;
	}
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
		return report(c, any_reporter(c), any_status(c), status);
	}
	if (c->deaths == N_TIDS)
		return -ECHILD;
	return report(c, (pid_t)(MAIN + c->deaths++), SIGKILL, status);
}

static bool lost(struct chaos *c, pid_t tid)
{
	struct report *r = standing(c, tid);

	if (r == NULL && tid >= MAIN && tid < MAIN + N_TIDS && c->gone[tid - MAIN])
		return true;
	if (below(c, 30) != 0)
		return false;
	if (r != NULL)
		r->lost = c->gone[tid - MAIN] = true;
	return true;
}

static const uint32_t audits[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
				  AUDIT_ARCH_AARCH64, 0xdead};

static int chaos_syscall_info(struct kernel *k, pid_t tid, syscall_info *info)
{
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

	hold_answer(c, r, how, sig);
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

/* Nothing is left that only a tracer sees, and its calls wait at a listener. */
static bool may_be_detached(const struct task *task)
{
	return task != NULL && task->process != NULL && task->process->sieve.state == LET_GO &&
	       !task->process->sieve.own_filter && task->pending == NULL &&
	       task->awaits == WATCH_NOTHING && task->phase != PHASE_EXECUTING;
}

static int chaos_detach(struct kernel *k, pid_t tid, int sig)
{
	struct chaos *c = chaos_of(k);
	struct report *r = stopped(c, tid);
	const struct task *task = tasks_find(&c->run->tasks, tid);
	bool init = task != NULL && task->process != NULL && task->process->init == INIT_YES;

	chaos_hold(c, may_be_detached(task) || (init && sig == 0) ? NULL : "detached too early");
	/* With a stop of the whole process it is none of these. */
	if (!init)
		hold_answer(c, r, RESUME_DETACH, sig);
	if (lost(c, tid))
		return -ESRCH;
	r->answers++;
	c->detached++;
	c->untraced[tid - MAIN] = c->orderly;
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

/* Somebody else traces it. */
static int chaos_attach(struct kernel *k, pid_t tid)
{
	(void)k;
	(void)tid;
	return -EPERM;
}

/* It is not there any more. */
static int chaos_interrupt(struct kernel *k, pid_t tid)
{
	(void)k;
	(void)tid;
	return -ESRCH;
}

static size_t chaos_threads(struct kernel *k, pid_t pid, pid_t **tids)
{
	(void)k;
	*tids = xcalloc(1, sizeof(**tids));
	(*tids)[0] = pid;
	return 1;
}

static bool chaos_exec_drops(struct kernel *k, pid_t tid, bool at, const uint64_t args[6],
			     struct exec_refusal *refusal)
{
	(void)tid;
	(void)at;
	(void)args;
	*refusal = (struct exec_refusal){.what = "set-user-ID"};
	return below(chaos_of(k), 5) == 0;
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
	*id = (struct program_id){.device = 1, .inode = (uint64_t)tid % 4};
	return tid % 5 == 0 ? -ENOENT : 0;
}

static uint64_t chaos_way(struct kernel *k, pid_t tid)
{
	(void)k;
	return (uint64_t)tid % 3;
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

static int chaos_exit_kill(struct kernel *k, pid_t tid, bool on)
{
	(void)on;
	(void)stopped(chaos_of(k), tid);
	return lost(chaos_of(k), tid) ? -ESRCH : 0;
}

static void chaos_close_listener(struct kernel *k, int listener)
{
	(void)listener;
	chaos_of(k)->closed++;
}

static int chaos_poll(struct kernel *k, bool sleep, int *listener)
{
	struct chaos *c = chaos_of(k);
	bool over = c->step >= N_STEPS && c->deaths == N_TIDS;

	chaos_hold(c, c->run->listeners > 0 ? NULL : "polled without a listener");
	if (sleep)
		settle(c);
	c->clock += below(c, 1000) / 2e7;
	*listener = (int)below(c, 5);
	if (sleep && !over && below(c, 20) == 0)
		return -EINTR;
	if (over ? below(c, 2) == 0 : !c->selfish && below(c, 200) == 0)
		return LISTENER_GONE;
	return below(c, 3) == 0 ? LISTENER_CALL : LISTENER_QUIET;
}

static int chaos_receive(struct kernel *k, int listener, struct notification *n)
{
	struct chaos *c = chaos_of(k);

	(void)listener;
	chaos_hold(c, c->waits == 0 ? NULL : "received before the last one was answered");
	if (below(c, 10) == 0)
		return below(c, 3) == 0 ? -EINTR : -ENOENT;
	*n = (struct notification){
		.id = c->waits = ++c->received,
		.tid = below(c, 20) == 0 ? 0 : any_tid(c),
		.arch = audits[below(c, 5)],
		.nr = (int)(below(c, 460) | (below(c, 9) == 0 ? 0x40000000 : 0)),
		.instruction_pointer = below(c, 20) == 0 ? UINT64_C(0xffffffffff600400) : 0,
	};
	for (size_t i = 0; i < 6; i++)
		n->args[i] = below(c, 30);
	ledger_received(&c->ledger, n);
	return 0;
}

static int chaos_answer(struct kernel *k, int listener, uint64_t id)
{
	struct chaos *c = chaos_of(k);

	(void)listener;
	chaos_hold(c, id == c->waits ? NULL : "answered what does not wait");
	c->waits = 0;
	return below(c, 10) == 0 ? -ENOENT : 0;
}

static bool chaos_is_waiting(struct kernel *k, int listener, uint64_t id)
{
	struct chaos *c = chaos_of(k);

	(void)listener;
	chaos_hold(c, id == c->waits ? NULL : "asked about what does not wait");
	return below(c, 5) != 0;
}

static size_t chaos_let_go(struct kernel *k, long filters, pid_t **pids)
{
	struct chaos *c = chaos_of(k);
	size_t n = below(c, 3);

	(void)filters;
	*pids = xcalloc(n + 1, sizeof(**pids));
	for (size_t i = 0; i < n; i++)
		(*pids)[i] = any_tid(c);
	return n;
}

static bool chaos_is_stopped(struct kernel *k, pid_t pid)
{
	(void)pid;
	return below(chaos_of(k), 2) == 0;
}

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
		.attach = chaos_attach,
		.interrupt = chaos_interrupt,
		.threads = chaos_threads,
		.exec_drops = chaos_exec_drops,
		.detach = chaos_detach,
		.exit_kill = chaos_exit_kill,
		.close_listener = chaos_close_listener,
		.receive = chaos_receive,
		.answer = chaos_answer,
		.is_waiting = chaos_is_waiting,
		.poll = chaos_poll,
		.let_go = chaos_let_go,
		.is_stopped = chaos_is_stopped,
		.stands = chaos_stands,
		.get_registers = chaos_get_registers,
		.set_registers = chaos_set_registers,
		.refuse_call = chaos_refuse_call,
		.in_process = chaos_in_process,
		.process_of = chaos_process_of,
		.describe = chaos_describe,
		.name = chaos_name,
		.program = chaos_program,
		.way = chaos_way,
		.privileges_dropped = chaos_privileges_dropped,
		.kill = chaos_kill,
		.now = chaos_now,
		.suspend = chaos_suspend,
		.tick = chaos_tick,
	};
}

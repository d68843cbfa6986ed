#include "script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs some of the above. */
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "strbuf.h"
#include "world.h"

enum play {
	PLAY_AS_WRITTEN,
	PLAY_ONE_GONE, /* question number `fail_at` is answered by "no such thread" */
	PLAY_NO_PROC,
};

struct script {
	struct kernel kernel; /* first: the functions get a pointer to it */
	const struct scenario *scenario;
	struct tracer *t;
	enum play play;
	unsigned int asked, fail_at;

	size_t next;
	const struct line *now; /* what wait() reported last */
	struct line death;      /* made for a variation */
	unsigned int answers;   /* to that line */
	bool finished;          /* what was done about it has been looked at */
	bool excused;           /* the thread is gone: no answer is needed */
	bool started, outlived, ended;

	struct world world;
	double clock;
	unsigned int ticking;
	struct strbuf done; /* what was done about `now` */
	struct ledger ledger;
};

static struct script *script_of(struct kernel *k)
{
	return (struct script *)k;
}

static _Noreturn void broken(const struct script *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static _Noreturn void broken(const struct script *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fail_msg("script line %d (%s %u): %s", s->now != NULL ? s->now->where : 0,
		 s->play == PLAY_NO_PROC    ? "without /proc"
		 : s->play == PLAY_ONE_GONE ? "ESRCH for question"
					    : "as written",
		 s->fail_at, text);
	abort();
}

static void did(struct script *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void did(struct script *s, const char *fmt, ...)
{
	va_list ap;

	if (s->done.len > 0)
		strbuf_adds(&s->done, "; ");
	va_start(ap, fmt);
	strbuf_vaddf(&s->done, fmt, ap);
	va_end(ap);
}

static void doom(struct script *s, pid_t tid)
{
	world_kill(&s->world, tid);
	if (s->now != NULL && world_is_dying(&s->world, s->now->tid))
		s->excused = true;
}

/* Is this the question that gets no answer? */
static bool gone(struct script *s, pid_t tid)
{
	if (++s->asked != s->fail_at)
		return false;
	doom(s, tid);
	return true;
}

static const struct line *next_death(struct script *s)
{
	pid_t tid = world_next_death(&s->world);

	if (tid == 0)
		return NULL;
	s->death = (struct line)KILLED(tid, SIGKILL, NULL);
	s->death.where = s->now != NULL ? s->now->where : 0;
	return &s->death;
}

static const struct line *next_line(struct script *s)
{
	const struct line *line = next_death(s);

	if (line != NULL)
		return line;
	/* A program that never started does nothing of what follows. */
	if (!s->started && world_is_silent(&s->world, MAIN))
		return NULL;
	for (; s->next < s->scenario->n; s->next++) {
		line = &s->scenario->lines[s->next];
		if (line->kind == LINE_BORN && !world_born(&s->world, line->tid, line->tgid)) {
			s->now = line;
			broken(s, "born twice, or too many threads");
		}
		if (line->kind == LINE_BORN ||
		    (line->kind == LINE_STATUS && world_is_silent(&s->world, line->tid)))
			continue;
		s->next++;
		return line;
	}
	return NULL;
}

static bool next_is_tick(struct script *s)
{
	if (world_is_anyone_dying(&s->world))
		return false;
	return s->next < s->scenario->n && s->scenario->lines[s->next].kind == LINE_TICK;
}

/* The tracer waits again: has it done what it had to do? */
static void finish_line(struct script *s)
{
	const struct line *line = s->now;
	const char *wrong = script_check_tracer(s->t);

	if (s->finished)
		return;
	s->finished = true;
	if (wrong != NULL)
		broken(s, "%s", wrong);
	if (s->ticking != s->t->ticking)
		broken(s, "the tracer takes the timer for set to %u, it is %u", s->t->ticking,
		       s->ticking);
	if (line != NULL && line->kind == LINE_STATUS && WIFSTOPPED(line->status) &&
	    s->answers != 1 && !(s->excused && s->answers == 0))
		broken(s, "answered %u times", s->answers);
	const char *then = line != NULL && line->then != NULL ? line->then : "";
	if (s->play == PLAY_AS_WRITTEN && strcmp(then, s->done.s) != 0)
		broken(s, "expected \"%s\", but it did \"%s\"", then, s->done.s);
	strbuf_cut(&s->done, 0);
	s->answers = 0;
	s->excused = false;
}

static pid_t script_wait(struct kernel *k, pid_t pid, int *status, int flags)
{
	struct script *s = script_of(k);

	if (pid != -1 || (flags & ~WNOHANG) != 0)
		broken(s, "waited for %d with flags %d", (int)pid, flags);
	finish_line(s);
	/* Who looks again and again does not stop the clock. A tick interrupts only a sleep. */
	if ((flags & WNOHANG) != 0 && next_is_tick(s)) {
		s->clock += 1e-6;
		return 0;
	}
	if (s->ended)
		broken(s, "waited after ECHILD");
	s->now = next_line(s);
	if (s->now == NULL) {
		s->ended = true;
		return -ECHILD;
	}
	s->finished = false;
	s->clock += s->now->after;
	if (s->now->kind == LINE_TICK)
		return -EINTR;
	*status = s->now->status;
	if (!WIFSTOPPED(*status))
		world_died(&s->world, s->now->tid);
	else if (*status >> 16 == PTRACE_EVENT_EXEC)
		world_execed(&s->world, s->now->tid);
	return s->now->tid;
}

/* Only the thread that has just stopped can be asked. */
static void must_be_stopped(struct script *s, pid_t tid)
{
	if (s->now == NULL || s->now->tid != tid || !WIFSTOPPED(s->now->status))
		broken(s, "thread %d is not stopped", (int)tid);
}

static int script_syscall_info(struct kernel *k, pid_t tid, syscall_info *info)
{
	struct script *s = script_of(k);

	must_be_stopped(s, tid);
	if (gone(s, tid))
		return -ESRCH;
	if (s->now->info_error < 0)
		return s->now->info_error;
	*info = s->now->info;
	ledger_asked(&s->ledger, s->now->status, s->started, info);
	return 0;
}

static int script_event_message(struct kernel *k, pid_t tid, unsigned long *message)
{
	struct script *s = script_of(k);

	must_be_stopped(s, tid);
	if (gone(s, tid))
		return -ESRCH;
	*message = s->now->message;
	return 0;
}

static int script_resume(struct kernel *k, pid_t tid, enum resume how, int sig)
{
	static const char *const names[] = {"none", "syscall", "cont", "listen"};
	struct script *s = script_of(k);

	must_be_stopped(s, tid);
	const char *wrong = script_check_answer(s->now->status, how, sig);
	if (wrong != NULL)
		broken(s, "%s", wrong);
	if (!s->started && how == RESUME_SYSCALL)
		broken(s, "calls are watched before the program is started");
	s->answers++;
	did(s, "%s %d", names[how], (int)tid);
	if (sig != 0)
		strbuf_addf(&s->done, " sig %d", sig);
	return gone(s, tid) ? -ESRCH : 0;
}

static int script_read_memory(struct kernel *k, pid_t tid, uint64_t address, void *data, size_t len)
{
	struct script *s = script_of(k);

	(void)address;
	must_be_stopped(s, tid);
	if (gone(s, tid))
		return -ESRCH;
	if (!s->now->has_memory || len != sizeof(s->now->memory))
		return -EFAULT;
	memcpy(data, &s->now->memory, len);
	return 0;
}

/* What is in them does not matter here: no call of these was broken off. */
static int script_get_registers(struct kernel *k, pid_t tid, arch_registers *regs)
{
	struct script *s = script_of(k);

	must_be_stopped(s, tid);
	memset(regs, 0, sizeof(*regs));
	return gone(s, tid) ? -ESRCH : 0;
}

static int script_set_registers(struct kernel *k, pid_t tid, const arch_registers *regs)
{
	struct script *s = script_of(k);

	(void)regs;
	must_be_stopped(s, tid);
	did(s, "registers %d", (int)tid);
	return gone(s, tid) ? -ESRCH : 0;
}

static int script_refuse_call(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	must_be_stopped(s, tid);
	did(s, "refused %d", (int)tid);
	return gone(s, tid) ? -ESRCH : 0;
}

static bool script_in_process(struct kernel *k, pid_t tgid, pid_t tid)
{
	struct script *s = script_of(k);

	return !gone(s, tid) && world_process_of(&s->world, tid) == tgid;
}

static pid_t script_process_of(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if (gone(s, tid))
		return -ESRCH;
	pid_t tgid = s->play != PLAY_NO_PROC ? world_process_of(&s->world, tid) : 0;
	return tgid != 0 ? tgid : -ENOENT;
}

static void script_describe(struct kernel *k, pid_t tid, uint64_t ip, struct observation *o)
{
	struct script *s = script_of(k);

	if (gone(s, tid) || s->play == PLAY_NO_PROC)
		return;
	if (o->exe == NULL)
		o->exe = xasprintf("/exe/%d", (int)tid);
	o->comm = xasprintf("comm-%d", (int)tid);
	o->at = xasprintf("code+0x%" PRIx64, ip);
}

/* Each exec another program, if the line does not say which. */
static int script_program(struct kernel *k, pid_t tid, struct program_id *id)
{
	struct script *s = script_of(k);

	if (gone(s, tid) || s->play == PLAY_NO_PROC)
		return -ENOENT;
	*id = (struct program_id){1,
				  s->now->program != 0 ? s->now->program : (uint64_t)s->now->where};
	return 0;
}

static bool script_privileges_dropped(struct kernel *k, pid_t tid, bool our_doing, char **what)
{
	struct script *s = script_of(k);

	(void)our_doing;

	if (gone(s, tid) || s->now->dropped == NULL)
		return false;
	*what = xstrdup(s->now->dropped);
	return true;
}

static int script_kill(struct kernel *k, pid_t pid, int sig)
{
	struct script *s = script_of(k);

	if (sig != 0)
		did(s, "kill %d %d", (int)pid, sig);
	/* A process that is not there any more has been waited for: nobody dies of this. */
	if (++s->asked == s->fail_at)
		return -ESRCH;
	return world_process_of(&s->world, pid) != 0 ? 0 : -ESRCH;
}

static double script_now(struct kernel *k)
{
	return 1000 + script_of(k)->clock;
}

static int script_suspend(struct kernel *k, int sig, bool asked)
{
	(void)asked;
	did(script_of(k), "suspend %d", sig);
	return 0;
}

static void script_tick(struct kernel *k, unsigned int ms)
{
	script_of(k)->ticking = ms;
}

static void on_started(void *data)
{
	struct script *s = data;

	s->started = true;
	did(s, "started");
}

static void on_observed(void *data, const struct observation *o)
{
	struct script *s = data;
	const char *wrong = ledger_observed(&s->ledger, o);

	if (wrong != NULL)
		broken(s, "%s", wrong);
	if (s->play == PLAY_AS_WRITTEN && (o->exe == NULL || o->comm == NULL || o->at == NULL))
		broken(s, "an observation was not described");
	did(s, "observed %s:%" PRId32 " by %d/%d", o->abi->name, o->nr, (int)o->pid, (int)o->tid);
	if (o->has_result)
		strbuf_addf(&s->done, " = %" PRId64, o->result);
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	(void)t;
	did(data, "gap %s: %s", gap_name(kind), detail);
}

static void on_outlived(void *data, const struct tasks *tasks)
{
	struct script *s = data;

	if (s->outlived)
		broken(s, "outlived twice");
	s->outlived = true;
	did(s, "outlived %zu", tasks_count(tasks));
}

static void on_tick(void *data, const struct tasks *tasks)
{
	did(data, "tick %zu", tasks_count(tasks));
}

/* A function that a script knows nothing of must not be called. */
static void not_in_the_script(void)
{
	fail_msg("a function of struct kernel was called that the script does not have");
}

static void fill_kernel(struct kernel *k)
{
	void (*unknown)(void) = not_in_the_script;

	for (size_t at = 0; at + sizeof(unknown) <= sizeof(*k); at += sizeof(unknown))
		memcpy((char *)k + at, &unknown, sizeof(unknown));
	k->wait = script_wait;
	k->syscall_info = script_syscall_info;
	k->event_message = script_event_message;
	k->resume = script_resume;
	k->read_memory = script_read_memory;
	k->get_registers = script_get_registers;
	k->set_registers = script_set_registers;
	k->refuse_call = script_refuse_call;
	k->in_process = script_in_process;
	k->process_of = script_process_of;
	k->describe = script_describe;
	k->program = script_program;
	k->privileges_dropped = script_privileges_dropped;
	k->kill = script_kill;
	k->now = script_now;
	k->suspend = script_suspend;
	k->tick = script_tick;
}

static void check_end(struct script *s, int result, bool exec_failed, const struct err *err)
{
	const struct scenario *want = s->scenario;
	const struct tracer *t = s->t;
	const char *wrong = ledger_check(&s->ledger);

	if (!s->ended)
		finish_line(s);
	if (s->done.len > 0)
		broken(s, "at the end it did \"%s\"", s->done.s);
	if (wrong != NULL)
		broken(s, "%s", wrong);
	if (t->trouble.msg != NULL)
		broken(s, "trouble: %s", t->trouble.msg);
	if (s->ended && (tasks_count(&t->tasks) > 0 || tasks_process_count(&t->tasks) > 0))
		broken(s, "%zu tasks of %zu processes are left", tasks_count(&t->tasks),
		       tasks_process_count(&t->tasks));
	if (s->play == PLAY_ONE_GONE)
		return;
	if (result != want->result ||
	    (want->error != NULL && strcmp(err_text(err), want->error) != 0))
		broken(s, "the run ended with %d, \"%s\"", result, err_text(err));
	if (exec_failed != (want->exec_errno != 0))
		broken(s, "exec %s", exec_failed ? "failed" : "did not fail");
	if (s->next != want->n)
		broken(s, "the script goes on, the tracer does not");
	if (result == 0 && t->main_status != want->status)
		broken(s, "main status 0x%x instead of 0x%x", (unsigned int)t->main_status,
		       (unsigned int)want->status);
	if (s->play == PLAY_AS_WRITTEN &&
	    (t->tasks.seen_tasks != want->tasks || t->tasks.seen_processes != want->processes))
		broken(s, "saw %" PRIu64 " tasks of %" PRIu64 " processes", t->tasks.seen_tasks,
		       t->tasks.seen_processes);
}

/* Returns how many questions were asked. */
static unsigned int play(const struct scenario *scenario, enum play how, unsigned int fail_at)
{
	static const struct tracer_events events = {
		.started = on_started,
		.observed = on_observed,
		.gap = on_gap,
		.outlived = on_outlived,
		.tick = on_tick,
	};
	struct script *s = xcalloc(1, sizeof(*s));
	struct tracer t;
	struct err err = {0};
	bool exec_failed;

	s->scenario = scenario;
	s->play = how;
	s->fail_at = fail_at;
	s->t = &t;
	s->done = (struct strbuf)STRBUF_INIT;
	fill_kernel(&s->kernel);
	tracer_init(&t, &s->kernel, &events, s);
	t.main_pid = MAIN;
	t.stop_with_main = scenario->stop_with_main;
	t.filtered = scenario->filtered;
	t.has_strangers = scenario->strangers;
	t.tick_ms = scenario->tick_ms;
	if (scenario->exec_errno != 0) {
		int fds[2];
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], &scenario->exec_errno, sizeof(int)), sizeof(int));
		(void)close(fds[1]);
		t.error_pipe = fds[0];
	}
	int result = tracer_run(&t, &exec_failed, &err);
	check_end(s, result, exec_failed, &err);
	unsigned int asked = s->asked;
	tracer_release(&t);
	err_done(&err);
	strbuf_release(&s->done);
	free(s);
	return asked;
}

void script_play(const struct scenario *scenario)
{
	unsigned int questions = play(scenario, PLAY_AS_WRITTEN, 0);

	for (unsigned int i = 1; i <= questions; i++)
		(void)play(scenario, PLAY_ONE_GONE, i);
	(void)play(scenario, PLAY_NO_PROC, 0);
}

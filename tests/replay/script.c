#include "script_state.h"

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
#include "follow.h"

_Noreturn void script_broken(const struct script *s, const char *fmt, ...)
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

void script_did(struct script *s, const char *fmt, ...)
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
bool script_gone(struct script *s, pid_t tid)
{
	/* What it has reported before is looked at all the same, when its turn comes. */
	if (world_is_dead(&s->world, tid))
		return true;
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
			script_broken(s, "born twice, or too many threads");
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
	const char *wrong = script_check_run(s->run);

	if (s->finished)
		return;
	s->finished = true;
	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (s->ticking != s->run->timer.ms)
		script_broken(s, "the tracer takes the timer for set to %u, it is %u",
			      s->run->timer.ms, s->ticking);
	if (line != NULL && line->kind == LINE_STATUS && WIFSTOPPED(line->status) && !line->later &&
	    s->answers != 1 && !(s->excused && s->answers == 0))
		script_broken(s, "answered %u times", s->answers);
	const char *then = line != NULL && line->then != NULL ? line->then : "";
	if (s->play == PLAY_AS_WRITTEN && strcmp(then, s->done.s) != 0)
		script_broken(s, "expected \"%s\", but it did \"%s\"", then, s->done.s);
	strbuf_cut(&s->done, 0);
	s->answers = 0;
	s->excused = false;
}

const struct line **script_find_standing(struct script *s, pid_t tid)
{
	for (size_t i = 0; i < MAX_STANDING; i++)
		if (s->standing[i] != NULL && s->standing[i]->tid == tid)
			return &s->standing[i];
	return NULL;
}

static void note_standing(struct script *s, const struct line *line)
{
	const struct line **old = script_find_standing(s, line->tid);

	if (old != NULL && (WIFSTOPPED(line->status) || !(*old)->later))
		*old = NULL;
	for (size_t i = 0; WIFSTOPPED(line->status) && i < MAX_STANDING; i++) {
		if (s->standing[i] == NULL) {
			s->standing[i] = line;
			return;
		}
	}
}

static pid_t script_wait(struct kernel *k, pid_t pid, int *status, int flags)
{
	struct script *s = script_of(k);

	if (pid != -1 || (flags & ~WNOHANG) != 0)
		script_broken(s, "waited for %d with flags %d", (int)pid, flags);
	/* Who asks for more before it has answered what there is: the next line comes after the answer. */
	if ((flags & WNOHANG) != 0 && s->fresh) {
		s->fresh = false;
		s->clock += 1e-6;
		return 0;
	}
	finish_line(s);
	/* Who looks again and again does not stop the clock. A tick interrupts only a sleep. */
	if ((flags & WNOHANG) != 0 && next_is_tick(s)) {
		s->clock += 1e-6;
		return 0;
	}
	if (s->ended)
		script_broken(s, "waited after ECHILD");
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
	s->fresh = true;
	note_standing(s, s->now);
	if (!WIFSTOPPED(*status))
		world_died(&s->world, s->now->tid);
	else if (*status >> 16 == PTRACE_EVENT_EXEC)
		world_execed(&s->world, s->now->tid);
	return s->now->tid;
}

/* Only a thread that stands can be asked. What it has reported is the answer to most questions. */
const struct line *script_stopped(struct script *s, pid_t tid)
{
	const struct line **line = script_find_standing(s, tid);

	if (line == NULL)
		script_broken(s, "thread %d is not stopped", (int)tid);
	return *line;
}

static int script_syscall_info(struct kernel *k, pid_t tid, syscall_info *info)
{
	struct script *s = script_of(k);

	const struct line *line = script_stopped(s, tid);
	if (script_gone(s, tid))
		return -ESRCH;
	if (line->info_error < 0)
		return line->info_error;
	*info = line->info;
	ledger_asked(&s->ledger, line->status, s->started, info);
	return 0;
}

static int script_event_message(struct kernel *k, pid_t tid, unsigned long *message)
{
	struct script *s = script_of(k);

	const struct line *line = script_stopped(s, tid);
	if (script_gone(s, tid))
		return -ESRCH;
	*message = line->message;
	return 0;
}

static int script_resume(struct kernel *k, pid_t tid, enum resume how, int sig)
{
	static const char *const names[] = {"none", "syscall", "cont", "listen"};
	struct script *s = script_of(k);

	const struct line *line = script_stopped(s, tid);
	/* What has no effect without a tracer is not passed on; the line says it. */
	bool dropped = line->is_init && line->siginfo_pid != 0 &&
		       line->status == STOPPED(SIGSTOP, 0) && sig == 0;
	const char *wrong = script_check_answer(line->status, how, dropped ? SIGSTOP : sig);
	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (!s->started && how == RESUME_SYSCALL)
		script_broken(s, "calls are watched before the program is started");
	if (line == s->now)
		s->answers++;
	script_did(s, "%s %d", names[how], (int)tid);
	if (sig != 0)
		strbuf_addf(&s->done, " sig %d", sig);
	if (script_gone(s, tid))
		return -ESRCH;
	if (line->resume_error == 0)
		*script_find_standing(s, tid) = NULL;
	return line->resume_error;
}

static bool script_in_process(struct kernel *k, pid_t tgid, pid_t tid)
{
	struct script *s = script_of(k);

	return !script_gone(s, tid) && world_process_of(&s->world, tid) == tgid;
}

static pid_t script_process_of(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if (script_gone(s, tid))
		return -ESRCH;
	pid_t tgid = s->play != PLAY_NO_PROC ? world_process_of(&s->world, tid) : 0;
	return tgid != 0 ? tgid : -ENOENT;
}

static void script_describe(struct kernel *k, pid_t tid, uint64_t ip, struct observation *o)
{
	struct script *s = script_of(k);

	if (script_gone(s, tid) || s->play == PLAY_NO_PROC)
		return;
	if (o->exe == NULL)
		o->exe = xasprintf("/exe/%d", (int)tid);
	o->comm = xasprintf("comm-%d", (int)tid);
	o->at = xasprintf("code+0x%" PRIx64, ip);
}

static char *script_name(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if (script_gone(s, tid) || s->play == PLAY_NO_PROC)
		return NULL;
	return xasprintf("comm-%d", (int)tid);
}

/* Each exec another program, if the line does not say which. */
static int script_program(struct kernel *k, pid_t tid, struct program_id *id)
{
	struct script *s = script_of(k);

	if (script_gone(s, tid) || s->play == PLAY_NO_PROC)
		return -ENOENT;
	*id = (struct program_id){1,
				  s->now->program != 0 ? s->now->program : (uint64_t)s->now->where};
	return 0;
}

static bool script_privileges_dropped(struct kernel *k, pid_t tid, bool our_doing, char **what)
{
	struct script *s = script_of(k);

	(void)our_doing;

	if (script_gone(s, tid) || s->now->dropped == NULL)
		return false;
	*what = xstrdup(s->now->dropped);
	return true;
}

static int script_kill(struct kernel *k, pid_t pid, int sig)
{
	struct script *s = script_of(k);

	if (sig != 0)
		script_did(s, "kill %d %d", (int)pid, sig);
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
	script_did(script_of(k), "suspend %d", sig);
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
	script_did(s, "started");
}

static void on_observed(void *data, const struct observation *o)
{
	struct script *s = data;
	const char *wrong = ledger_observed(&s->ledger, o);

	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (s->play == PLAY_AS_WRITTEN && (o->exe == NULL || o->comm == NULL || o->at == NULL))
		script_broken(s, "an observation was not described");
	script_did(s, "observed %s:%" PRId32 " by %d/%d", o->abi->name, o->nr, (int)o->pid,
		   (int)o->tid);
	if (o->has_result)
		strbuf_addf(&s->done, " = %" PRId64, o->result);
}

static void on_gap(void *data, double t, enum gap_kind kind, const char *detail)
{
	(void)t;
	script_did(data, "gap %s: %s", gap_name(kind), detail);
}

static void on_outlived(void *data, const struct survivors *survivors)
{
	struct script *s = data;

	if (s->outlived)
		script_broken(s, "outlived twice");
	s->outlived = true;
	if (s->play == PLAY_AS_WRITTEN && survivors->name == NULL)
		script_broken(s, "a process that is left was not named");
	script_did(s, "outlived %zu", survivors->threads);
}

static void on_tick(void *data, const struct progress *progress)
{
	script_did(data, "tick %zu", progress->threads);
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
	script_fill_thread(k);
	k->in_process = script_in_process;
	k->process_of = script_process_of;
	k->describe = script_describe;
	k->name = script_name;
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
	const struct run *run = s->run;
	const char *wrong = ledger_check(&s->ledger);

	if (!s->ended)
		finish_line(s);
	if (s->done.len > 0)
		script_broken(s, "at the end it did \"%s\"", s->done.s);
	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (run->trouble.msg != NULL &&
	    (want->trouble == NULL || strcmp(run->trouble.msg, want->trouble) != 0))
		script_broken(s, "trouble: %s", run->trouble.msg);
	if (s->play == PLAY_AS_WRITTEN && want->trouble != NULL && run->trouble.msg == NULL)
		script_broken(s, "no trouble, which should have been \"%s\"", want->trouble);
	if (s->ended && (tasks_count(&run->tasks) > 0 || tasks_process_count(&run->tasks) > 0))
		script_broken(s, "%zu tasks of %zu processes are left", tasks_count(&run->tasks),
			      tasks_process_count(&run->tasks));
	if (s->play == PLAY_ONE_GONE)
		return;
	if (result != want->result ||
	    (want->error != NULL && strcmp(err_text(err), want->error) != 0))
		script_broken(s, "the run ended with %d, \"%s\"", result, err_text(err));
	if (exec_failed != (want->exec_errno != 0))
		script_broken(s, "exec %s", exec_failed ? "failed" : "did not fail");
	if (s->next != want->n)
		script_broken(s, "the script goes on, the tracer does not");
	if (result == 0 && run->main.status != want->status)
		script_broken(s, "main status 0x%x instead of 0x%x", (unsigned int)run->main.status,
			      (unsigned int)want->status);
	if (s->play == PLAY_AS_WRITTEN &&
	    (run->tasks.seen_tasks != want->tasks || run->tasks.seen_processes != want->processes))
		script_broken(s, "saw %" PRIu64 " tasks of %" PRIu64 " processes",
			      run->tasks.seen_tasks, run->tasks.seen_processes);
}

/* Returns how many questions were asked. */
static unsigned int play(const struct scenario *scenario, enum play how, unsigned int fail_at)
{
	static const struct observer observer = {
		.started = on_started,
		.observed = on_observed,
		.gap = on_gap,
		.outlived = on_outlived,
		.tick = on_tick,
	};
	struct script *s = xcalloc(1, sizeof(*s));
	struct run run;
	struct err err = {0};
	bool exec_failed;

	s->scenario = scenario;
	s->play = how;
	s->fail_at = fail_at;
	s->run = &run;
	s->done = (struct strbuf)STRBUF_INIT;
	fill_kernel(&s->kernel);
	run_init(&run, &s->kernel, &observer, s);
	run.main.pid = MAIN;
	run.request.stop_with_main = scenario->stop_with_main;
	run.host.filtered = scenario->filtered;
	run.host.has_strangers = scenario->strangers;
	run.request.tick_ms = scenario->tick_ms;
	run.request.sieve = scenario->sieve;
	run.host.privileged = scenario->privileged;
	assert_true(tuning_parse(&run.request.tuning, "run_quiet=0,probing_quiet=0,process_quiet=0,"
						      "least_rate=0,quiet_runs=0,starter=1000000"));
	if (scenario->exec_errno != 0) {
		int fds[2];
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], &scenario->exec_errno, sizeof(int)), sizeof(int));
		(void)close(fds[1]);
		run.main.error_pipe = fds[0];
	}
	int result = follow(&run, &exec_failed, &err);
	check_end(s, result, exec_failed, &err);
	unsigned int asked = s->asked;
	run_release(&run);
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
	if (!scenario->needs_proc)
		(void)play(scenario, PLAY_NO_PROC, 0);
}

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

/* The tracer waits again: has it done what it had to do? */
void script_finish_line(struct script *s)
{
	const struct line *line = s->now;
	const char *wrong = script_check_run(s->run);

	if (s->finished)
		return;
	s->finished = true;
	if (wrong != NULL)
		script_broken(s, "%s", wrong);
	if (line != NULL && line->kind == LINE_TICK && world_is_untraced(&s->world, MAIN) &&
	    !world_is_stopped(&s->world, MAIN) && s->run->suspension.sig != 0)
		script_broken(s, "the main process is taken for stopped");
	if (s->n_listeners != s->run->listeners)
		script_broken(s, "the tracer counts %zu listeners", s->run->listeners);
	if (s->ticking != s->run->timer.ms)
		script_broken(s, "the tracer takes the timer for set to %u, it is %u",
			      s->run->timer.ms, s->ticking);
	if (s->call != NULL && !s->excused)
		script_broken(s, "a call that waits was not answered");
	s->call = NULL;
	if (line != NULL && line->kind == LINE_STATUS && WIFSTOPPED(line->status) && !line->job &&
	    !line->later && s->answers != 1 && !(s->excused && s->answers == 0))
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
	script_finish_line(s);
	if ((flags & WNOHANG) == 0 && s->n_listeners > 0)
		script_broken(s, "sleeps where it would not hear of a call");
	const struct line *line = script_peek(s);
	/* Who looks again and again does not stop the clock. A tick interrupts only a sleep. */
	if ((flags & WNOHANG) != 0 && line != NULL && line->kind != LINE_STATUS) {
		s->clock += 1e-6;
		return s->n_listeners == 0 || world_has_children(&s->world) ? 0 : -ECHILD;
	}
	if (line == NULL && s->n_listeners > 0)
		return -ECHILD;
	if (s->ended)
		script_broken(s, "waited after ECHILD");
	if (line == NULL) {
		s->now = NULL;
		s->ended = true;
		return -ECHILD;
	}
	script_take(s, line);
	if (line->kind == LINE_TICK)
		return -EINTR;
	*status = line->status;
	if (line->job) {
		world_stop(&s->world, line->tid, true);
		return line->tid;
	}
	s->fresh = true;
	note_standing(s, line);
	if (!WIFSTOPPED(*status))
		world_died(&s->world, line->tid);
	else if (*status >> 16 == PTRACE_EVENT_EXEC)
		world_execed(&s->world, line->tid);
	return line->tid;
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
	*id = (struct program_id){
		.device = 1,
		.inode = s->now->program != 0 ? s->now->program : (uint64_t)s->now->where,
	};
	return 0;
}

static uint64_t script_way(struct kernel *k, pid_t tid)
{
	(void)k;
	(void)tid;
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

/* A function that a script knows nothing of must not be called. */
static void not_in_the_script(void)
{
	fail_msg("a function of struct kernel was called that the script does not have");
}

void script_fill(struct kernel *k)
{
	void (*unknown)(void) = not_in_the_script;

	for (size_t at = 0; at + sizeof(unknown) <= sizeof(*k); at += sizeof(unknown))
		memcpy((char *)k + at, &unknown, sizeof(unknown));
	k->wait = script_wait;
	k->syscall_info = script_syscall_info;
	k->event_message = script_event_message;
	k->resume = script_resume;
	script_fill_thread(k);
	script_fill_listen(k);
	k->in_process = script_in_process;
	k->process_of = script_process_of;
	k->describe = script_describe;
	k->name = script_name;
	k->program = script_program;
	k->way = script_way;
	k->privileges_dropped = script_privileges_dropped;
	k->kill = script_kill;
	k->now = script_now;
	k->suspend = script_suspend;
	k->tick = script_tick;
}

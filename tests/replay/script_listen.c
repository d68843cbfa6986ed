/* The paper kernel's listeners, and what it knows of processes that are let go. */
#include "script_state.h"

#include <errno.h>
#include <string.h>

#include "alloc.h"

bool script_listens(const struct script *s, int listener)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		if (s->listeners[i] == listener)
			return true;
	return false;
}

static int script_caught(struct kernel *k, pid_t tid, uint64_t *signals)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	if (script_gone(s, tid) || s->play == PLAY_NO_PROC || s->scenario->caught_hidden)
		return -ENOENT;
	*signals = s->scenario->caught;
	return 0;
}

static int script_exit_kill(struct kernel *k, pid_t tid, bool on)
{
	struct script *s = script_of(k);

	/* An injection whose thread has died comes to an end, too. */
	if (!on && world_is_dead(&s->world, tid))
		return -ESRCH;
	if (!on && s->injecting != tid)
		script_broken(s, "%d is let live on", (int)tid);
	/* Where the run can't go on it may run. */
	if (on || !run_has_failed(s->run))
		(void)script_stopped(s, tid);
	script_did(s, "%s %d", on ? "bind" : "unbind", (int)tid);
	return script_gone(s, tid) ? -ESRCH : 0;
}

static int script_guard(struct kernel *k)
{
	struct script *s = script_of(k);

	script_did(s, "guard");
	return s->scenario->guard_error;
}

static void script_injecting(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if ((tid == 0) == (s->injecting == 0))
		script_broken(s, "one injection in another");
	s->injecting = tid;
}

static int script_can_listen(struct kernel *k, pid_t tgid)
{
	struct script *s = script_of(k);

	return script_gone(s, tgid) ? -ESRCH : s->scenario->listen_error;
}

static int script_take_listener(struct kernel *k, pid_t tid, pid_t tgid, int fd)
{
	struct script *s = script_of(k);

	(void)script_stopped(s, tid);
	script_did(s, "take %d %d", (int)tid, fd);
	if (script_gone(s, tid))
		return -ESRCH;
	if (world_process_of(&s->world, tid) != tgid || script_listens(s, LISTENER(fd)) ||
	    s->n_listeners == MAX_LISTENERS)
		script_broken(s, "taken out of another process, twice, or too many");
	if (s->scenario->take_error == 0)
		s->listeners[s->n_listeners++] = LISTENER(fd);
	return s->scenario->take_error < 0 ? s->scenario->take_error : LISTENER(fd);
}

static void script_close_listener(struct kernel *k, int listener)
{
	struct script *s = script_of(k);

	script_did(s, "close %d", listener);
	if (s->now->kind != LINE_HANG_UP || LISTENER(s->now->listener) != listener)
		script_broken(s, "a listener was closed at which a call may wait");
	for (size_t i = 0; i < s->n_listeners; i++)
		if (s->listeners[i] == listener)
			s->listeners[i] = s->listeners[--s->n_listeners];
}

static void read_line(const struct line *line, struct notification *n)
{
	*n = (struct notification){
		.id = (uint64_t)line->where,
		.tid = line->tid,
		.arch = line->info.arch,
		.nr = (int)line->info.entry.nr,
		.instruction_pointer = line->info.instruction_pointer,
	};
	for (size_t i = 0; i < 6; i++)
		n->args[i] = line->info.entry.args[i];
}

/* It waits no more: there is nothing to be done about it. */
static int no_call(struct script *s, int error)
{
	s->call = NULL;
	return error;
}

static int script_receive(struct kernel *k, int listener, struct notification *n)
{
	struct script *s = script_of(k);
	const struct line *line = s->call;

	if (line == NULL || LISTENER(line->listener) != listener || s->received)
		script_broken(s, "received where no call waits");
	if (script_gone(s, line->tid))
		return no_call(s, -ENOENT);
	if (line->receive_error != 0)
		return no_call(s, line->receive_error);
	read_line(line, n);
	s->received = true;
	if (line->tid == 0 || line->tid != s->injecting)
		ledger_received(&s->ledger, n);
	return 0;
}

static int script_answer(struct kernel *k, int listener, uint64_t id)
{
	struct script *s = script_of(k);
	const struct line *line = s->call;

	if (line == NULL || LISTENER(line->listener) != listener || !s->received ||
	    id != (uint64_t)line->where)
		script_broken(s, "answered what was not asked");
	script_did(s, "answer %d", (int)line->tid);
	return no_call(s, script_gone(s, line->tid) ? -ENOENT : line->answer_error);
}

static bool script_is_waiting(struct kernel *k, int listener, uint64_t id)
{
	struct script *s = script_of(k);

	if (s->call == NULL || LISTENER(s->call->listener) != listener ||
	    id != (uint64_t)s->call->where)
		script_broken(s, "asked of a call that was not received");
	return !script_gone(s, s->call->tid) && !s->call->replaced;
}

/* Who is killed in a variation leaves a listener, too. */
static const struct line *make_hang_up(struct script *s)
{
	if (s->play == PLAY_AS_WRITTEN)
		script_broken(s, "waits at a listener for ever");
	s->hang_up = (struct line){
		.kind = LINE_HANG_UP,
		.listener = s->listeners[0] - LISTENER(0),
		.where = s->now->where,
	};
	return &s->hang_up;
}

/* What comes while others have something to report without a pause is left to the random kernel. */
static int script_poll(struct kernel *k, bool sleep, int *listener)
{
	struct script *s = script_of(k);

	if (s->n_listeners == 0)
		script_broken(s, "no listener is open");
	if (!sleep)
		return LISTENER_QUIET;
	script_finish_line(s);
	const struct line *line = script_peek(s);
	if (line != NULL && line->kind == LINE_STATUS)
		return LISTENER_QUIET;
	if (line == NULL)
		line = make_hang_up(s);
	script_take(s, line);
	if (line->kind == LINE_TICK)
		return -EINTR;
	if (line->poll_error != 0)
		return line->poll_error;
	*listener = LISTENER(line->listener);
	if (line->kind == LINE_HANG_UP)
		return LISTENER_GONE;
	s->call = line;
	s->received = false;
	return LISTENER_CALL;
}

static size_t script_let_go(struct kernel *k, long filters, pid_t **pids)
{
	struct script *s = script_of(k);

	(void)filters;
	*pids = xcalloc(sizeof(s->world.threads) / sizeof(s->world.threads[0]), sizeof(**pids));
	return s->play != PLAY_NO_PROC ? world_let_go(&s->world, *pids) : 0;
}

static bool script_is_stopped(struct kernel *k, pid_t pid)
{
	return world_is_stopped(&script_of(k)->world, pid);
}

/* Somebody else traces it, where the scenario does not say otherwise. */
static int script_attach(struct kernel *k, pid_t tid)
{
	struct script *s = script_of(k);

	if (!s->scenario->attachable)
		return -EPERM;
	if (script_gone(s, tid))
		return -ESRCH;
	script_did(s, "attach %d", (int)tid);
	world_attached(&s->world, tid);
	return 0;
}

static size_t script_threads(struct kernel *k, pid_t pid, pid_t **tids)
{
	const struct world *world = &script_of(k)->world;
	size_t n = 0;

	*tids = xcalloc(world->n + 1, sizeof(**tids));
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].alive && world->threads[i].tgid == pid)
			(*tids)[n++] = world->threads[i].tid;
	return n;
}

static bool script_exec_drops(struct kernel *k, pid_t tid, bool at, const uint64_t args[6],
			      struct exec_refusal *refusal)
{
	struct script *s = script_of(k);

	(void)at;
	(void)args;
	*refusal = (struct exec_refusal){0};
	if (script_gone(s, tid) || s->now->dropped == NULL)
		return false;
	*refusal = (struct exec_refusal){
		.what = s->now->dropped,
		.path = xstrdup("/bin/file"),
		.inode = s->now->program,
	};
	return true;
}

void script_fill_listen(struct kernel *k)
{
	k->attach = script_attach;
	k->threads = script_threads;
	k->exec_drops = script_exec_drops;
	k->caught = script_caught;
	k->exit_kill = script_exit_kill;
	k->guard = script_guard;
	k->injecting = script_injecting;
	k->can_listen = script_can_listen;
	k->take_listener = script_take_listener;
	k->close_listener = script_close_listener;
	k->receive = script_receive;
	k->answer = script_answer;
	k->is_waiting = script_is_waiting;
	k->poll = script_poll;
	k->let_go = script_let_go;
	k->is_stopped = script_is_stopped;
}

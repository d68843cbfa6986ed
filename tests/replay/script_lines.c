/* Which line of a script comes next, in this variation of it. */
#include "script_state.h"

#include <signal.h>
#include <sys/wait.h>

static const struct line *next_death(struct script *s)
{
	pid_t tid = world_next_death(&s->world);

	if (tid == 0)
		return NULL;
	s->death = (struct line)KILLED(tid, SIGKILL, NULL);
	s->death.where = s->now != NULL ? s->now->where : 0;
	return &s->death;
}

/* Does it happen in this variation? Who is not traced has nothing to report but as a job. */
static bool happens(struct script *s, const struct line *line)
{
	bool untraced = world_is_untraced(&s->world, line->tid);

	if (line->kind == LINE_TICK)
		return true;
	if (line->kind == LINE_HANG_UP)
		return script_listens(s, LISTENER(line->listener));
	if (line->kind == LINE_CALL)
		return !world_is_silent(&s->world, line->tid) &&
		       script_listens(s, LISTENER(line->listener));
	if (WIFSTOPPED(line->status) && line->status >> 16 != PTRACE_EVENT_EXEC &&
	    !world_is_silent(&s->world, line->tid) && line->job != untraced) {
		if (s->play == PLAY_AS_WRITTEN)
			script_broken(s, "line %d is of one who is not traced, or is", line->where);
		return false;
	}
	return !world_is_silent(&s->world, line->tid);
}

/* What wait() is not told. */
static bool happens_unseen(struct script *s, const struct line *line)
{
	switch (line->kind) {
	case LINE_BORN:
		if (!world_born(&s->world, line->tid, line->tgid)) {
			s->now = line;
			script_broken(s, "born twice, or too many threads");
		}
		if (line->untraced)
			world_detached(&s->world, line->tid, false);
		return true;
	case LINE_DIED:
		/* In a variation it may still be traced. */
		world_kill(&s->world, line->tid);
		return true;
	case LINE_GOES_ON:
		world_stop(&s->world, line->tid, false);
		return true;
	default:
		return false;
	}
}

const struct line *script_peek(struct script *s)
{
	const struct line *line = next_death(s);

	/* A program that never started does nothing of what follows. */
	if (line == NULL && !s->started && world_is_silent(&s->world, MAIN))
		return NULL;
	for (; line == NULL && s->next < s->scenario->n; s->next++) {
		const struct line *next = &s->scenario->lines[s->next];
		if (happens_unseen(s, next))
			line = next_death(s);
		else if (happens(s, next))
			return next;
	}
	/* Who was let go as it is written may still be traced, and then has no end there. */
	if (line == NULL && s->scenario->lets_go && s->play != PLAY_AS_WRITTEN) {
		world_end(&s->world);
		line = next_death(s);
	}
	return line;
}

void script_take(struct script *s, const struct line *line)
{
	if (line == &s->scenario->lines[s->next])
		s->next++;
	s->now = line;
	s->finished = false;
	s->clock += line->after;
}

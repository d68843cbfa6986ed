#include "world.h"

static const struct thread *find(const struct world *world, pid_t tid)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].tid == tid)
			return &world->threads[i];
	return NULL;
}

bool world_born(struct world *world, pid_t tid, pid_t tgid)
{
	/* A thread of a process that was killed in this variation is never born. */
	bool silent = tgid != tid && world_is_silent(world, tgid);
	const struct thread *known = find(world, tid);
	size_t i = known != NULL ? (size_t)(known - world->threads) : world->n;

	if (i == sizeof(world->threads) / sizeof(world->threads[0]) || world->threads[i].alive)
		return false;
	if (i == world->n)
		world->n++;
	world->threads[i] =
		(struct thread){.tid = tid, .tgid = tgid, .alive = !silent, .silent = silent};
	return true;
}

void world_kill(struct world *world, pid_t tid)
{
	pid_t tgid = world_process_of(world, tid);

	for (size_t i = 0; i < world->n; i++) {
		struct thread *thread = &world->threads[i];
		if (thread->tgid != tgid || !thread->alive)
			continue;
		thread->silent = true;
		thread->dying = !thread->untraced || thread->child;
		thread->alive = thread->dying;
	}
}

pid_t world_next_death(const struct world *world)
{
	const struct thread *found = NULL;

	for (size_t i = 0; i < world->n; i++) {
		const struct thread *thread = &world->threads[i];
		if (thread->dying && (found == NULL || thread->tid != thread->tgid))
			found = thread;
	}
	return found != NULL ? found->tid : 0;
}

void world_died(struct world *world, pid_t tid)
{
	for (size_t i = 0; i < world->n; i++) {
		struct thread *thread = &world->threads[i];
		if (thread->tid == tid || thread->tgid == tid)
			thread->alive = thread->dying = false;
	}
}

void world_execed(struct world *world, pid_t tid)
{
	for (size_t i = 0; i < world->n; i++) {
		struct thread *thread = &world->threads[i];
		if (thread->tid != tid && thread->tgid == tid)
			thread->alive = thread->dying = false;
		/* Who executes is traced, whoever had its number. */
		if (thread->tid == tid)
			thread->untraced = false;
	}
}

pid_t world_process_of(const struct world *world, pid_t tid)
{
	const struct thread *thread = find(world, tid);

	return thread != NULL && thread->alive ? thread->tgid : 0;
}

bool world_is_dead(const struct world *world, pid_t tid)
{
	const struct thread *thread = find(world, tid);

	return thread != NULL && !thread->alive;
}

bool world_is_silent(const struct world *world, pid_t tid)
{
	const struct thread *thread = find(world, tid);

	return thread != NULL && thread->silent;
}

bool world_is_dying(const struct world *world, pid_t tid)
{
	const struct thread *thread = find(world, tid);

	return thread != NULL && thread->dying;
}

bool world_is_anyone_dying(const struct world *world)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].dying)
			return true;
	return false;
}

void world_detached(struct world *world, pid_t tid, bool child)
{
	for (size_t i = 0; i < world->n; i++) {
		struct thread *thread = &world->threads[i];
		if (thread->tid == tid) {
			thread->untraced = true;
			thread->child = child;
		}
	}
}

void world_attached(struct world *world, pid_t tid)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].tid == tid)
			world->threads[i].untraced = false;
}

bool world_is_untraced(const struct world *world, pid_t tid)
{
	const struct thread *thread = find(world, tid);

	return thread != NULL && thread->alive && thread->untraced;
}

void world_stop(struct world *world, pid_t tgid, bool stopped)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].tgid == tgid)
			world->threads[i].stopped = stopped;
}

bool world_is_stopped(const struct world *world, pid_t tgid)
{
	const struct thread *thread = find(world, tgid);

	return thread != NULL && thread->alive && thread->stopped;
}

bool world_has_children(const struct world *world)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].alive &&
		    (!world->threads[i].untraced || world->threads[i].child))
			return true;
	return false;
}

void world_end(struct world *world)
{
	for (size_t i = 0; i < world->n; i++)
		if (world->threads[i].alive && !world->threads[i].untraced)
			world->threads[i].dying = world->threads[i].silent = true;
}

size_t world_let_go(const struct world *world, pid_t *pids)
{
	size_t n = 0;

	for (size_t i = 0; i < world->n; i++) {
		const struct thread *thread = &world->threads[i];
		if (thread->alive && thread->untraced && thread->tid == thread->tgid)
			pids[n++] = thread->tid;
	}
	return n;
}

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
		if (thread->tgid == tgid && thread->alive)
			thread->dying = thread->silent = true;
	}
}

pid_t world_next_death(struct world *world)
{
	struct thread *found = NULL;

	for (size_t i = 0; i < world->n; i++) {
		struct thread *thread = &world->threads[i];
		if (thread->dying && (found == NULL || thread->tid != thread->tgid))
			found = thread;
	}
	if (found == NULL)
		return 0;
	found->dying = false;
	return found->tid;
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

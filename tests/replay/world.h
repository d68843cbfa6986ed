/* Which threads exist in a scripted kernel, and which of them were killed in a variation. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct world {
	struct thread {
		pid_t tid, tgid;
		bool alive;
		bool dying;  /* its death is to be reported */
		bool silent; /* killed in a variation: what the script says of it is left out */
	} threads[64];
	size_t n;
};

/* False when it exists already, or when there is no room. */
bool world_born(struct world *world, pid_t tid, pid_t tgid);

/* SIGKILL, which ends a whole process. */
void world_kill(struct world *world, pid_t tid);

/* Whose death is to be reported next: of a process the leader's last. 0: nobody's. */
pid_t world_next_death(struct world *world);

/* Its death was reported; with the leader's, the whole process is gone. */
void world_died(struct world *world, pid_t tid);

/* The others of its process are gone. */
void world_execed(struct world *world, pid_t tid);

/* 0 when there is no such thread. */
pid_t world_process_of(const struct world *world, pid_t tid);

/* Has its death been reported? */
bool world_is_dead(const struct world *world, pid_t tid);

bool world_is_silent(const struct world *world, pid_t tid);
bool world_is_dying(const struct world *world, pid_t tid);
bool world_is_anyone_dying(const struct world *world);

#endif

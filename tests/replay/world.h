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
		bool dying;    /* its death is to be reported */
		bool silent;   /* killed in a variation: what the script says of it is left out */
		bool untraced; /* nobody reports of it */
		bool child;    /* ... but its end, and its stops as a job */
		bool stopped;  /* as a job is */
	} threads[64];
	size_t n;
};

/* False when it exists already, or when there is no room. */
bool world_born(struct world *world, pid_t tid, pid_t tgid);

/* SIGKILL, which ends a whole process. */
void world_kill(struct world *world, pid_t tid);

/* Whose death is to be reported next: of a process the leader's last. 0: nobody's. */
pid_t world_next_death(const struct world *world);

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

/* It is not traced any more, or never was. */
void world_detached(struct world *world, pid_t tid, bool child);
void world_attached(struct world *world, pid_t tid);
bool world_is_untraced(const struct world *world, pid_t tid);

/* A whole process has stopped or continued as a job. */
void world_stop(struct world *world, pid_t tgid, bool stopped);
bool world_is_stopped(const struct world *world, pid_t tgid);

/* Is there anybody whose end would be reported? */
bool world_has_children(const struct world *world);

/* Kills all that are traced. */
void world_end(struct world *world);

/* The processes that nobody traces, into `pids`, which has room for all; returns their number. */
size_t world_let_go(const struct world *world, pid_t *pids);

#endif

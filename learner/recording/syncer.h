/*
 * Has what is written to a file put on disk from time to time, by a thread of its own: a sync can
 * take long, and meanwhile the workload's stops would wait.
 */
#ifndef LEARNER_SYNCER_H
#define LEARNER_SYNCER_H

#include <pthread.h>
#include <stdbool.h>

struct syncer {
	int (*sync)(void *data);
	void *data; /* borrowed */
	unsigned int interval_ms;
	pthread_t thread;
	bool runs;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	/* Guarded by the mutex: */
	bool dirty, ended;
	int result; /* of the first sync that failed; or 0 */
};

/*
 * Starts the thread, which has all signals blocked. Where there can be no thread everything else
 * does nothing, and the file is on disk when the caller syncs it. `sync` runs in that thread until
 * syncer_stop(), and returns 0 or a negative errno.
 */
void syncer_start(struct syncer *syncer, int (*sync)(void *data), void *data,
		  unsigned int interval_ms);

/* Something was written: it is synced after `interval_ms`, with all that comes until then. */
void syncer_wrote(struct syncer *syncer);

/* Ends the thread. What is not synced yet is the caller's. A negative errno of a sync, or 0. */
int syncer_stop(struct syncer *syncer);

#endif

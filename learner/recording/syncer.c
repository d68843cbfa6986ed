#include "syncer.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

/* It calls nothing that needs more; the default may be more than a limit allows. */
#define STACK_SIZE (64UL * 1024)

static struct timespec after(unsigned int ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Waits until there is something to sync, and for what comes together with it. */
static bool wait_for_work(struct syncer *s)
{
	while (!s->dirty && !s->ended)
		(void)pthread_cond_wait(&s->changed, &s->mutex);
	const struct timespec until = after(s->interval_ms);
	while (!s->ended && pthread_cond_timedwait(&s->changed, &s->mutex, &until) != ETIMEDOUT)
		;
	return !s->ended;
}

static void *work(void *data)
{
	struct syncer *s = data;

	(void)pthread_mutex_lock(&s->mutex);
	while (wait_for_work(s)) {
		s->dirty = false;
		(void)pthread_mutex_unlock(&s->mutex);
		int r = s->sync(s->data);
		(void)pthread_mutex_lock(&s->mutex);
		if (s->result == 0)
			s->result = r;
	}
	(void)pthread_mutex_unlock(&s->mutex);
	return NULL;
}

static bool start_thread(struct syncer *s)
{
	pthread_attr_t attr;
	sigset_t all, before;

	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	/* Signals are for the thread that follows the workload. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&s->thread, &attr, work, s) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	return started;
}

void syncer_start(struct syncer *s, int (*sync)(void *data), void *data, unsigned int interval_ms)
{
	pthread_condattr_t attr;

	*s = (struct syncer){.sync = sync, .data = data, .interval_ms = interval_ms};
	(void)pthread_mutex_init(&s->mutex, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->changed, &attr);
	(void)pthread_condattr_destroy(&attr);
	s->runs = start_thread(s);
}

void syncer_wrote(struct syncer *s)
{
	if (!s->runs)
		return;
	(void)pthread_mutex_lock(&s->mutex);
	if (!s->dirty)
		(void)pthread_cond_signal(&s->changed);
	s->dirty = true;
	(void)pthread_mutex_unlock(&s->mutex);
}

int syncer_stop(struct syncer *s)
{
	if (!s->runs)
		return 0;
	(void)pthread_mutex_lock(&s->mutex);
	s->ended = true;
	(void)pthread_cond_signal(&s->changed);
	(void)pthread_mutex_unlock(&s->mutex);
	(void)pthread_join(s->thread, NULL);
	(void)pthread_cond_destroy(&s->changed);
	(void)pthread_mutex_destroy(&s->mutex);
	s->runs = false;
	return s->result;
}

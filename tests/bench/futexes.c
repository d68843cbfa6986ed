/*
 * 64 threads contend on a mutex, and wait for one another at a barrier, COUNT times: both sleep
 * and wake with futex.
 */
#include <err.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define THREADS 64
#define LOCKS 8 /* of each thread, between two barriers */

struct shared {
	pthread_mutex_t lock;
	pthread_barrier_t barrier;
	long count;
	uint64_t value;
};

static void *work(void *data)
{
	struct shared *s = data;

	for (long i = 0; i < s->count; i++) {
		for (int j = 0; j < LOCKS; j++) {
			pthread_mutex_lock(&s->lock);
			/* As long as a small change of a shared table takes. */
			for (int k = 0; k < 100; k++)
				s->value = s->value * 6364136223846793005u + 1442695040888963407u;
			pthread_mutex_unlock(&s->lock);
		}
		pthread_barrier_wait(&s->barrier);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct shared s = {.lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[THREADS];

	if (argc != 2)
		errx(2, "usage: futexes COUNT");
	s.count = atol(argv[1]);
	if (pthread_barrier_init(&s.barrier, NULL, THREADS) != 0)
		errx(1, "pthread_barrier_init");
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, &s) != 0)
			errx(1, "pthread_create");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

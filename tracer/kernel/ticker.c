#include "ticker.h"

#include <stddef.h>
#include <sys/time.h>
#include <time.h>

static struct {
	bool made;
	timer_t timer;
	volatile sig_atomic_t went_off;
} state;

void ticker_start(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGALRM,
		.sigev_value.sival_ptr = &state,
	};

	state.made = timer_create(CLOCK_MONOTONIC, &event, &state.timer) == 0;
}

void ticker_set(unsigned int ms)
{
	struct timespec interval = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
	struct itimerspec spec = {.it_interval = interval, .it_value = interval};

	if (state.made) {
		(void)timer_settime(state.timer, 0, &spec, NULL);
		return;
	}
	const struct timeval every = {interval.tv_sec, interval.tv_nsec / 1000};
	const struct itimerval alarm = {every, every};
	(void)setitimer(ITIMER_REAL, &alarm, NULL);
}

bool ticker_sent(const siginfo_t *info)
{
	bool sent = state.made ? info->si_code == SI_TIMER && info->si_value.sival_ptr == &state
			       : info->si_code == SI_KERNEL;

	if (sent)
		state.went_off = 1;
	return sent;
}

bool ticker_went_off(void)
{
	return __atomic_exchange_n(&state.went_off, 0, __ATOMIC_SEQ_CST) != 0;
}

void ticker_stop(void)
{
	ticker_set(0);
	if (state.made)
		(void)timer_delete(state.timer);
	state.made = false;
}

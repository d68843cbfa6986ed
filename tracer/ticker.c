#include "ticker.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

static struct {
	bool made;
	timer_t timer;
} state;

int ticker_start(struct err *err)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGALRM,
		.sigev_value.sival_ptr = &state,
	};

	if (timer_create(CLOCK_MONOTONIC, &event, &state.timer) < 0)
		return err_sys(err, errno, "cannot make a timer");
	state.made = true;
	return 0;
}

void ticker_set(unsigned int ms)
{
	struct timespec interval = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
	struct itimerspec spec = {.it_interval = interval, .it_value = interval};

	if (state.made)
		(void)timer_settime(state.timer, 0, &spec, NULL);
}

bool ticker_sent(const siginfo_t *info)
{
	return info->si_code == SI_TIMER && info->si_value.sival_ptr == &state;
}

void ticker_stop(void)
{
	if (state.made)
		(void)timer_delete(state.timer);
	state.made = false;
}

#include "poll.h"

static bool is_trial(const struct poll *poll)
{
	return poll->turn < POLL_TURNS;
}

bool poll_asks(const struct poll *poll)
{
	return is_trial(poll) ? poll->turn % 2 != 0 : poll->better;
}

static void begin_trial(struct poll *poll)
{
	poll->turn = poll->n = 0;
	poll->took[0] = poll->took[1] = 0;
	if (poll->settled < POLL_SETTLED_MAX)
		poll->settled *= 2;
}

static void end_turn(struct poll *poll)
{
	poll->n = 0;
	if (++poll->turn < POLL_TURNS)
		return;
	poll->better = poll->took[1] < poll->took[0];
	if (poll->settled == 0)
		poll->settled = POLL_SETTLED;
}

void poll_note(struct poll *poll, double gap)
{
	poll->n++;
	if (!is_trial(poll)) {
		if (poll->n == poll->settled)
			begin_trial(poll);
		return;
	}
	poll->took[poll->turn % 2] += gap;
	if (poll->n == POLL_TURN)
		end_turn(poll);
}

/* No signal is lost, whenever it arrives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "forward.h"

#define N_ROUNDS 6000
#define LIMIT_SECONDS 60

/* Sends one signal each time it is asked to. */
static pid_t start_sender(int sig, int *ask)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char byte;
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(fds[1]);
		while (read(fds[0], &byte, 1) == 1)
			(void)kill(getppid(), sig);
		_exit(0);
	}
	(void)close(fds[0]);
	*ask = fds[1];
	return pid;
}

/*
 * Who asks without a pause is interrupted at any place, and before long between a look at the flag and
 * its reset. A signal that got lost there is waited for in vain.
 */
static void none_is_lost(int sig, bool (*asked)(void))
{
	int ask;
	pid_t main_pid = fork();

	if (main_pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)pause();
		_exit(0);
	}
	pid_t sender = start_sender(sig, &ask);
	(void)kill(main_pid, SIGSTOP);
	forward_start(main_pid);
	for (int i = 0; i < N_ROUNDS; i++) {
		time_t limit = time(NULL) + LIMIT_SECONDS;
		assert_int_equal(write(ask, "", 1), 1);
		for (unsigned int n = 1; !asked(); n++)
			assert_true(n % 4096 != 0 || time(NULL) < limit);
	}
	forward_stop();
	(void)close(ask);
	(void)waitpid(sender, NULL, 0);
	(void)kill(main_pid, SIGKILL);
	(void)waitpid(main_pid, NULL, 0);
}

static void continued(void **state)
{
	(void)state;
	none_is_lost(SIGCONT, forward_continued);
}

static void stop_asked(void **state)
{
	(void)state;
	none_is_lost(SIGTSTP, forward_stop_asked);
}

static void attention(void **state)
{
	(void)state;
	none_is_lost(SIGCONT, forward_attention);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(continued),
		cmocka_unit_test(stop_asked),
		cmocka_unit_test(attention),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

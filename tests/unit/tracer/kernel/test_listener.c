/* Listeners of the real kernel: taken out of another process, polled, received from, answered, closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"
#include "listener.h"
#include "notified.h"

#define LIMIT_SECONDS 60

/* More than are polled one by one. */
#define MANY 20

static int take(const struct notified *n)
{
	assert_int_equal(listener_can_take(n->pid), 0);
	int listener = listener_take(n->pid, n->pid, n->fd);
	assert_true(listener >= 0);
	assert_true(listener_is_one(listener));
	assert_true((fcntl(listener, F_GETFD) & FD_CLOEXEC) != 0);
	return listener;
}

static int poll_now(int *listener)
{
	return listener_poll(false, -1, listener);
}

static int poll_asleep(int *listener)
{
	return listener_poll(true, -1, listener);
}

static void a_call_waits_and_goes_on(void **state)
{
	(void)state;
	struct notified child;
	struct notification call;
	int found;

	notified_start(&child);
	int listener = take(&child);
	assert_int_equal(poll_now(&found), LISTENER_QUIET);
	for (int i = 0; i < 3; i++) {
		notified_call(&child);
		assert_int_equal(poll_asleep(&found), LISTENER_CALL);
		assert_int_equal(found, listener);
		assert_int_equal(listener_receive(listener, &call), 0);
		assert_int_equal(call.tid, child.pid);
		assert_int_equal(call.nr, NOTIFIED_CALL);
		assert_int_equal(call.args[0], NOTIFIED_ARGUMENT);
		assert_true(call.instruction_pointer != 0);
		int32_t nr;
		const struct abi *abi = abi_of_call(call.arch, (uint64_t)call.nr, &nr);
		assert_non_null(abi);
		assert_int_equal(nr, NOTIFIED_CALL);
		assert_true(listener_is_waiting(listener, call.id));
		assert_int_equal(listener_answer(listener, call.id), 0);
		assert_int_equal(notified_result(&child), getsid(child.pid));
		assert_false(listener_is_waiting(listener, call.id));
		assert_int_equal(listener_answer(listener, call.id), -ENOENT);
	}
	assert_int_equal(poll_now(&found), LISTENER_QUIET);
	notified_end(&child);
	assert_int_equal(poll_asleep(&found), LISTENER_GONE);
	assert_int_equal(found, listener);
	listener_close(listener);
	assert_int_equal(poll_now(&found), LISTENER_QUIET);
}

/* Before it is received, and before it is answered. */
static void killed_while_it_waits(void **state)
{
	(void)state;
	struct notified child;
	struct notification call;
	int found;

	notified_start(&child);
	int listener = take(&child);
	notified_call(&child);
	assert_int_equal(poll_asleep(&found), LISTENER_CALL);
	notified_end(&child);
	assert_int_equal(listener_receive(listener, &call), -ENOENT);
	listener_close(listener);

	notified_start(&child);
	listener = take(&child);
	notified_call(&child);
	assert_int_equal(poll_asleep(&found), LISTENER_CALL);
	assert_int_equal(listener_receive(listener, &call), 0);
	notified_end(&child);
	assert_false(listener_is_waiting(listener, call.id));
	assert_int_equal(listener_answer(listener, call.id), -ENOENT);
	assert_int_equal(poll_asleep(&found), LISTENER_GONE);
	listener_close(listener);
}

static size_t index_of(const int *listeners, size_t n, int listener)
{
	for (size_t i = 0; i < n; i++)
		if (listeners[i] == listener)
			return i;
	fail_msg("%d is none of the listeners", listener);
	return 0;
}

/* All wait at once: each is found, once; and so is each end. */
static void find_each(size_t n)
{
	struct notified children[MANY];
	int listeners[MANY], found;
	bool seen[MANY] = {false};
	struct notification call;

	for (size_t i = 0; i < n; i++) {
		notified_start(&children[i]);
		listeners[i] = take(&children[i]);
	}
	for (size_t i = 0; i < n; i++)
		notified_call(&children[i]);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(poll_asleep(&found), LISTENER_CALL);
		size_t who = index_of(listeners, n, found);
		assert_int_equal(listener_receive(found, &call), 0);
		assert_int_equal(call.tid, children[who].pid);
		assert_false(seen[who]);
		seen[who] = true;
		assert_int_equal(listener_answer(found, call.id), 0);
		assert_int_equal(notified_result(&children[who]), getsid(0));
	}
	assert_int_equal(poll_now(&found), LISTENER_QUIET);
	for (size_t i = 0; i < n; i++)
		notified_end(&children[i]);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(poll_asleep(&found), LISTENER_GONE);
		size_t who = index_of(listeners, n, found);
		listener_close(found);
		listeners[who] = -1;
	}
	assert_int_equal(poll_now(&found), LISTENER_QUIET);
}

static void each_of_some(void **state)
{
	(void)state;
	find_each(1);
	find_each(3);
}

static void each_of_many(void **state)
{
	(void)state;
	find_each(MANY);
}

/* One that makes calls without a pause does not keep the other waiting. */
static void in_turn(void **state)
{
	(void)state;
	struct notified busy, other;
	struct notification call;
	int found, at_other = 0;

	notified_start(&busy);
	notified_start(&other);
	int first = take(&busy), second = take(&other);
	notified_call(&busy);
	notified_call(&other);
	assert_true(notified_wait_for(second));
	for (int i = 0; i < 4 && at_other == 0; i++) {
		/* Asking is a turn, too: so it is not waited here until the busy one's next call waits. */
		assert_int_equal(poll_asleep(&found), LISTENER_CALL);
		assert_int_equal(listener_receive(found, &call), 0);
		if (found == second) {
			at_other = i + 1;
			assert_int_equal(listener_answer(second, call.id), 0);
			break;
		}
		assert_int_equal(listener_answer(first, call.id), 0);
		assert_int_equal(notified_result(&busy), getsid(0));
		notified_call(&busy);
	}
	assert_in_range(at_other, 1, 4);
	assert_int_equal(notified_result(&other), getsid(0));
	notified_end(&busy);
	notified_end(&other);
	listener_close(first);
	listener_close(second);
}

static void what_is_no_listener(void **state)
{
	(void)state;
	struct notified child;

	notified_start(&child);
	assert_false(listener_is_one(0));
	assert_false(listener_is_one(-1));
	assert_true(listener_share() >= 0);
	assert_int_equal(listener_share(), listener_share());
	assert_false(listener_is_one(listener_share()));
	assert_int_equal(listener_take(child.pid, child.pid, 0), -EBADF);
	assert_int_equal(listener_take(child.pid, child.pid, 12345), -EBADF);
	notified_end(&child);
	assert_int_equal(listener_can_take(child.pid), -ESRCH);
	assert_int_equal(listener_take(child.pid, child.pid, child.fd), -ESRCH);
}

static void on_child(int sig)
{
	(void)sig;
}

/* waitpid() may have something then. */
static void a_child_ends_a_sleep(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = on_child}, before;
	sigset_t set, mask;
	int found;

	(void)sigaction(SIGCHLD, &action, &before);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, &mask);
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	assert_int_equal(poll_asleep(&found), -EINTR);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	(void)sigaction(SIGCHLD, &before, NULL);
}

static void the_guard_is_polled_too(void **state)
{
	(void)state;
	int ends[2], found;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(listener_poll(false, ends[0], &found), LISTENER_QUIET);
	assert_int_equal(write(ends[1], "", 1), 1);
	assert_int_equal(listener_poll(true, ends[0], &found), LISTENER_GUARD);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_waits_and_goes_on),
		cmocka_unit_test(killed_while_it_waits),
		cmocka_unit_test(each_of_some),
		cmocka_unit_test(each_of_many),
		cmocka_unit_test(in_turn),
		cmocka_unit_test(what_is_no_listener),
		cmocka_unit_test(a_child_ends_a_sleep),
		cmocka_unit_test(the_guard_is_polled_too),
	};

	(void)alarm(LIMIT_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The guardian: what it does when the process that made it is dead, and nothing before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guardian.h"
#include "listener.h"
#include "notified.h"

#define LIMIT_SECONDS 60

/* What a learner says of itself once it is ready. */
struct said {
	int error; /* 0, or where it failed */
	pid_t guardian;
};

struct learner {
	pid_t pid;
	int guardian; /* a pidfd */
	int error;
};

static pid_t number_of(int pidfd)
{
	char path[64], line[128];
	int pid = -1;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	if (file != NULL)
		(void)fclose(file);
	return pid;
}

/* A process that makes a guardian, does what `prepare` does, and waits to be killed. */
static struct learner start_learner(int (*prepare)(void *data), void *data)
{
	struct learner learner;
	struct said said;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	learner.pid = fork();
	assert_true(learner.pid >= 0);
	if (learner.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		said.error = guardian_start();
		said.guardian = said.error == 0 ? number_of(guardian_fd()) : -1;
		if (said.error == 0)
			said.error = prepare(data);
		if (write(ends[1], &said, sizeof(said)) == sizeof(said))
			(void)pause();
		_exit(1);
	}
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &said, sizeof(said)), sizeof(said));
	(void)close(ends[0]);
	learner.error = said.error;
	learner.guardian = (int)syscall(SYS_pidfd_open, said.guardian, 0);
	return learner;
}

static void kill_learner(const struct learner *learner)
{
	(void)kill(learner->pid, SIGKILL);
	assert_int_equal(waitpid(learner->pid, NULL, 0), learner->pid);
}

static void guardian_ends(const struct learner *learner)
{
	assert_true(learner->guardian >= 0);
	assert_true(notified_wait_for(learner->guardian));
	(void)close(learner->guardian);
}

static int take(void *data)
{
	const struct notified *children = data;

	for (int i = 0; i < 2; i++) {
		int listener = listener_take(children[i].pid, children[i].pid, children[i].fd);
		if (listener < 0)
			return listener;
	}
	return 0;
}

/* It lets every call pass until nobody is left who could make one. */
static void answers_for_the_dead(void **state)
{
	(void)state;
	struct notified children[2];

	notified_start(&children[0]);
	notified_start(&children[1]);
	struct learner learner = start_learner(take, children);
	if (learner.error == -EPERM) {
		print_message("only a parent may take descriptors here\n");
		kill_learner(&learner);
		notified_end(&children[0]);
		notified_end(&children[1]);
		skip();
	}
	assert_int_equal(learner.error, 0);
	/* One waits already. */
	notified_call(&children[0]);
	kill_learner(&learner);
	assert_int_equal(notified_result(&children[0]), getsid(0));
	for (int i = 0; i < 4; i++) {
		notified_call(&children[i % 2]);
		assert_int_equal(notified_result(&children[i % 2]), getsid(0));
	}
	notified_end(&children[0]);
	notified_call(&children[1]);
	assert_int_equal(notified_result(&children[1]), getsid(0));
	notified_end(&children[1]);
	guardian_ends(&learner);
}

static int take_and_receive(void *data)
{
	struct notification call;
	int found, r = take(data);

	if (r < 0)
		return r;
	r = listener_poll(true, -1, &found);
	return r != LISTENER_CALL ? -EINVAL : listener_receive(found, &call);
}

/* The kernel tells of a call once: who is killed before the answer must not be the only one who knows. */
static void answers_what_was_received(void **state)
{
	(void)state;
	struct notified children[2];

	notified_start(&children[0]);
	notified_start(&children[1]);
	notified_call(&children[1]);
	struct learner learner = start_learner(take_and_receive, children);
	if (learner.error == 0) {
		kill_learner(&learner);
		assert_int_equal(notified_result(&children[1]), getsid(0));
	} else {
		kill_learner(&learner);
	}
	notified_end(&children[0]);
	notified_end(&children[1]);
	guardian_ends(&learner);
	if (learner.error == -EPERM) {
		print_message("only a parent may take descriptors here\n");
		skip();
	}
	assert_int_equal(learner.error, 0);
}

static int do_nothing(void *data)
{
	(void)data;
	return 0;
}

/* It keeps no descriptor: whoever reads from the learner comes to the end. */
static void keeps_nothing(void **state)
{
	(void)state;
	int ends[2];
	char byte;

	assert_int_equal(pipe(ends), 0);
	struct learner learner = start_learner(do_nothing, NULL);
	assert_int_equal(learner.error, 0);
	(void)close(ends[1]);
	kill_learner(&learner);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	(void)close(ends[0]);
	guardian_ends(&learner);
}

static pid_t start_target(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	return pid;
}

static int about_to_pass(void *data)
{
	guardian_note_signal(*(pid_t *)data, SIGTERM);
	return 0;
}

static int have_passed(void *data)
{
	guardian_note_signal(*(pid_t *)data, SIGTERM);
	guardian_note_passed();
	return 0;
}

static void passes_a_signal_on(void **state)
{
	(void)state;
	pid_t gets = start_target(), has_got = start_target();
	int status;

	struct learner first = start_learner(about_to_pass, &gets);
	struct learner second = start_learner(have_passed, &has_got);
	assert_int_equal(first.error, 0);
	assert_int_equal(second.error, 0);
	assert_int_equal(waitpid(gets, &status, WNOHANG), 0);
	kill_learner(&first);
	kill_learner(&second);
	guardian_ends(&first);
	guardian_ends(&second);
	assert_int_equal(waitpid(gets, &status, 0), gets);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(waitpid(has_got, &status, WNOHANG), 0);
	(void)kill(has_got, SIGKILL);
	assert_int_equal(waitpid(has_got, &status, 0), has_got);
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

struct told {
	int fd;
	bool over;
};

static int inject(void *data)
{
	const struct told *told = data;

	guardian_note_injection(1234);
	if (told->over)
		guardian_note_injection(0);
	return dup2(told->fd, STDERR_FILENO) < 0 ? -errno : 0;
}

/* All that is said, by the learner or its guardian. */
static void said_when_killed(bool over, char *text, size_t size)
{
	int ends[2];
	size_t n = 0;
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	struct told told = {ends[1], over};
	struct learner learner = start_learner(inject, &told);
	assert_int_equal(learner.error, 0);
	(void)close(ends[1]);
	kill_learner(&learner);
	while (n < size - 1 && (got = read(ends[0], text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	(void)close(ends[0]);
	guardian_ends(&learner);
}

static void tells_who_was_killed(void **state)
{
	(void)state;
	char text[512];

	said_when_killed(false, text, sizeof(text));
	assert_non_null(strstr(text, "seccomp-learn: "));
	assert_non_null(strstr(text, "process 1234 "));
	said_when_killed(true, text, sizeof(text));
	assert_string_equal(text, "");
}

/* In this process itself: it is no child, and is made again when it was killed. */
static void is_replaced(void **state)
{
	(void)state;
	int found;

	guardian_stop();
	assert_int_equal(guardian_fd(), -1);
	/* Without one these go nowhere. */
	guardian_note_signal(1, SIGKILL);
	guardian_note_passed();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(guardian_start(), 0);
		assert_true(guardian_fd() >= 0);
		assert_int_equal(waitpid(-1, NULL, WNOHANG | __WALL), -1);
		assert_int_equal(errno, ECHILD);
		assert_int_equal(listener_poll(false, guardian_fd(), &found), LISTENER_QUIET);
		assert_int_equal(syscall(SYS_pidfd_send_signal, guardian_fd(), SIGKILL, NULL, 0),
				 0);
		assert_true(notified_wait_for(guardian_fd()));
		assert_int_equal(listener_poll(true, guardian_fd(), &found), LISTENER_GUARD);
	}
	assert_int_equal(guardian_start(), 0);
	int guardian = dup(guardian_fd());
	guardian_stop();
	assert_int_equal(guardian_fd(), -1);
	assert_true(notified_wait_for(guardian));
	(void)close(guardian);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_for_the_dead), cmocka_unit_test(answers_what_was_received),
		cmocka_unit_test(keeps_nothing),        cmocka_unit_test(passes_a_signal_on),
		cmocka_unit_test(tells_who_was_killed), cmocka_unit_test(is_replaced),
	};

	(void)alarm(LIMIT_SECONDS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

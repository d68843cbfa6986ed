/*
 * Runs a command to the end of everybody who holds its standard output, for capture() of lib.bash; in one
 * process where timeout, a shell's pipe, cat and mv were five.
 *
 * usage: capture SECONDS DIR NAME COMMAND...
 *
 * Its output, its errors and its status are then in DIR/NAME.out, .err and .status; a status as a shell has
 * it, 124 when it was ended after so many seconds. The errors get their name afterwards: two runs see the
 * same one. The status is 0 when there are these files, whatever is in them.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds that a command has to end after it was asked to. */
#define PATIENCE 5

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int create(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

static _Noreturn void execute(char *argv[], int out, int errors)
{
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
		_exit(125);
	(void)execvp(argv[0], argv);
	warn("%s", argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

static void write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0)
			err(1, "writing what the command has written");
		data += n;
		len -= (size_t)n;
	}
}

/* Returns false when that took too long, and everybody was asked to end. */
static bool copy(int from, int to, int seconds)
{
	static char data[65536];
	int64_t end = now_ms() + seconds * INT64_C(1000);
	bool in_time = true;

	for (;;) {
		struct pollfd p = {from, POLLIN, 0};
		int64_t left = end - now_ms();

		if (left <= 0) {
			/* The second time it does not survive that itself. */
			(void)kill(0, in_time ? SIGTERM : SIGKILL);
			in_time = false;
			end = now_ms() + PATIENCE * 1000;
			continue;
		}
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		ssize_t n = read(from, data, sizeof(data));
		if (n == 0)
			return in_time;
		if (n < 0)
			err(1, "reading what the command writes");
		write_all(to, data, (size_t)n);
	}
}

int main(int argc, char *argv[])
{
	int pipe_fds[2], status;
	char out[4096], errors[4096], errors_then[4096], text[16];

	if (argc < 5)
		errx(2, "usage: capture SECONDS DIR NAME COMMAND...");
	(void)snprintf(out, sizeof(out), "%s/%s.out", argv[2], argv[3]);
	(void)snprintf(errors, sizeof(errors), "%s/err", argv[2]);
	(void)snprintf(errors_then, sizeof(errors_then), "%s/%s.err", argv[2], argv[3]);
	/* So that the time limit finds all of them, and nobody else. */
	(void)setpgid(0, 0);
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		err(1, "pipe");
	int out_fd = create(out), errors_fd = create(errors);
	pid_t child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		execute(argv + 4, pipe_fds[1], errors_fd);
	(void)close(pipe_fds[1]);
	(void)signal(SIGTERM, SIG_IGN);
	bool in_time = copy(pipe_fds[0], out_fd, atoi(argv[1]));
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (rename(errors, errors_then) < 0)
		err(1, "%s", errors);
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	(void)snprintf(text, sizeof(text), "%d\n", in_time ? status : 124);
	(void)snprintf(out, sizeof(out), "%s/%s.status", argv[2], argv[3]);
	write_all(create(out), text, strlen(text));
	return 0;
}

/*
 * What a small C program does: reads its configuration, catches a signal, has a child do a part
 * of the work, and replaces a file by a new one, on the disk before it has its name.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t hangups;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void on_hangup(int signal)
{
	(void)signal;
	hangups++;
}

static void catch_signal(void)
{
	struct sigaction action = {.sa_handler = on_hangup, .sa_flags = SA_RESTART};

	if (sigaction(SIGHUP, &action, NULL) < 0 || raise(SIGHUP) != 0)
		fail("signal");
	printf("hangups: %d\n", (int)hangups);
}

static void read_configuration(void)
{
	char line[256];
	int users = 0;
	FILE *file = fopen("/etc/passwd", "r");

	if (!file)
		fail("/etc/passwd");
	while (fgets(line, sizeof(line), file))
		users += strchr(line, ':') != NULL;
	fclose(file);
	printf("users: %d\n", users);
}

static void ask_child(void)
{
	char answer[32] = "";
	int ends[2], status;
	pid_t child;

	if (pipe(ends) < 0)
		fail("pipe");
	fflush(stdout);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		if (write(ends[1], "forty-two", 9) != 9)
			_exit(1);
		_exit(7);
	}
	close(ends[1]);
	if (read(ends[0], answer, sizeof(answer) - 1) < 0 || waitpid(child, &status, 0) != child)
		fail("child");
	close(ends[0]);
	printf("child: %s, status %d\n", answer, WEXITSTATUS(status));
}

static void replace_file(void)
{
	char name[] = "state.XXXXXX";
	struct stat st;
	int fd = mkstemp(name);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		fail(name);
	for (int i = 0; i < 2000; i++)
		fprintf(file, "%d\n", i);
	if (fflush(file) != 0 || fsync(fd) < 0 || fchmod(fd, 0640) < 0 || fclose(file) != 0)
		fail(name);
	if (rename(name, "state") < 0 || stat("state", &st) < 0)
		fail("state");
	printf("state: %ld bytes, mode %o\n", (long)st.st_size, st.st_mode & 07777);
}

int main(void)
{
	catch_signal();
	read_configuration();
	ask_child();
	replace_file();
	return 0;
}

/* Two processes hand a byte back and forth over two pipes, COUNT times. */
#include <err.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void pass(int from, int to)
{
	char byte;

	if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
		err(1, "passing the byte");
}

int main(int argc, char **argv)
{
	int there[2], back[2], status;

	if (argc != 2)
		errx(2, "usage: pingpong COUNT");
	long count = atol(argv[1]);
	if (pipe(there) != 0 || pipe(back) != 0)
		err(1, "pipe");
	pid_t child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		for (long i = 0; i < count; i++)
			pass(there[0], back[1]);
		return 0;
	}
	if (write(there[1], "", 1) != 1)
		err(1, "write");
	for (long i = 1; i < count; i++)
		pass(back[0], there[1]);
	if (waitpid(child, &status, 0) != child || status != 0)
		errx(1, "the other process failed");
	return 0;
}

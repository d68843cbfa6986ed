/* A 32-bit program with threads, files, sockets and a child that is a 64-bit program. */
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *square(void *arg)
{
	int *n = arg;

	*n *= *n;
	return n;
}

static void files(void)
{
	struct stat st;
	int fd = open("file32", O_RDWR | O_CREAT, 0600);
	char *map;

	if (fd < 0 || ftruncate(fd, 8192) || pwrite(fd, "x", 1, 4096) != 1 || fstat(fd, &st))
		exit(1);
	map = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
	printf("%c %lld %lld\n", map[4096], (long long)st.st_size,
	       (long long)lseek(fd, 0, SEEK_END));
	munmap(map, 8192);
	close(fd);
	rename("file32", "renamed32");
	unlink("renamed32");
}

static void sockets(void)
{
	struct pollfd pfd;
	char buf[8] = "";
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) || send(sv[0], "hello", 5, 0) != 5)
		exit(1);
	pfd = (struct pollfd){.fd = sv[1], .events = POLLIN};
	poll(&pfd, 1, 1000);
	recv(sv[1], buf, sizeof(buf), 0);
	puts(buf);
}

static void caught(int sig)
{
	(void)sig;
	if (write(1, "signal\n", 7) != 7)
		_exit(1);
}

int main(void)
{
	pthread_t threads[4];
	int values[4] = {2, 3, 4, 5};
	int status, sum = 0;
	unsigned int nobody_waits = 0;
	pid_t pid;

	/* pthread_join() makes this call only where it is faster than the thread. */
	if (syscall(SYS_futex, &nobody_waits, FUTEX_WAKE, 1, NULL, NULL, 0) != 0)
		return 1;
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int i = 0; i < 4; i++) {
		if (pthread_create(&threads[i], NULL, square, &values[i]))
			return 1;
		pthread_join(threads[i], NULL);
		sum += values[i];
	}
	printf("%zu-bit, sum %d\n", sizeof(void *) * 8, sum);
	files();
	sockets();
	signal(SIGUSR1, caught);
	raise(SIGUSR1);
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	pid = fork();
	if (pid == 0) {
		execl("/bin/echo", "echo", "a 64-bit child", NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/*
 * A server with a thread for each connection, and its clients, threads as well: locks, conditions,
 * thread-local memory, names looked up, sockets on loopback.
 */
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 4, ROUNDS = 10 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int answered;
static _Thread_local int rounds;
static const char *port;

static void check(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(1);
}

static struct addrinfo *look_up(void)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
	int error = getaddrinfo("localhost", port, &hints, &found);

	if (error) {
		fprintf(stderr, "localhost: %s\n", gai_strerror(error));
		exit(1);
	}
	return found;
}

static void *answer(void *argument)
{
	int fd = *(int *)argument;
	char text[4];

	free(argument);
	while (recv(fd, text, sizeof(text), MSG_WAITALL) == (ssize_t)sizeof(text)) {
		check(send(fd, text, sizeof(text), 0) == (ssize_t)sizeof(text), "send");
		rounds++;
	}
	close(fd);
	pthread_mutex_lock(&lock);
	answered += rounds;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *serve(void *argument)
{
	int listener = *(int *)argument;

	for (int i = 0; i < CLIENTS; i++) {
		int *fd = malloc(sizeof(*fd));
		pthread_t thread;

		check(fd != NULL, "malloc");
		*fd = accept(listener, NULL, NULL);
		check(*fd >= 0, "accept");
		check(pthread_create(&thread, NULL, answer, fd) == 0, "thread");
		pthread_detach(thread);
	}
	return NULL;
}

static void *ask(void *argument)
{
	struct addrinfo *address = look_up();
	int fd = socket(address->ai_family, address->ai_socktype, 0);
	char text[4];

	(void)argument;
	check(fd >= 0, "socket");
	check(connect(fd, address->ai_addr, address->ai_addrlen) == 0, "connect");
	for (int i = 0; i < ROUNDS; i++) {
		check(send(fd, "ping", 4, 0) == 4, "send");
		check(recv(fd, text, sizeof(text), MSG_WAITALL) == 4, "recv");
	}
	close(fd);
	freeaddrinfo(address);
	return NULL;
}

int main(void)
{
	pthread_t server, clients[CLIENTS];
	struct addrinfo *address;
	int listener, on = 1;

	port = getenv("PORT");
	check(port != NULL, "PORT");
	address = look_up();
	listener = socket(address->ai_family, address->ai_socktype, 0);
	check(listener >= 0, "socket");
	check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0, "setsockopt");
	check(bind(listener, address->ai_addr, address->ai_addrlen) == 0, "bind");
	check(listen(listener, CLIENTS) == 0, "listen");
	freeaddrinfo(address);

	check(pthread_create(&server, NULL, serve, &listener) == 0, "thread");
	for (int i = 0; i < CLIENTS; i++)
		check(pthread_create(&clients[i], NULL, ask, NULL) == 0, "thread");
	for (int i = 0; i < CLIENTS; i++)
		check(pthread_join(clients[i], NULL) == 0, "join");
	check(pthread_join(server, NULL) == 0, "join");
	pthread_mutex_lock(&lock);
	while (answered < CLIENTS * ROUNDS)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	printf("answered: %d\n", answered);
	return 0;
}

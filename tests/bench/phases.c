/*
 * A server of two phases, with different system calls: at its start it reads all files of DIR into
 * an index (opendir, stat, open, read, close: thousands of times), then it serves them by HTTP
 * on 127.0.0.1:PORT (epoll, accept, recv, send). A request is parsed and looked up in the index,
 * the file is read again, its SHA-256 sent as ETag, and a line added to the log, which is written
 * every 4 KiB. SIGTERM ends it.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"

#define BUCKETS 4096
#define FILE_MAX 16384
#define EVENTS 64

struct entry {
	struct entry *next;
	char etag[65];
	char name[];
};

struct server {
	int dir, listener, epoll, log;
	struct entry *index[BUCKETS];
	size_t log_used;
	char log_text[4096];
	char file[FILE_MAX];
};

static volatile sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static size_t bucket(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * 16777619u;
	return hash % BUCKETS;
}

static struct entry *find(struct server *s, const char *name, size_t len)
{
	struct entry *e = s->index[bucket(name, len)];

	while (e != NULL && (strlen(e->name) != len || memcmp(e->name, name, len) != 0))
		e = e->next;
	return e;
}

static ssize_t read_file(struct server *s, const char *name)
{
	struct stat st;
	ssize_t len = -1;
	int fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		len = read(fd, s->file, sizeof(s->file));
	close(fd);
	return len;
}

static void hash_file(struct server *s, ssize_t len, char etag[65])
{
	uint8_t digest[32];

	sha256(s->file, (size_t)len, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(etag + 2 * i, "%02x", digest[i]);
}

static void read_all(struct server *s, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	if (dir == NULL)
		err(1, "%s", path);
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while ((d = readdir(dir)) != NULL) {
		size_t len = strlen(d->d_name);
		ssize_t size = d->d_name[0] != '.' ? read_file(s, d->d_name) : -1;
		if (size < 0)
			continue;
		struct entry *e = malloc(sizeof(*e) + len + 1);
		if (e == NULL)
			err(1, "malloc");
		memcpy(e->name, d->d_name, len + 1);
		hash_file(s, size, e->etag);
		struct entry **head = &s->index[bucket(e->name, len)];
		e->next = *head;
		*head = e;
	}
	closedir(dir);
}

static void watch(struct server *s, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		err(1, "epoll_ctl");
}

static void listen_on(struct server *s, uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int on = 1;

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(s->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(s->listener, 128) != 0)
		err(1, "port %u", port);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0)
		err(1, "epoll_create1");
	watch(s, s->listener);
}

static void note(struct server *s, const char *name, int status, size_t size)
{
	char line[512];
	int len = snprintf(line, sizeof(line), "%.255s %d %zu\n", name, status, size);

	if (s->log_used + (size_t)len > sizeof(s->log_text)) {
		if (write(s->log, s->log_text, s->log_used) != (ssize_t)s->log_used)
			err(1, "access.log");
		s->log_used = 0;
	}
	memcpy(s->log_text + s->log_used, line, (size_t)len);
	s->log_used += (size_t)len;
}

/* Answers one request; false when the client is to be left. */
static bool answer(struct server *s, int client, char *request)
{
	char reply[512 + FILE_MAX], etag[65] = "";
	bool get = strncmp(request, "GET /", strlen("GET /")) == 0;
	char *name = get ? request + strlen("GET /") : request;
	size_t len = strcspn(name, " ?\r\n");
	ssize_t size = -1;

	name[len] = '\0';
	if (get && find(s, name, len) != NULL)
		size = read_file(s, name);
	int status = size >= 0 ? 200 : 404;
	if (size < 0)
		size = 0;
	hash_file(s, size, etag);
	int head = snprintf(reply, 512,
			    "HTTP/1.1 %d %s\r\nServer: phases\r\nContent-Type: text/plain\r\n"
			    "Content-Length: %zd\r\nETag: \"%s\"\r\n\r\n",
			    status, status == 200 ? "OK" : "Not Found", size, etag);
	memcpy(reply + head, s->file, (size_t)size);
	note(s, name, status, (size_t)size);
	return send(client, reply, (size_t)(head + size), MSG_NOSIGNAL) == head + size;
}

/* A request comes in one piece from the clients of this benchmark. */
static bool serve(struct server *s, int client)
{
	char request[2048];
	ssize_t len = recv(client, request, sizeof(request) - 1, 0);

	if (len < 0 && errno == EAGAIN)
		return true;
	if (len <= 0)
		return false;
	request[len] = '\0';
	return strstr(request, "\r\n\r\n") != NULL && answer(s, client, request);
}

static void welcome(struct server *s)
{
	int on = 1;
	int client = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (client < 0)
		return;
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	watch(s, client);
}

int main(int argc, char **argv)
{
	static struct server s;
	struct sigaction action = {.sa_handler = end};
	struct epoll_event events[EVENTS];

	if (argc != 3)
		errx(2, "usage: phases DIR PORT");
	sigaction(SIGTERM, &action, NULL);
	read_all(&s, argv[1]);
	s.log = open("access.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (s.log < 0)
		err(1, "access.log");
	listen_on(&s, (uint16_t)atoi(argv[2]));
	while (!ended) {
		int n = epoll_wait(s.epoll, events, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == s.listener)
				welcome(&s);
			else if (!serve(&s, events[i].data.fd))
				close(events[i].data.fd);
		}
	}
	return 0;
}

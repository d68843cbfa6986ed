/*
 * A library to be preloaded: runs the program again and again, each time letting another one of its
 * allocations fail, and judges what comes of it. The program is started once; each run is a fork of
 * it just before main().
 *
 * FAULTS_STATUS is the status of a failure, FAULTS_GOOD that of a run without one (0). FAULTS_KEEP
 * names the file that is written: after a failure it has to be as it was, or as it is without one, or
 * FAULTS_LEFT, a shell command, has to succeed on what it is. After a run that ended well, its output and the file have
 * to be as they are without faults, or FAULTS_CHECK, a shell command, has to succeed.
 * FAULTS_TRIES is how many allocations are tried (all), evenly spread, each once alone and once
 * together with all that follow it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A run that takes so long hangs, even on a busy machine. */
#define LIMIT_SECONDS 60
#define SHOWN_MAX 10

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static struct {
	bool on, sticky;
	long fail_at, count;
	long *total; /* shared with the parent, which wants to know how many there are */
} faults;

/* ---- In the program ------------------------------------------------------------------------- */

static bool fails(void)
{
	if (!faults.on)
		return false;
	*faults.total = ++faults.count;
	if (faults.fail_at == 0 || faults.count < faults.fail_at ||
	    (faults.count > faults.fail_at && !faults.sticky))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
	return fails() ? NULL : __libc_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __libc_realloc(ptr, size);
}

void *reallocarray(void *ptr, size_t nmemb, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(nmemb, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(ptr, bytes);
}

/* ---- Around it ------------------------------------------------------------------------------ */

struct content {
	bool exists;
	char *bytes;
	size_t len;
};

struct sweep {
	int failure, good;
	const char *keep, *left, *check;
	long tries;
	struct content old, new, output;
	size_t entries; /* of the directory of `keep` */
	int out, err;   /* what the runs print */
	int failed, unnoticed;
};

/* Of a descriptor, from its start. */
static struct content content_of(int fd)
{
	struct stat st;
	struct content content = {.exists = fstat(fd, &st) == 0};

	if (!content.exists)
		return content;
	content.len = (size_t)st.st_size;
	content.bytes = malloc(content.len + 1);
	if (content.bytes == NULL ||
	    pread(fd, content.bytes, content.len, 0) != (ssize_t)content.len)
		abort();
	content.bytes[content.len] = '\0'; /* so that it can be searched */
	return content;
}

static struct content content_of_file(const char *path)
{
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct content content = {0};

	if (fd < 0)
		return content;
	content = content_of(fd);
	close(fd);
	return content;
}

static bool same(const struct content *a, const struct content *b)
{
	return a->exists == b->exists && a->len == b->len &&
	       (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static void restore(const char *path, const struct content *content)
{
	if (path == NULL)
		return;
	(void)unlink(path);
	if (!content->exists)
		return;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, content->bytes, content->len) != (ssize_t)content->len)
		abort();
	close(fd);
}

/* Of the directory that a file is in; 0 without a file. */
static size_t count_entries(const char *path)
{
	size_t n = 0;

	if (path == NULL)
		return 0;
	char *dir = strdup(path);
	*strrchr(dir, '/') = '\0';
	DIR *d = opendir(dir);
	if (d == NULL)
		abort();
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	free(dir);
	return n;
}

static int empty_file(void)
{
	return memfd_create("faults", MFD_CLOEXEC);
}

/* Returns in the child, for main(). In the parent, the wait status. */
static int run(struct sweep *sweep, long fail_at, bool sticky, bool *child)
{
	sigset_t set, old;
	int status;
	const struct timespec limit = {.tv_sec = LIMIT_SECONDS};

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	if (ftruncate(sweep->out, 0) < 0 || ftruncate(sweep->err, 0) < 0)
		abort();
	lseek(sweep->out, 0, SEEK_SET);
	lseek(sweep->err, 0, SEEK_SET);
	pid_t pid = fork();
	if (pid < 0)
		abort();
	*child = pid == 0;
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
		dup2(sweep->out, STDOUT_FILENO);
		dup2(sweep->err, STDERR_FILENO);
		faults.count = 0;
		faults.fail_at = fail_at;
		faults.sticky = sticky;
		faults.on = true;
		return 0;
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(&set, NULL, &limit) >= 0 || errno == EINTR)
			continue;
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		break;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return status;
}

/* What is wrong with a run, or NULL. */
static const char *judge(struct sweep *sweep, int status, const char *said)
{
	struct content now = content_of_file(sweep->keep), output = content_of(sweep->out);
	const char *wrong = NULL;

	if (WIFSIGNALED(status))
		wrong = "died by a signal";
	else if (count_entries(sweep->keep) != sweep->entries)
		wrong = "left a file behind";
	else if (WEXITSTATUS(status) == sweep->good && sweep->check != NULL)
		wrong = system(sweep->check) == 0 ? NULL : "ended well with a damaged file";
	else if (WEXITSTATUS(status) == sweep->good && !same(&now, &sweep->new))
		wrong = "ended well with another file";
	else if (WEXITSTATUS(status) == sweep->good && !same(&output, &sweep->output))
		wrong = "ended well with another output";
	else if (WEXITSTATUS(status) == sweep->good)
		sweep->unnoticed++;
	else if (WEXITSTATUS(status) != sweep->failure)
		wrong = "another status";
	else if (said == NULL || strstr(said, "out of memory") == NULL)
		wrong = "did not say that it is out of memory";
	/* Memory may also run out when all is written, and is to be said. */
	else if (!same(&now, &sweep->old) && !same(&now, &sweep->new) &&
		 (sweep->left == NULL || system(sweep->left) != 0))
		wrong = "has changed the file";
	free(now.bytes);
	free(output.bytes);
	return wrong;
}

/* True in a child. */
static bool try_one(struct sweep *sweep, long n, bool sticky)
{
	bool child;

	restore(sweep->keep, &sweep->old);
	int status = run(sweep, n, sticky, &child);
	if (child)
		return true;
	struct content said = content_of(sweep->err);
	const char *wrong = judge(sweep, status, said.bytes);
	if (wrong != NULL && sweep->failed++ < SHOWN_MAX)
		printf("allocation %ld%s: %s (wait status 0x%x): %s\n", n,
		       sticky ? " and all that follow" : "", wrong, (unsigned)status, said.bytes);
	(void)fflush(stdout); /* or each child prints it once more */
	free(said.bytes);
	return false;
}

/* True in a child. */
static bool first_run(struct sweep *sweep)
{
	bool child;

	sweep->old = content_of_file(sweep->keep);
	int status = run(sweep, 0, false, &child);
	if (child)
		return true;
	struct content said = content_of(sweep->err);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != sweep->good) {
		printf("without faults: wait status 0x%x: %s\n", (unsigned)status, said.bytes);
		exit(1);
	}
	free(said.bytes);
	sweep->new = content_of_file(sweep->keep);
	sweep->output = content_of(sweep->out);
	sweep->entries = count_entries(sweep->keep);
	return false;
}

static long number(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : otherwise;
}

/* Returns in a child alone. */
static void sweep_all(struct sweep *sweep)
{
	if (first_run(sweep))
		return;
	long total = *faults.total, tries = 0;
	long step = sweep->tries > 0 && total > sweep->tries ? total / sweep->tries : 1;
	for (long n = 1; n <= total; n += step) {
		tries++;
		if (try_one(sweep, n, false) || try_one(sweep, n, true))
			return;
	}
	restore(sweep->keep, &sweep->old);
	printf("%ld allocations, %ld of them made to fail, %d failures wrong, %d unnoticed\n",
	       total, tries, sweep->failed, sweep->unnoticed);
	exit(sweep->failed > 0);
}

__attribute__((constructor)) static void begin(void)
{
	static const char *const names[] = {"FAULTS_STATUS", "FAULTS_GOOD",  "FAULTS_KEEP",
					    "FAULTS_LEFT",   "FAULTS_CHECK", "FAULTS_TRIES",
					    "LD_PRELOAD"};
	static struct sweep sweep;

	if (getenv("FAULTS_STATUS") == NULL)
		return;
	sweep = (struct sweep){
		.failure = (int)number("FAULTS_STATUS", 0),
		.good = (int)number("FAULTS_GOOD", 0),
		.tries = number("FAULTS_TRIES", 0),
		.keep = getenv("FAULTS_KEEP"),
		.left = getenv("FAULTS_LEFT"),
		.check = getenv("FAULTS_CHECK"),
		.out = empty_file(),
		.err = empty_file(),
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	faults.total =
		mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (faults.total == MAP_FAILED || sweep.out < 0 || sweep.err < 0)
		abort();
	sweep_all(&sweep);
}

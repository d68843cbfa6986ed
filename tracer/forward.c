#include "forward.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Two requests within this many seconds mean "end it". */
#define IMPATIENCE 5

/*
 * ... but not within so many milliseconds: timeout(1) and others signal a child and then its whole
 * process group, and mean one request.
 */
#define ONE_REQUEST_MS 100

/* Passed on whoever sent them, unless it was the workload; the rest only when a process did. */
static const int forwarded[] = {SIGINT,   SIGQUIT, SIGTERM, SIGHUP, SIGUSR1,   SIGUSR2,
				SIGWINCH, SIGALRM, SIGIO,   SIGPWR, SIGVTALRM, SIGPROF};
#define N_FORWARDED (sizeof(forwarded) / sizeof(forwarded[0]))

static struct {
	/*
	 * A pidfd, not a pid: the main process is reaped inside waitpid(), so a handler that ran
	 * just after could hit a process that has got its number.
	 */
	volatile sig_atomic_t main_fd;
	volatile sig_atomic_t main_ended;
	volatile sig_atomic_t first;
	volatile sig_atomic_t end_wanted;
	volatile sig_atomic_t ticked;
	/* Milliseconds; only the handler looks at them, and it is not re-entered. */
	volatile int64_t last_request, last_signal[_NSIG];
	struct sigaction saved[N_FORWARDED];
	struct sigaction saved_child;
} state = {.main_fd = -1};

/* "/proc/PID/status"; snprintf() is not safe in a signal handler. */
static void status_path(pid_t pid, char *path)
{
	char digits[16];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + pid % 10);
		pid /= 10;
	} while (pid > 0);
	(void)strcpy(path, "/proc/");
	path += strlen("/proc/");
	while (n > 0)
		*path++ = digits[--n];
	(void)strcpy(path, "/status");
}

/*
 * A traced process that sends a signal to its whole process group sends it to us as well:
 * passing it on would deliver it twice. The sender is one of ours if we trace it, and it stays
 * visible until we wait for it, even when it has died since.
 */
static bool sent_by_workload(pid_t pid)
{
	char path[64], text[1024];

	if (pid <= 0)
		return false;
	status_path(pid, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	const char *tracer = strstr(text, "\nTracerPid:\t");
	if (tracer == NULL)
		return false;
	pid_t value = 0;
	for (tracer += strlen("\nTracerPid:\t"); *tracer >= '0' && *tracer <= '9'; tracer++)
		value = value * 10 + (*tracer - '0');
	return value == getpid();
}

static bool asks_for_end(int sig)
{
	return sig == SIGINT || sig == SIGTERM || sig == SIGQUIT || sig == SIGHUP;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1; /* 0 means "none yet" */
}

/* Is it the same signal again, at once? */
static bool is_echo(int sig)
{
	int64_t now = now_ms(), last = state.last_signal[sig];

	if (last != 0 && now - last < ONE_REQUEST_MS)
		return true;
	state.last_signal[sig] = now;
	return false;
}

static void note_request(int sig)
{
	int64_t now = now_ms();

	if (state.first == 0)
		state.first = sig;
	if (sig != SIGINT && sig != SIGTERM)
		return;
	bool soon = state.last_request != 0 && now - state.last_request <= IMPATIENCE * 1000;
	state.last_request = now;
	if (!soon && !state.main_ended)
		return;
	state.end_wanted = 1;
	/*
	 * The main loop may be just about to enter waitpid(), which this signal then does not
	 * interrupt. A timer that repeats does.
	 */
	const struct itimerval soon_and_often = {{0, 50000}, {0, 50000}};
	(void)setitimer(ITIMER_REAL, &soon_and_often, NULL);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	bool from_process = info->si_code <= 0;

	(void)context;
	if (sig == SIGALRM && !from_process) { /* our own timer */
		state.ticked = 1;
		return;
	}
	bool request = asks_for_end(sig);
	if (!(from_process && sent_by_workload(info->si_pid)) && !(request && is_echo(sig))) {
		if (request)
			note_request(sig);
		/* What the kernel sends (the terminal), it has sent to the workload too. */
		bool pass_on = from_process || sig == SIGTERM || sig == SIGHUP;
		if (pass_on && state.main_fd >= 0 && !state.main_ended)
			(void)syscall(SYS_pidfd_send_signal, (int)state.main_fd, sig, NULL, 0);
	}
	errno = saved_errno;
}

void forward_start(pid_t main_pid)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};

	state.main_fd = (sig_atomic_t)syscall(SYS_pidfd_open, main_pid, 0);
	state.main_ended = state.first = state.end_wanted = 0;
	state.last_request = 0;
	(void)sigfillset(&action.sa_mask);
	for (size_t i = 0; i < N_FORWARDED; i++) {
		state.last_signal[forwarded[i]] = 0;
		(void)sigaction(forwarded[i], NULL, &state.saved[i]);
		/* nohup and background jobs of a shell without job control rely on this. */
		if (state.saved[i].sa_handler == SIG_IGN && forwarded[i] != SIGALRM)
			continue;
		(void)sigaction(forwarded[i], &action, NULL);
	}
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	/* An ignored SIGCHLD would let the kernel take away what waitpid() is to report. */
	(void)sigaction(SIGCHLD, &standard, &state.saved_child);
}

void forward_main_ended(void)
{
	state.main_ended = 1;
}

int forward_first(void)
{
	return state.first;
}

bool forward_end_wanted(void)
{
	return state.end_wanted != 0;
}

bool forward_ticked(void)
{
	bool ticked = state.ticked != 0;

	state.ticked = 0;
	return ticked;
}

void forward_stop(void)
{
	const struct itimerval off = {0};

	(void)setitimer(ITIMER_REAL, &off, NULL);
	for (size_t i = 0; i < N_FORWARDED; i++)
		(void)sigaction(forwarded[i], &state.saved[i], NULL);
	(void)sigaction(SIGCHLD, &state.saved_child, NULL);
	if (state.main_fd >= 0)
		(void)close((int)state.main_fd);
	state.main_fd = -1;
}

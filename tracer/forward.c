#include "forward.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "array.h"
#include "ticker.h"
#include "tracee.h"

/* Two requests within this many seconds mean "end it". */
#define IMPATIENCE 5

/*
 * ... but not within so many milliseconds: timeout(1) and others signal a child and then its whole
 * process group, and mean one request.
 */
#define ONE_REQUEST_MS 100

/* How long a request that comes just before a wait stays unnoticed at most. */
#define ATTENTION_MS 50

/* All that end a process that does not expect them, or stop it, and that can be caught. */
static const int standard_signals[] = {SIGINT,  SIGQUIT, SIGTERM,   SIGHUP,  SIGUSR1,  SIGUSR2,
				       SIGIO,   SIGPWR,  SIGVTALRM, SIGPROF, SIGWINCH, SIGALRM,
				       SIGXCPU, SIGTSTP, SIGTTIN,   SIGCONT};
#define N_STANDARD ARRAY_SIZE(standard_signals)

static struct {
	/*
	 * A pidfd, not a pid: the main process is reaped inside waitpid(), so a handler that ran
	 * just after could hit a process that has got its number.
	 */
	volatile sig_atomic_t main_fd; /* -1: a filter refuses pidfds, and the number must do */
	volatile sig_atomic_t main_pid;
	volatile sig_atomic_t main_ended;
	volatile sig_atomic_t first;
	volatile sig_atomic_t end_wanted;
	volatile sig_atomic_t ticked;
	volatile sig_atomic_t stop_asked;
	volatile sig_atomic_t continued;
	volatile sig_atomic_t stop_passed; /* and SIGCONT not since */
	volatile sig_atomic_t attention;
	/* Milliseconds; only the handler looks at them, and it is not re-entered. */
	volatile int64_t last_request, last_signal[_NSIG];
	struct sigaction saved[_NSIG];
	struct sigaction saved_child;
} state = {.main_fd = -1};

static bool is_handled(int sig)
{
	for (size_t i = 0; i < N_STANDARD; i++)
		if (standard_signals[i] == sig)
			return true;
	return sig >= SIGRTMIN && sig <= SIGRTMAX;
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

/*
 * The main loop may be just about to enter waitpid(), which this signal then does not interrupt. A
 * timer that repeats does.
 */
static void call_attention(void)
{
	state.attention = 1;
	ticker_set(ATTENTION_MS);
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
	call_attention();
}

/* A queued signal keeps its value and its sender. */
static void pass_to_main(int sig, siginfo_t *info)
{
	if (state.main_ended)
		return;
	if (state.main_fd >= 0)
		(void)syscall(SYS_pidfd_send_signal, (int)state.main_fd, sig,
			      info->si_code == SI_QUEUE ? info : NULL, 0);
	else if (tracee_is_ours((pid_t)state.main_pid))
		(void)kill((pid_t)state.main_pid, sig);
}

/* SIGTTOU is not among them: it is blocked, see tracer_spawn(). */
static bool is_job_control(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGCONT;
}

static void note_job_control(int sig, bool pass_on, siginfo_t *info)
{
	if (sig == SIGCONT)
		state.continued = 1;
	else
		state.stop_asked = 1;
	call_attention();
	/*
	 * A shell's "fg" goes to the whole group, so suspend.c looks first whether the main process
	 * needs a SIGCONT. But one that follows a stop which was passed on is for the main process,
	 * which may not have reported that stop yet.
	 */
	if (pass_on && (sig != SIGCONT || state.stop_passed))
		pass_to_main(sig, info);
	state.stop_passed = pass_on && sig != SIGCONT;
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	bool from_process = info->si_code <= 0;

	(void)context;
	if (sig == SIGALRM && ticker_sent(info)) {
		state.ticked = 1;
		return;
	}
	/*
	 * A process of the workload that signals its whole process group has signalled us as well:
	 * to pass that on would deliver it twice.
	 */
	bool by_workload = from_process && tracee_is_ours(info->si_pid);
	bool request = asks_for_end(sig);
	if (is_job_control(sig)) {
		note_job_control(sig, from_process && !by_workload, info);
	} else if (!by_workload && !(request && is_echo(sig))) {
		if (request)
			note_request(sig);
		/*
		 * What the kernel sends (the terminal), it has sent to the workload too. But not the
		 * end of a session, and not what alarm(2) of a former program of this process brings.
		 */
		bool ours_alone = sig == SIGTERM || sig == SIGHUP || sig == SIGALRM;
		if (from_process || ours_alone)
			pass_to_main(sig, info);
	}
	errno = saved_errno;
}

static void on_child(int sig)
{
	(void)sig;
}

void forward_start(pid_t main_pid)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, child = {.sa_handler = on_child};

	state.main_pid = main_pid;
	state.main_fd = (sig_atomic_t)syscall(SYS_pidfd_open, main_pid, 0);
	state.main_ended = state.first = state.end_wanted = 0;
	state.stop_asked = state.continued = state.stop_passed = state.attention = 0;
	state.last_request = 0;
	(void)sigfillset(&action.sa_mask);
	for (int sig = 1; sig < _NSIG; sig++) {
		if (!is_handled(sig))
			continue;
		state.last_signal[sig] = 0;
		(void)sigaction(sig, &action, &state.saved[sig]);
		/* nohup and background jobs of a shell without job control rely on this. */
		bool ignored = state.saved[sig].sa_handler == SIG_IGN;
		if (ignored && sig != SIGALRM && sig != SIGCONT)
			(void)sigaction(sig, &ignore, NULL);
	}
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	/*
	 * An ignored SIGCHLD would let the kernel take away what waitpid() is to report; and with a handler it
	 * interrupts a sleep that is not waitpid()'s.
	 */
	(void)sigaction(SIGCHLD, &child, &state.saved_child);
}

void forward_unblock(sigset_t *mask)
{
	for (int sig = 1; sig < _NSIG; sig++)
		if (is_handled(sig))
			(void)sigdelset(mask, sig);
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

/* In one step: a signal that arrived between a look at it and its reset would be lost. */
static bool take(volatile sig_atomic_t *flag)
{
	return __atomic_exchange_n(flag, 0, __ATOMIC_SEQ_CST) != 0;
}

bool forward_attention(void)
{
	return take(&state.attention);
}

bool forward_stop_asked(void)
{
	return take(&state.stop_asked);
}

bool forward_continued(void)
{
	return take(&state.continued);
}

bool forward_ticked(void)
{
	return take(&state.ticked);
}

void forward_stop(void)
{
	/* First, so that no tick finds the handler gone. An alarm for the workload has come too late. */
	ticker_stop();
	(void)alarm(0);
	for (int sig = 1; sig < _NSIG; sig++)
		if (is_handled(sig))
			(void)sigaction(sig, &state.saved[sig], NULL);
	(void)sigaction(SIGCHLD, &state.saved_child, NULL);
	if (state.main_fd >= 0)
		(void)close((int)state.main_fd);
	state.main_fd = -1;
}

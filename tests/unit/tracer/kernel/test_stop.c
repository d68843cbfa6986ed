#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <signal.h>
#include <sys/ptrace.h>

#include "stop.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* The layout of a wait status, as wait(2) and ptrace(2) describe it. */
static int stopped(int sig, int event)
{
	return event << 16 | sig << 8 | 0x7f;
}

static void expect(int status, enum stop_kind kind, int value)
{
	struct stop stop = stop_decode(status);

	if (stop.kind != kind || stop.value != value)
		fail_msg("status 0x%x: kind %d value %d instead of %d, %d", (unsigned int)status,
			 stop.kind, stop.value, kind, value);
}

static void exits_and_deaths(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++)
		expect(code << 8, STOP_EXITED, code);
	for (int sig = 1; sig <= 64; sig++) {
		expect(sig, STOP_KILLED, sig);
		expect(sig | 0x80, STOP_KILLED, sig); /* with a core dump */
	}
}

static void syscall_stops_and_signals(void **state)
{
	(void)state;
	for (int sig = 1; sig <= 64; sig++)
		expect(stopped(sig, 0), STOP_SIGNAL, sig);
	expect(stopped(SIGTRAP | 0x80, 0), STOP_SYSCALL, 0);
}

static enum stop_kind kind_of_event(int event, int sig)
{
	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		return STOP_FORK;
	case PTRACE_EVENT_EXEC:
		return STOP_EXEC;
	case PTRACE_EVENT_VFORK_DONE:
		return STOP_VFORK_DONE;
	case PTRACE_EVENT_SECCOMP:
		return STOP_SECCOMP;
	case PTRACE_EVENT_STOP:
		return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU
			       ? STOP_GROUP
			       : STOP_ATTACHED;
	default:
		return STOP_OTHER;
	}
}

/* Every pair that fits into a status, also those that no kernel has sent so far. */
static void every_event_with_every_signal(void **state)
{
	(void)state;
	for (int event = 1; event < 256; event++)
		for (int sig = 0; sig < 256; sig++)
			expect(stopped(sig, event), kind_of_event(event, sig), sig);
}

/* Reported only to waits with WCONTINUED, which we never ask for. */
static void continued(void **state)
{
	(void)state;
	expect(0xffff, STOP_OTHER, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exits_and_deaths),
		cmocka_unit_test(syscall_stops_and_signals),
		cmocka_unit_test(every_event_with_every_signal),
		cmocka_unit_test(continued),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

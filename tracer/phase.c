#include "phase.h"

bool phase_move(enum phase *phase, enum phase_event event)
{
	enum phase next = phase_table[event][*phase];
	bool known = next != PHASE_MISSING;

	*phase = known ? next : phase_table[event][PHASE_OUTSIDE];
	return known;
}

bool sieve_state_move(enum sieve_state *state, enum sieve_event event)
{
	enum sieve_state next = sieve_table[event][*state];
	bool known = next != SIEVE_STATE_MISSING;

	*state = known ? next : sieve_table[event][UNSIEVED];
	return known;
}

const char *phase_name(enum phase phase)
{
	static const char *const names[PHASES] = {
		[PHASE_OUTSIDE] = "outside",
		[PHASE_ENTERED] = "entered",
		[PHASE_EXECUTING] = "executing",
		[PHASE_EXECED] = "execed",
	};

	return names[phase];
}

const char *phase_event_name(enum phase_event event)
{
	static const char *const names[PHASE_EVENTS] = {
		[PHASE_ENTRY] = "entry",         [PHASE_EXEC_ENTRY] = "entry of an exec",
		[PHASE_TRACED] = "seccomp stop", [PHASE_EXEC_TRACED] = "seccomp stop of an exec",
		[PHASE_EXEC] = "exec",           [PHASE_EXIT] = "exit",
		[PHASE_LET_RUN] = "letting run",
	};

	return names[event];
}

const char *sieve_state_name(enum sieve_state state)
{
	static const char *const names[SIEVE_STATES] = {
		[UNSIEVED] = "unsieved",
		[SIEVED] = "sieved",
		[LET_GO] = "let go",
		[UNSIEVABLE] = "unsievable",
	};

	return names[state];
}

const char *sieve_event_name(enum sieve_event event)
{
	static const char *const names[SIEVE_EVENTS] = {
		[SIEVE_LOADED] = "loading a sieve",
		[SIEVE_INHERITED] = "inheriting a sieve",
		[SIEVE_MET] = "meeting a sieve",
		[NOTIFIER_LOADED] = "loading a notifying sieve",
		[NOTIFIER_INHERITED] = "inheriting a notifying sieve",
		[NOTIFIER_MET] = "meeting a notifying sieve",
		[SIEVE_RULED_OUT] = "ruling a sieve out",
		[PARENT_UNSIEVABLE] = "being born of a parent without",
	};

	return names[event];
}

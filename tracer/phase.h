/*
 * The phases of a thread in its calls, and what is known of a process's sieve: which there are, and what
 * leads from one to the other. The tables here are those that the code goes by. What is not in them should
 * not happen: it is noted as trouble, and the phase is then the one that the event itself tells.
 */
#ifndef TRACER_PHASE_H
#define TRACER_PHASE_H

#include <stdbool.h>

/* A thread's. */
enum phase {
	PHASE_OUTSIDE,   /* of a call, or it is not known: its next syscall stop has to be asked */
	PHASE_ENTERED,   /* in a call: its next syscall stop is the exit */
	PHASE_EXECUTING, /* in a call that executes a program, or tries to */
	PHASE_EXECED,    /* it has executed one: its next syscall stop is the exit of that call */
	PHASES,
	PHASE_MISSING = PHASES, /* in the table: there is no such transition */
};

/* What a thread reports, or is let do. */
enum phase_event {
	PHASE_ENTRY,       /* a stop at the entry of a call */
	PHASE_EXEC_ENTRY,  /* ... which executes a program */
	PHASE_TRACED,      /* a filter's stop before a call; it may come after that at the entry */
	PHASE_EXEC_TRACED, /* ... which executes a program */
	PHASE_EXEC, /* a program was executed; by a thread in a call that is not known, too */
	PHASE_EXIT, /* a stop at the exit of a call, of which the entry need not have been seen */
	PHASE_LET_RUN, /* it is let run past calls that nobody looks at */
	PHASE_EVENTS,
};

/* clang-format off */
static const enum phase phase_table[PHASE_EVENTS][PHASES] = {
	/* from:             PHASE_OUTSIDE    PHASE_ENTERED  PHASE_EXECUTING  PHASE_EXECED */
	[PHASE_ENTRY]       = {PHASE_ENTERED,   PHASE_MISSING, PHASE_MISSING,   PHASE_MISSING},
	[PHASE_EXEC_ENTRY]  = {PHASE_EXECUTING, PHASE_MISSING, PHASE_MISSING,   PHASE_MISSING},
	[PHASE_TRACED]      = {PHASE_ENTERED,   PHASE_ENTERED, PHASE_MISSING,   PHASE_MISSING},
	[PHASE_EXEC_TRACED] = {PHASE_EXECUTING, PHASE_MISSING, PHASE_EXECUTING, PHASE_MISSING},
	[PHASE_EXEC]        = {PHASE_EXECED,    PHASE_EXECED,  PHASE_EXECED,    PHASE_MISSING},
	[PHASE_EXIT]        = {PHASE_OUTSIDE,   PHASE_OUTSIDE, PHASE_OUTSIDE,   PHASE_OUTSIDE},
	[PHASE_LET_RUN]     = {PHASE_OUTSIDE,   PHASE_OUTSIDE, PHASE_OUTSIDE,   PHASE_OUTSIDE},
};
/* clang-format on */

/* A process's. */
enum sieve_state {
	UNSIEVED,
	SIEVED,     /* all its threads have a sieve that traces: they are traced for life */
	LET_GO,     /* all have one that notifies: each is detached at its next stop */
	UNSIEVABLE, /* it can't be given one, nor can its children and next programs */
	SIEVE_STATES,
	SIEVE_STATE_MISSING = SIEVE_STATES,
};

enum sieve_event {
	SIEVE_LOADED,    /* by us, into all its threads */
	SIEVE_INHERITED, /* its parent had one when it was born */
	SIEVE_MET,       /* a stop of it was seen, where it was doubtful whether it was inherited */
	NOTIFIER_LOADED, /* the same three with a sieve that notifies */
	NOTIFIER_INHERITED,
	NOTIFIER_MET,
	SIEVE_RULED_OUT,   /* filters of others are there */
	PARENT_UNSIEVABLE, /* so is the child, unless it turns out to have one */
	SIEVE_EVENTS,
};

/* clang-format off */
static const enum sieve_state sieve_table[SIEVE_EVENTS][SIEVE_STATES] = {
	/* from:              UNSIEVED    SIEVED               LET_GO               UNSIEVABLE */
	[SIEVE_LOADED]       = {SIEVED,     SIEVE_STATE_MISSING, SIEVE_STATE_MISSING, SIEVE_STATE_MISSING},
	[SIEVE_INHERITED]    = {SIEVED,     SIEVED,              SIEVE_STATE_MISSING, SIEVED},
	[SIEVE_MET]          = {SIEVED,     SIEVED,              SIEVE_STATE_MISSING, SIEVED},
	[NOTIFIER_LOADED]    = {LET_GO,     SIEVE_STATE_MISSING, SIEVE_STATE_MISSING, SIEVE_STATE_MISSING},
	[NOTIFIER_INHERITED] = {LET_GO,     SIEVE_STATE_MISSING, LET_GO,              LET_GO},
	[NOTIFIER_MET]       = {LET_GO,     SIEVE_STATE_MISSING, LET_GO,              LET_GO},
	[SIEVE_RULED_OUT]    = {UNSIEVABLE, SIEVE_STATE_MISSING, SIEVE_STATE_MISSING, SIEVE_STATE_MISSING},
	[PARENT_UNSIEVABLE]  = {UNSIEVABLE, SIEVED,              LET_GO,              UNSIEVABLE},
};
/* clang-format on */

/*
 * Sets `phase` to what comes after the event. False: the table has no such transition, and it is what would
 * come after it outside of a call.
 */
bool phase_move(enum phase *phase, enum phase_event event);

/* The same; what would come after it without a sieve. */
bool sieve_state_move(enum sieve_state *state, enum sieve_event event);

/* For messages. */
const char *phase_name(enum phase phase);
const char *phase_event_name(enum phase_event event);
const char *sieve_state_name(enum sieve_state state);
const char *sieve_event_name(enum sieve_event event);

#endif

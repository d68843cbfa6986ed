/*
 * The live status line, on a terminal only. It shares the screen with the workload: it stands at
 * the right end of the cursor's line, puts the cursor back where the workload had it, and stays
 * away while a full-screen or line-editing program has the terminal.
 */
#ifndef LEARNER_STATUSLINE_H
#define LEARNER_STATUSLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

struct statusline {
	bool on;      /* standard error is a terminal, and nobody asked for quiet */
	bool visible; /* something of ours is on the screen */
	double last;  /* when it was drawn, seconds since the start */
	int column;   /* where it starts */
};

struct status {
	double t;                /* seconds since the start */
	double last_new;         /* when the last new call came */
	size_t calls;            /* learnt */
	bool some_known;         /* others were known before */
	size_t processes;        /* alive */
	const char *waiting_for; /* a process that outlives the main one, or NULL */
};

void statusline_init(struct statusline *line, bool quiet);

/* Draws it when it is time to. */
void statusline_show(struct statusline *line, const struct status *status);

/*
 * What it says in so many columns of a terminal: less of it in fewer, but as long as there are any
 * for it that a process is waited for. False: there are too few.
 */
bool statusline_text(struct strbuf *text, const struct status *status, size_t columns);

/* Can it be shown now, with the least that it says? */
bool statusline_can_show(const struct statusline *line);

/* Takes it away, before a message or at the end. */
void statusline_hide(struct statusline *line);

#endif

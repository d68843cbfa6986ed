#include "statusline.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "columns.h"
#include "file.h"
#include "strbuf.h"
#include "text.h"

/* A run that is over by then needs none; and no faster than anyone reads. */
#define FIRST_SECONDS 1.0
#define EVERY_SECONDS 0.5

#define SAVE_CURSOR "\0337"
#define RESTORE_CURSOR "\0338"
#define ERASE_TO_END "\033[K"

void statusline_init(struct statusline *line, bool quiet)
{
	*line = (struct statusline){.on = !quiet && isatty(STDERR_FILENO) == 1};
}

/*
 * In the background writing would stop us (tostop), and a program that has switched off line
 * editing by the terminal draws the screen itself.
 */
static bool terminal_is_free(void)
{
	struct termios termios;

	return tcgetpgrp(STDERR_FILENO) == getpgrp() && tcgetattr(STDERR_FILENO, &termios) == 0 &&
	       (termios.c_lflag & ICANON) != 0;
}

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

/* So much of a name is worth more than the other parts. */
#define NAME_LEAST 12
#define WAITING_FOR " for "
/* "[waiting]" */
#define WIDTH_LEAST 9

/* What the line can say, the less important first. */
enum part {
	PART_QUIET,
	PART_PROCESSES,
	PART_CALLS,
	PART_SECONDS,
	PART_MAX,
};

/* Without the parts before `first`. What is waited for may be empty; NULL: nothing. */
static void compose(struct strbuf *text, const struct status *status, enum part first,
		    const char *waiting)
{
	double quiet = status->t - status->last_new;

	strbuf_cut(text, 0);
	strbuf_addch(text, '[');
	if (first <= PART_SECONDS)
		strbuf_addf(text, "%.0fs", status->t);
	if (first <= PART_CALLS)
		strbuf_addf(text, " %zu%s calls", status->calls, status->some_known ? " new" : "");
	if (first <= PART_PROCESSES)
		strbuf_addf(text, ", %zu process%s", status->processes,
			    status->processes == 1 ? "" : "es");
	if (first <= PART_QUIET && quiet >= 1)
		strbuf_addf(text, ", nothing new for %.0fs", quiet);
	if (waiting != NULL)
		strbuf_addf(text, "%swaiting%s%s", first <= PART_SECONDS ? ", " : "",
			    *waiting != '\0' ? WAITING_FOR : "", waiting);
	strbuf_addch(text, ']');
}

/* That something is waited for goes before all else, and its name before most. */
static bool compose_waiting(struct strbuf *text, const struct status *status, enum part first,
			    size_t columns)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT, cut = STRBUF_INIT;

	strbuf_add_printable(&name, status->waiting_for);
	compose(text, status, first, "");
	size_t needed = columns_of(text->s), all = columns_of(name.s);
	size_t least = all < NAME_LEAST ? all : NAME_LEAST;
	if (first == PART_MAX)
		least = 1;
	if (needed + strlen(WAITING_FOR) + least > columns)
		return first == PART_MAX && needed <= columns;
	columns_add_cut(&cut, name.s, columns - needed - strlen(WAITING_FOR));
	compose(text, status, first, cut.s);
	return true;
}

bool statusline_text(struct strbuf *text, const struct status *status, size_t columns)
{
	for (enum part first = 0; first <= PART_MAX; first++) {
		if (status->waiting_for != NULL && compose_waiting(text, status, first, columns))
			return true;
		if (status->waiting_for != NULL || first == PART_MAX)
			continue;
		compose(text, status, first, NULL);
		if (columns_of(text->s) <= columns)
			return true;
	}
	return false;
}

bool statusline_can_show(const struct statusline *line)
{
	return line->on && terminal_is_free() && terminal_width() > WIDTH_LEAST;
}

void statusline_show(struct statusline *line, const struct status *status)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

	if (!line->on || status->t < FIRST_SECONDS || status->t < line->last + EVERY_SECONDS ||
	    !terminal_is_free())
		return;
	line->last = status->t;
	int width = terminal_width();
	/* The last column stays empty: a character there would move the cursor on some terminals. */
	if (!statusline_text(&text, status, (size_t)width - 1))
		return;
	int column = width - (int)columns_of(text.s);
	int from = line->visible && line->column < column ? line->column : column;
	strbuf_addf(&out, SAVE_CURSOR "\033[%dG" ERASE_TO_END "\033[%dG%s" RESTORE_CURSOR, from,
		    column, text.s);
	(void)file_write_all(STDERR_FILENO, out.s, out.len);
	line->visible = true;
	line->column = column;
}

void statusline_hide(struct statusline *line)
{
	char out[64];

	if (!line->visible || !terminal_is_free())
		return;
	line->visible = false;
	int n = snprintf(out, sizeof(out), SAVE_CURSOR "\033[%dG" ERASE_TO_END RESTORE_CURSOR,
			 line->column);
	(void)file_write_all(STDERR_FILENO, out, (size_t)n);
}

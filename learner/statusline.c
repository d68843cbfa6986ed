#include "statusline.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

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

static void compose_text(struct strbuf *text, const struct status *status)
{
	double quiet = status->t - status->last_new;

	strbuf_addf(text, "[%.0fs %zu calls, %zu process%s", status->t, status->calls,
		    status->processes, status->processes == 1 ? "" : "es");
	if (quiet >= 1)
		strbuf_addf(text, ", nothing new for %.0fs", quiet);
	if (status->waiting_for != NULL) {
		strbuf_adds(text, ", waiting for ");
		strbuf_add_printable(text, status->waiting_for);
	}
	strbuf_addch(text, ']');
}

void statusline_show(struct statusline *line, const struct status *status)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

	if (!line->on || status->t < FIRST_SECONDS || status->t < line->last + EVERY_SECONDS ||
	    !terminal_is_free())
		return;
	line->last = status->t;
	compose_text(&text, status);
	int width = terminal_width();
	/* The last column stays empty: a character there would move the cursor on some terminals. */
	int column = width - (int)text.len;
	if (column < 1)
		return;
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

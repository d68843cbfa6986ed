#include "say.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "text.h"

void say(const char *fmt, ...)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	cleanup_free char *text = xvasprintf(fmt, ap);
	va_end(ap);
	strbuf_adds(&line, "seccomp-learn: ");
	strbuf_add_printable(&line, text);
	strbuf_addch(&line, '\n');
	/* Whoever closed standard error does not want to hear of it. */
	(void)file_write_all(STDERR_FILENO, line.s, line.len);
}

int say_out(const struct strbuf *text)
{
	int r = file_write_all(STDOUT_FILENO, text->s, text->len);

	if (r < 0)
		say("cannot write standard output: %s", strerror(-r));
	return r;
}

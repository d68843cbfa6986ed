#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

int err_set(struct err *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -errnum;
	va_start(ap, fmt);
	char *msg = xvasprintf(fmt, ap);
	va_end(ap);
	free(err->msg);
	*err = (struct err){.msg = msg};
	return -errnum;
}

int err_set_need(struct err *err, int ret, enum err_need need)
{
	if (err != NULL)
		err->need = need;
	return ret;
}

int err_sys(struct err *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -errnum;
	va_start(ap, fmt);
	char *what = xvasprintf(fmt, ap);
	va_end(ap);
	char *msg = xasprintf("%s: %s", what, strerror(errnum));
	free(what);
	free(err->msg);
	*err = (struct err){.msg = msg};
	return -errnum;
}

int err_wrap(struct err *err, int ret, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return ret;
	va_start(ap, fmt);
	char *context = xvasprintf(fmt, ap);
	va_end(ap);
	char *msg = xasprintf("%s: %s", context, err_text(err));
	free(context);
	free(err->msg);
	err->msg = msg;
	return ret;
}

const char *err_text(const struct err *err)
{
	return err != NULL && err->msg != NULL ? err->msg : "unknown error";
}

void err_done(struct err *err)
{
	free(err->msg);
	*err = (struct err){0};
}

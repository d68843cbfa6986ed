/*
 * Errors: a function that can fail returns 0 or a negative errno, and explains itself in a
 * struct err. Nothing here prints; learner/ decides what the user sees.
 *
 *	struct err err = {0};
 *	int r = thing_load(path, &thing, &err);
 *	if (r < 0)
 *		complain(&err);
 *	err_done(&err);
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* What would help, where the caller may know a way to get it. */
enum err_need {
	ERR_NEEDS_NOTHING,
	ERR_NEEDS_DEFAULT, /* another default action or errno of a profile: see what is said */
	ERR_NEEDS_ONE_ABI, /* a profile for one ABI */
	ERR_NEEDS_NAME,    /* a name for a Kubernetes resource */
};

struct err {
	char *msg; /* owned; NULL when nothing went wrong */
	enum err_need need;
};

/*
 * Replaces the message by the formatted one and returns -errnum, so that a failing function is
 * one line: return err_set(err, EINVAL, "...", ...). `err` may be NULL. `errnum` is positive.
 */
int err_set(struct err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, with ": " and the system's text for `errnum` added. */
int err_sys(struct err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message and returns `ret` unchanged. */
int err_wrap(struct err *err, int ret, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Says what would help, and returns `ret` unchanged. A later message takes it back. */
int err_set_need(struct err *err, int ret, enum err_need need);

/* The message, never NULL. */
const char *err_text(const struct err *err);

/* Frees the message; the struct can be used again. */
void err_done(struct err *err);

#endif

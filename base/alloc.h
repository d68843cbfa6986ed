/*
 * Allocation that never returns NULL: out of memory ends the program in oom(). What was learnt
 * until then is in the recording, which is written as things are learnt.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* The status of a failure of "record" itself, as env(1) and timeout(1) use it. */
#define STATUS_OWN_FAILURE 125

/* Says "out of memory" with one write(2) and leaves with the status of a failure. */
_Noreturn void oom(void);

/* What that status is; 2 before it is said. */
void oom_leaves_with(int status);

/* As the C functions of these names; the caller frees the result with free(). */
void *xmalloc(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, alloc_size(1, 2), returns_nonnull));
void *xreallocarray(void *p, size_t n, size_t size) __attribute__((alloc_size(2, 3)));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), returns_nonnull));

/*
 * Makes room for one more element behind `n` used ones in the array *`array` (a pointer to a
 * pointer to elements of `size` bytes) whose capacity is *`cap`.
 */
void xgrow(void *array, size_t n, size_t *cap, size_t size);

#endif

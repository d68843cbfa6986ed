/* Release at the end of a scope, and the passing on of what would be released. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

static inline void cleanup_freep(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_closep(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_filep(FILE **f)
{
	if (*f != NULL)
		(void)fclose(*f);
}

static inline void cleanup_dirp(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d);
}

#define cleanup_free CLEANUP(cleanup_freep)   /* for a pointer from malloc, or NULL */
#define cleanup_close CLEANUP(cleanup_closep) /* for a descriptor, or a negative number */
#define cleanup_file CLEANUP(cleanup_filep)
#define cleanup_dir CLEANUP(cleanup_dirp)

/* The pointer's value; the variable itself becomes NULL, so its scope no longer frees it. */
#define TAKE_PTR(p)                       \
	({                                \
		__auto_type take_p = (p); \
		(p) = NULL;               \
		take_p;                   \
	})

/* The same for a descriptor, which becomes -1. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif

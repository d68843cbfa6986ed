#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"

#define SUFFIX ".rec"

/* "x.json" of "/srv/x.json", "x" of "x.rec". */
static char *stem_of(const char *wanted)
{
	const char *slash = strrchr(wanted, '/');
	const char *base = slash != NULL ? slash + 1 : wanted;
	size_t len = strlen(base), suffix = strlen(SUFFIX);

	if (file_descriptor(wanted) >= 0 || len == 0)
		return xstrdup("seccomp");
	if (len > suffix && strcmp(base + len - suffix, SUFFIX) == 0)
		len -= suffix;
	return xstrndup(base, len);
}

/* A file that was not there before, and its name. */
static int create(const char *dir, const char *stem, char **name)
{
	*name = xasprintf("%s%s" SUFFIX, dir, stem);
	int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 || errno != EEXIST)
		return fd;
	free(*name);
	*name = xasprintf("%s%.200s.XXXXXX" SUFFIX, dir, stem);
	return mkostemps(*name, (int)strlen(SUFFIX), O_CLOEXEC);
}

static char *save_in(const char *dir, const char *stem, const struct strbuf *text, struct err *err)
{
	cleanup_free char *name = NULL;
	int fd = create(dir, stem, &name);

	if (fd < 0) {
		(void)err_sys(err, errno, "cannot create '%s'", name);
		return NULL;
	}
	int r = file_write_all(fd, text->s, text->len);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		return TAKE_PTR(name);
	(void)err_sys(err, -r, "cannot write '%s'", name);
	(void)unlink(name);
	return NULL;
}

char *rescue_save(const char *wanted, const struct strbuf *text, struct err *err)
{
	const char *slash = strrchr(wanted, '/');
	const char *tmp = getenv("TMPDIR");
	cleanup_free char *beside =
		slash != NULL ? xstrndup(wanted, (size_t)(slash - wanted + 1)) : xstrdup("");
	cleanup_free char *temporary = xasprintf("%s/", tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	cleanup_free char *stem = stem_of(wanted);
	const char *const dirs[] = {beside, "", temporary};
	char *name = NULL;

	/* Not among devices. */
	for (size_t i = file_is_replaceable(wanted) ? 0 : 1; name == NULL && i < 3; i++)
		name = save_in(dirs[i], stem, text, err);
	if (name != NULL)
		err_done(err);
	return name;
}

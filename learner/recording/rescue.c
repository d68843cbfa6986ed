#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "replace.h"

#define SUFFIX ".rec"
#define UNIQUE_TRIES 100

/* "x.json" of "/srv/x.json", "x" of "x.rec". */
static char *stem_of(const struct place *wanted)
{
	const char *slash = strrchr(wanted->path, '/');
	const char *base = slash != NULL ? slash + 1 : wanted->path;
	size_t len = strlen(base), suffix = strlen(SUFFIX);

	if (wanted->kind == PLACE_DESCRIPTOR)
		return xstrdup("seccomp");
	if (len > suffix && strcmp(base + len - suffix, SUFFIX) == 0)
		len -= suffix;
	return xstrndup(base, len);
}

void rescue_prepare(struct rescue *rescue, const struct place *wanted)
{
	const char *slash = strrchr(wanted->path, '/');
	const char *tmp = getenv("TMPDIR");

	if (tmp == NULL || *tmp == '\0')
		tmp = "/tmp";
	*rescue = (struct rescue){.stem = stem_of(wanted)};
	rescue->dirs[0].fd =
		wanted->kind == PLACE_FILE ? fcntl(wanted->dir, F_DUPFD_CLOEXEC, 3) : -1;
	rescue->dirs[0].name = slash != NULL
				       ? xstrndup(wanted->path, (size_t)(slash - wanted->path + 1))
				       : xstrdup("");
	rescue->dirs[1].fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	rescue->dirs[1].name = xstrdup("");
	rescue->dirs[2].fd = place_open_dir(tmp);
	rescue->dirs[2].name = xasprintf("%s/", tmp);
}

/* What the directory is called now: the way to it may lead elsewhere by now. */
static char *present_name(int fd, const char *name)
{
	struct stat held, named;

	if (fstat(fd, &held) == 0 && stat(*name != '\0' ? name : ".", &named) == 0 &&
	    held.st_dev == named.st_dev && held.st_ino == named.st_ino)
		return xstrdup(name);
	cleanup_free char *link = xasprintf("/proc/self/fd/%d", fd);
	cleanup_free char *real = file_read_link(AT_FDCWD, link);
	return real != NULL ? xasprintf("%s/", real) : xstrdup(name);
}

/* A file that was not there before, and its name. Negative errno on failure. */
static int create(int dir, const char *stem, char **name)
{
	int fd = -1;

	*name = xasprintf("%s" SUFFIX, stem);
	for (int i = 0; i < UNIQUE_TRIES; i++) {
		fd = openat(dir, *name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
		char suffix[UNIQUE_SUFFIX_LEN + 1];
		unique_suffix(suffix);
		free(*name);
		*name = xasprintf("%.200s.%s" SUFFIX, stem, suffix);
	}
	return fd < 0 ? -errno : fd;
}

static char *save_in(const struct rescue *rescue, size_t i, const struct strbuf *text,
		     struct err *err)
{
	int dir = rescue->dirs[i].fd;
	cleanup_free char *where = present_name(dir, rescue->dirs[i].name);
	cleanup_free char *name = NULL;
	int fd = create(dir, rescue->stem, &name);

	if (fd < 0) {
		(void)err_sys(err, -fd, "cannot create '%s%s'", where, name);
		return NULL;
	}
	int r = file_write_all(fd, text->s, text->len);
	if (r == 0)
		r = file_sync(fd);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		return xasprintf("%s%s", where, name);
	(void)err_sys(err, -r, "cannot write '%s%s'", where, name);
	(void)unlinkat(dir, name, 0);
	return NULL;
}

char *rescue_save(const struct rescue *rescue, const struct strbuf *text, struct err *err)
{
	char *name = NULL;

	for (size_t i = 0; name == NULL && i < RESCUE_DIRS; i++)
		if (rescue->dirs[i].fd >= 0)
			name = save_in(rescue, i, text, err);
	if (name != NULL)
		err_done(err);
	return name;
}

void rescue_release(struct rescue *rescue)
{
	for (size_t i = 0; i < RESCUE_DIRS; i++) {
		if (rescue->dirs[i].name != NULL && rescue->dirs[i].fd >= 0)
			(void)close(rescue->dirs[i].fd);
		free(rescue->dirs[i].name);
	}
	free(rescue->stem);
	*rescue = (struct rescue){0};
}

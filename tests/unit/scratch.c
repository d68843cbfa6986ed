#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "replace.h"

char scratch[64];

int file_replace(const char *path, const char *data, size_t len, struct err *err)
{
	struct place place;
	int r = place_resolve(&place, path, err);

	if (r == 0)
		r = place_write(&place, data, len, err);
	place_release(&place);
	return r;
}

int enter_scratch(void **state)
{
	(void)state;
	/* Syncing costs nothing there. */
	bool shm = access("/dev/shm", W_OK) == 0;
	(void)snprintf(scratch, sizeof(scratch), "%s/seccomp-learn-test.XXXXXX",
		       shm ? "/dev/shm" : "/tmp");
	(void)umask(022);
	return mkdtemp(scratch) != NULL && chmod(scratch, 0755) == 0 ? chdir(scratch) : -1;
}

int leave_scratch(void **state)
{
	(void)state;
	cleanup_free char *command = xasprintf("rm -rf '%s'", scratch);

	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

void put(const char *path, const char *text)
{
	struct err err = {0};

	if (file_replace(path, text, strlen(text), &err) < 0)
		fail_msg("%s", err_text(&err));
	assert_null(err.msg);
}

void holds(const char *path, const char *expected)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct err err = {0};

	if (file_read(path, 1 << 20, &text, &err) < 0)
		fail_msg("%s", err_text(&err));
	assert_string_equal(text.s, expected);
	assert_int_equal(text.len, strlen(expected));
}

void fails(int result, int expected, struct err *err, const char *message)
{
	assert_int_equal(result, expected);
	assert_string_equal(err_text(err), message);
	err_done(err);
}

mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

int entries(const char *path)
{
	cleanup_dir DIR *dir = opendir(path);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	return n - 2;
}

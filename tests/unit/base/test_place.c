#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "place.h"
#include "replace.h"
#include "scratch.h"

static int check(const char *path, struct err *err)
{
	struct place place;
	int r = place_resolve(&place, path, err);

	if (r == 0)
		r = place_check(&place, err);
	place_release(&place);
	return r;
}

static bool same(const char *a, const char *b)
{
	struct place pa, pb;

	(void)place_resolve(&pa, a, NULL);
	(void)place_resolve(&pb, b, NULL);
	bool is = place_same(&pa, &pb);
	place_release(&pa);
	place_release(&pb);
	return is;
}

/* The descriptor that a name stands for, -1 for a file, -2 for a pipe or a device, or an error. */
static int descriptor(const char *path)
{
	struct place place;
	int r = place_resolve(&place, path, NULL);

	if (r == 0)
		r = place.kind == PLACE_DESCRIPTOR ? place.fd : place.kind == PLACE_FILE ? -1 : -2;
	place_release(&place);
	return r;
}

static void names_of_descriptors(void **state)
{
	(void)state;
	cleanup_free char *own = xasprintf("/proc/%d/fd/2", (int)getpid());

	assert_int_equal(descriptor("-"), 1);
	assert_int_equal(descriptor("/dev/stdout"), 1);
	assert_int_equal(descriptor("/dev/../dev/stderr"), 2);
	assert_int_equal(descriptor("/dev/fd/17"), 17);
	assert_int_equal(descriptor("/proc/self/fd/0"), 0);
	assert_int_equal(descriptor(own), 2);
	assert_int_equal(symlink("/dev/stdout", "link"), 0);
	assert_int_equal(symlink("link", "second"), 0);
	assert_int_equal(descriptor("second"), 1);
	put("1", "a file like any other");
	assert_int_equal(descriptor("1"), -1);
	assert_int_equal(descriptor("new"), -1);
	assert_int_equal(descriptor("/dev/null"), -2);
	assert_int_equal(descriptor(""), -ENOENT);
	assert_int_equal(descriptor("."), -EISDIR);
	assert_int_equal(descriptor("/"), -EISDIR);
	assert_int_equal(descriptor("new/"), -ENOENT);
	assert_int_equal(descriptor("1/"), -ENOTDIR);
	assert_int_equal(descriptor("1/x"), -ENOTDIR);
}

/* A link of /proc to a descriptor of another process, or of a directory that has lost its name. */
static void links_of_proc(void **state)
{
	(void)state;
	cleanup_close int fd = open("log", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cleanup_free char *other =
		xasprintf("/proc/%d/task/%d/fd/%d", (int)getpid(), (int)getpid(), fd);
	int ends[2];

	assert_true(fd >= 0);
	put(other, "text");
	holds("log", "text");
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	cleanup_free char *pipe_end =
		xasprintf("/proc/%d/task/%d/fd/%d", (int)getpid(), (int)getpid(), ends[1]);
	assert_int_equal(descriptor(pipe_end), -2);
	put(pipe_end, "through");
	char text[16] = "";
	assert_int_equal(read(ends[0], text, sizeof(text) - 1), 7);
	(void)close(ends[0]);
	(void)close(ends[1]);
	put("/proc/self/cwd/here", "found");
	holds("here", "found");
}

/* A name that stands for a descriptor is written on with it, whatever it is open for. */
static void a_descriptor_is_written_on(void **state)
{
	(void)state;

	put("log", "before ");
	cleanup_close int fd = open("log", O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(fd >= 0);
	cleanup_free char *name = xasprintf("/dev/fd/%d", fd);
	put(name, "after");
	holds("log", "before after");
	assert_int_equal(check(name, NULL), 0);
	cleanup_close int reading = open("log", O_RDONLY | O_CLOEXEC);
	cleanup_free char *other = xasprintf("/dev/fd/%d", reading);
	assert_int_equal(check(other, NULL), -EBADF);
	assert_int_equal(file_replace(other, "x", 1, NULL), -EBADF);
}

static void the_same_file(void **state)
{
	(void)state;
	cleanup_free char *absolute = xasprintf("%s/new", scratch);

	assert_true(same("new", "./new"));
	assert_true(same("new", absolute));
	assert_false(same("new", "newer"));
	assert_false(same("new", "none/new"));
	assert_int_equal(symlink("new", "link"), 0);
	assert_true(same("new", "link"));
	put("new", "");
	assert_true(same(absolute, "link"));
	assert_int_equal(link("new", "hard"), 0);
	assert_true(same("new", "hard"));
	put("other", "");
	assert_false(same("new", "other"));
	assert_true(same("-", "/dev/fd/1"));
	assert_false(same("-", "new"));
	cleanup_close int fd = open("new", O_WRONLY | O_CLOEXEC);
	cleanup_free char *name = xasprintf("/dev/fd/%d", fd);
	assert_true(same(name, "hard"));
}

/* What can't be written is found without leaving anything, and what can stays as it is. */
static void checking(void **state)
{
	(void)state;
	struct err err = {0};
	char name[257];

	put("old", "old");
	assert_int_equal(check("old", NULL), 0);
	assert_int_equal(check("new", NULL), 0);
	holds("old", "old");
	assert_int_equal(entries("."), 1);
	fails(check("none/x", &err), -ENOENT, &err,
	      "cannot create 'none/x': No such file or directory");
	fails(check(".", &err), -EISDIR, &err, "cannot write '.': Is a directory");
	(void)memset(name, 'n', 256);
	name[256] = '\0';
	assert_int_equal(check(name, NULL), -ENAMETOOLONG);
	/* It is not opened: that would wait for a reader. */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(check("fifo", NULL), 0);
	assert_int_equal(entries("."), 2);
}

static void root_keeps_the_owner(void **state)
{
	(void)state;
	struct stat st;

	put("old", "old");
	if (geteuid() != 0 || chown("old", NOBODY, NOBODY - 1) < 0) {
		print_message("needs root\n");
		skip();
	}
	/* But never that whoever runs the file becomes another user. */
	assert_int_equal(chmod("old", 07751), 0);
	put("old", "new");
	assert_int_equal(stat("old", &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(st.st_gid, NOBODY - 1);
	assert_int_equal(st.st_mode & 07777, 0751);
}

/* A file that may be written is, where its directory does not let it be replaced. */
static void an_unwritable_directory(void **state)
{
	(void)state;
	struct err err = {0};
	struct stat before, after;

	put("old", "an old text");
	put("closed", "closed");
	assert_int_equal(chmod("old", 0666), 0);
	assert_int_equal(chmod("closed", geteuid() == 0 ? 0644 : 0444), 0);
	assert_int_equal(stat("old", &before), 0);
	assert_int_equal(chmod(".", 0555), 0);
	if (geteuid() == 0 && seteuid(NOBODY) < 0) {
		print_message("root cannot become nobody here\n");
		skip();
	}
	int r = file_replace("old", "new", 3, NULL), r_check = check("old", NULL);
	int r_closed = file_replace("closed", "new", 3, &err),
	    r_closed_check = check("closed", NULL);
	int r_new = file_replace("other", "new", 3, NULL), r_new_check = check("other", NULL);
	assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(r, 0);
	assert_int_equal(r_check, 0);
	fails(r_closed, -EACCES, &err, "cannot create 'closed': Permission denied");
	assert_int_equal(r_closed_check, -EACCES);
	assert_int_equal(r_new, -EACCES);
	assert_int_equal(r_new_check, -EACCES);
	holds("old", "new");
	holds("closed", "closed");
	assert_int_equal(stat("old", &after), 0);
	assert_true(before.st_ino == after.st_ino);
	assert_int_equal(entries("."), 2);
}

static void a_directory_that_vanished(void **state)
{
	(void)state;
	struct err err = {0};

	assert_int_equal(mkdir("gone", 0755), 0);
	assert_int_equal(chdir("gone"), 0);
	assert_int_equal(rmdir("../gone"), 0);
	int r = file_replace("x", "text", 4, &err);
	fails(r, -ENOENT, &err, "cannot create 'x': No such file or directory");
	r = file_replace("/no/such/directory/x", "text", 4, &err);
	fails(r, -ENOENT, &err, "cannot create '/no/such/directory/x': No such file or directory");
}

static void a_name_that_is_a_directory(void **state)
{
	(void)state;
	struct err err = {0};

	assert_int_equal(mkdir("dir", 0755), 0);
	int r = file_replace("dir", "text", 4, &err);
	fails(r, -EISDIR, &err, "cannot write 'dir': Is a directory");
	r = file_replace("", "text", 4, &err);
	assert_true(r < 0);
	err_done(&err);
	assert_int_equal(entries("."), 1);
}

static void a_link_to_nothing_yet_is_followed(void **state)
{
	(void)state;
	struct err err = {0};
	struct stat st;

	assert_int_equal(mkdir("there", 0755), 0);
	assert_int_equal(symlink("second", "there/first"), 0);
	assert_int_equal(symlink("there/first", "link"), 0);
	put("link", "new");
	holds("there/second", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries("."), 2);
	assert_int_equal(entries("there"), 2);
	assert_int_equal(symlink("loop", "loop"), 0);
	int r = file_replace("loop", "x", 1, &err);
	fails(r, -ELOOP, &err, "cannot create 'loop': Too many levels of symbolic links");
	assert_int_equal(symlink("none/x", "astray"), 0);
	r = file_replace("astray", "x", 1, &err);
	fails(r, -ENOENT, &err, "cannot create 'astray': No such file or directory");
}

static void a_symbolic_link_is_followed(void **state)
{
	(void)state;
	struct stat st;

	assert_int_equal(mkdir("there", 0755), 0);
	put("there/target", "old");
	assert_int_equal(symlink("there/target", "link"), 0);
	put("link", "new");
	holds("there/target", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries("."), 2);
	assert_int_equal(entries("there"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(names_of_descriptors),
		IN_SCRATCH(links_of_proc),
		IN_SCRATCH(a_descriptor_is_written_on),
		IN_SCRATCH(the_same_file),
		IN_SCRATCH(checking),
		IN_SCRATCH(root_keeps_the_owner),
		IN_SCRATCH(an_unwritable_directory),
		IN_SCRATCH(a_directory_that_vanished),
		IN_SCRATCH(a_name_that_is_a_directory),
		IN_SCRATCH(a_link_to_nothing_yet_is_followed),
		IN_SCRATCH(a_symbolic_link_is_followed),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}

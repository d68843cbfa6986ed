#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"

#define NOBODY 65534

/* Each test runs in a new directory, which is the current one. */
static char scratch[64];

static int enter_scratch(void **state)
{
	(void)state;
	(void)strcpy(scratch, "/tmp/test_file.XXXXXX");
	(void)umask(022);
	return mkdtemp(scratch) != NULL && chmod(scratch, 0755) == 0 ? chdir(scratch) : -1;
}

static int leave_scratch(void **state)
{
	(void)state;
	cleanup_free char *command = xasprintf("rm -rf '%s'", scratch);

	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void put(const char *path, const char *text)
{
	struct err err = {0};

	if (file_replace(path, text, strlen(text), &err) < 0)
		fail_msg("%s", err_text(&err));
	assert_null(err.msg);
}

static void holds(const char *path, const char *expected)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct err err = {0};

	if (file_read(path, 1 << 20, &text, &err) < 0)
		fail_msg("%s", err_text(&err));
	assert_string_equal(text.s, expected);
	assert_int_equal(text.len, strlen(expected));
}

static void fails(int result, int expected, struct err *err, const char *message)
{
	assert_int_equal(result, expected);
	assert_string_equal(err_text(err), message);
	err_done(err);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

/* How many entries a directory has: nothing temporary may stay behind. */
static int entries(const char *path)
{
	cleanup_dir DIR *dir = opendir(path);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	return n - 2;
}

static void a_new_file(void **state)
{
	(void)state;

	(void)umask(027);
	put("new", "text\n");
	holds("new", "text\n");
	assert_int_equal(mode_of("new"), 0640);
	put("./empty", "");
	holds("empty", "");
	assert_int_equal(entries("."), 2);
	/* Asking for the mask must not have changed it. */
	assert_int_equal(umask(022), 027);
}

static void a_replaced_file_keeps_its_mode(void **state)
{
	(void)state;

	put("old", "longer than what follows");
	assert_int_equal(chmod("old", 0600), 0);
	put("old", "short");
	holds("old", "short");
	assert_int_equal(mode_of("old"), 0600);
	assert_int_equal(entries("."), 1);
}

/* A reader that has the old file open goes on reading the old content. */
static void it_is_a_new_file_not_a_changed_one(void **state)
{
	(void)state;
	char text[16] = "";

	put("file", "old");
	cleanup_close int fd = open("file", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	put("file", "new");
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "old");
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

static void root_keeps_the_owner(void **state)
{
	(void)state;
	struct stat st;

	put("old", "old");
	if (geteuid() != 0 || chown("old", NOBODY, NOBODY - 1) < 0) {
		print_message("needs root\n");
		skip();
	}
	assert_int_equal(chmod("old", 06711), 0);
	put("old", "new");
	assert_int_equal(stat("old", &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(st.st_gid, NOBODY - 1);
	assert_int_equal(st.st_mode & 07777, 06711);
}

static void names_of_descriptors(void **state)
{
	(void)state;
	cleanup_free char *own = xasprintf("/proc/%d/fd/2", (int)getpid());
	cleanup_free char *parent = xasprintf("/proc/%d/fd/1", (int)getppid());

	assert_int_equal(file_descriptor("-"), 1);
	assert_int_equal(file_descriptor("/dev/stdout"), 1);
	assert_int_equal(file_descriptor("/dev/../dev/stderr"), 2);
	assert_int_equal(file_descriptor("/dev/fd/17"), 17);
	assert_int_equal(file_descriptor("/proc/self/fd/0"), 0);
	assert_int_equal(file_descriptor(own), 2);
	assert_int_equal(file_descriptor(parent), -1);
	assert_int_equal(symlink("/dev/stdout", "link"), 0);
	assert_int_equal(symlink("link", "second"), 0);
	assert_int_equal(file_descriptor("second"), 1);
	put("1", "a file like any other");
	assert_int_equal(file_descriptor("1"), -1);
	assert_int_equal(file_descriptor("/dev/null"), -1);
	assert_int_equal(file_descriptor(""), -1);
	assert_true(file_is_replaceable("1"));
	assert_true(file_is_replaceable("new"));
	assert_false(file_is_replaceable("link"));
	assert_false(file_is_replaceable("/dev/null"));
	assert_false(file_is_replaceable("."));
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
	assert_int_equal(file_check(name, NULL), 0);
	cleanup_close int reading = open("log", O_RDONLY | O_CLOEXEC);
	cleanup_free char *other = xasprintf("/dev/fd/%d", reading);
	assert_int_equal(file_check(other, NULL), -EBADF);
	assert_int_equal(file_replace(other, "x", 1, NULL), -EBADF);
}

static void the_same_file(void **state)
{
	(void)state;
	cleanup_free char *absolute = xasprintf("%s/new", scratch);

	assert_true(file_is_same("new", "./new"));
	assert_true(file_is_same("new", absolute));
	assert_false(file_is_same("new", "newer"));
	assert_false(file_is_same("new", "none/new"));
	assert_int_equal(symlink("new", "link"), 0);
	assert_true(file_is_same("new", "link"));
	put("new", "");
	assert_true(file_is_same(absolute, "link"));
	assert_int_equal(link("new", "hard"), 0);
	assert_true(file_is_same("new", "hard"));
	put("other", "");
	assert_false(file_is_same("new", "other"));
	assert_true(file_is_same("-", "/dev/fd/1"));
	assert_false(file_is_same("-", "new"));
	cleanup_close int fd = open("new", O_WRONLY | O_CLOEXEC);
	cleanup_free char *name = xasprintf("/dev/fd/%d", fd);
	assert_true(file_is_same(name, "hard"));
}

/* What can't be written is found without leaving anything, and what can stays as it is. */
static void checking(void **state)
{
	(void)state;
	struct err err = {0};
	char name[257];

	put("old", "old");
	assert_int_equal(file_check("old", NULL), 0);
	assert_int_equal(file_check("new", NULL), 0);
	holds("old", "old");
	assert_int_equal(entries("."), 1);
	fails(file_check("none/x", &err), -ENOENT, &err,
	      "cannot create 'none/x': No such file or directory");
	fails(file_check(".", &err), -EISDIR, &err, "cannot write '.': Is a directory");
	(void)memset(name, 'n', 256);
	name[256] = '\0';
	assert_int_equal(file_check(name, NULL), -ENAMETOOLONG);
	/* It is not opened: that would wait for a reader. */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(file_check("fifo", NULL), 0);
	assert_int_equal(entries("."), 2);
}

static void the_longest_name(void **state)
{
	(void)state;
	char name[256];

	(void)memset(name, 'n', 255);
	name[255] = '\0';
	put(name, "text");
	holds(name, "text");
}

static void an_unwritable_directory(void **state)
{
	(void)state;
	struct err err = {0};

	put("old", "old");
	assert_int_equal(chmod("old", 0666), 0);
	assert_int_equal(chmod(".", 0555), 0);
	if (geteuid() == 0 && seteuid(NOBODY) < 0) {
		print_message("root cannot become nobody here\n");
		skip();
	}
	int r = file_replace("old", "new", 3, &err);
	int r_new = file_replace("other", "new", 3, NULL);
	assert_int_equal(seteuid(getuid()), 0);
	fails(r, -EACCES, &err, "cannot create 'old': Permission denied");
	assert_int_equal(r_new, -EACCES);
	assert_int_equal(chmod(".", 0755), 0);
	holds("old", "old");
	assert_int_equal(entries("."), 1);
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
	fails(r, -EISDIR, &err, "cannot open 'dir' for writing: Is a directory");
	r = file_replace("", "text", 4, &err);
	assert_true(r < 0);
	err_done(&err);
	assert_int_equal(entries("."), 1);
}

/*
 * For root a device of its own: were /dev/full ever replaced instead of written to, the machine
 * would have lost it.
 */
static void a_full_device(void **state)
{
	(void)state;
	struct err err = {0};
	struct stat st;

	if (geteuid() != 0) {
		assert_int_equal(symlink("/dev/full", "full"), 0);
	} else if (mknod("full", S_IFCHR | 0600, makedev(1, 7)) < 0) {
		print_message("this kernel lacks mounts: device nodes cannot be made: %s\n",
			      strerror(errno));
		skip();
	}
	int r = file_replace("full", "text", 4, &err);
	fails(r, -ENOSPC, &err, "cannot write 'full': No space left on device");
	assert_int_equal(stat("full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	(void)state;
	struct err err = {0};

	if (geteuid() != 0) {
		print_message("only root can mount a small file system\n");
		skip();
	}
	assert_int_equal(mkdir("tiny", 0755), 0);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tiny", "tiny", "tmpfs", 0, "size=64k") < 0) {
		print_message("this kernel lacks mounts: %s\n", strerror(errno));
		skip();
	}
	cleanup_free char *big = xcalloc(1, 1 << 20);
	put("tiny/file", "old");
	int r = file_replace("tiny/file", big, 1 << 20, &err);
	int left = entries("tiny");
	holds("tiny/file", "old");
	assert_int_equal(umount("tiny"), 0);
	fails(r, -ENOSPC, &err, "cannot write 'tiny/file': No space left on device");
	assert_int_equal(left, 1);
}

static void a_pipe_is_written_to(void **state)
{
	(void)state;
	struct stat st;
	char text[16] = "";

	assert_int_equal(mkfifo("fifo", 0600), 0);
	cleanup_close int fd = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	put("fifo", "through");
	assert_int_equal(read(fd, text, sizeof(text) - 1), 7);
	assert_string_equal(text, "through");
	assert_int_equal(lstat("fifo", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
}

static void a_reader_that_left(void **state)
{
	(void)state;
	int fd[2];
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);

	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	(void)close(fd[0]);
	assert_int_equal(file_write_all(fd[1], "x", 1), -EPIPE);
	assert_int_equal(file_write_all(fd[1], "", 0), 0);
	(void)close(fd[1]);
	assert_int_equal(file_write_all(-1, "x", 1), -EBADF);
	(void)signal(SIGPIPE, before);
}

/* Puts `fd` in the place of `standard` and returns what was there. */
static int stand_in(int fd, int standard)
{
	int kept = fcntl(standard, F_DUPFD_CLOEXEC, 3);

	assert_true(kept >= 0);
	assert_int_equal(dup2(fd, standard), standard);
	return kept;
}

static void a_dash_is_standard_input_and_output(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct err err = {0};
	cleanup_close int fd = open("out", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cleanup_close int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0 && full >= 0);
	int kept = stand_in(fd, STDOUT_FILENO);
	int r = file_replace("-", "said", 4, NULL);
	(void)dup2(full, STDOUT_FILENO);
	int r_full = file_replace("-", "said", 4, &err);
	(void)dup2(kept, STDOUT_FILENO);
	(void)close(kept);
	assert_int_equal(r, 0);
	holds("out", "said");
	fails(r_full, -ENOSPC, &err, "cannot write standard output: No space left on device");

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	kept = stand_in(fd, STDIN_FILENO);
	r = file_read("-", 100, &text, NULL);
	(void)dup2(kept, STDIN_FILENO);
	(void)close(kept);
	assert_int_equal(r, 0);
	assert_string_equal(text.s, "said");
	assert_int_equal(access("-", F_OK), -1);
}

static void reading(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *large = xmalloc(300000);
	struct err err = {0};

	put("empty", "");
	holds("empty", "");
	assert_int_equal(file_replace("nul", "a\0b", 3, NULL), 0);
	assert_int_equal(file_read("nul", 100, &text, NULL), 0);
	assert_int_equal(text.len, 3);
	assert_memory_equal(text.s, "a\0b", 4);
	strbuf_release(&text);
	/* More than one read. */
	(void)memset(large, 'l', 299999);
	large[299999] = '\0';
	put("large", large);
	holds("large", large);
	int r = file_read("missing", 100, &text, &err);
	fails(r, -ENOENT, &err, "cannot open 'missing': No such file or directory");
	r = file_read(".", 100, &text, &err);
	fails(r, -EISDIR, &err, "cannot read '.': Is a directory");
}

static void reading_has_a_limit(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *data = xcalloc(1, (1 << 20) + 1);
	struct err err = {0};

	assert_int_equal(file_replace("over", data, (1 << 20) + 1, NULL), 0);
	int r = file_read("over", 1 << 20, &text, &err);
	fails(r, -EFBIG, &err, "'over' is larger than 1 MiB");
	strbuf_release(&text);
	assert_int_equal(file_replace("exact", data, 1 << 20, NULL), 0);
	assert_int_equal(file_read("exact", 1 << 20, &text, NULL), 0);
	assert_int_equal(text.len, 1 << 20);
	/* Endless input ends too. */
	strbuf_release(&text);
	assert_int_equal(file_read("/dev/zero", 1 << 20, &text, NULL), -EFBIG);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_new_file),
		IN_SCRATCH(a_replaced_file_keeps_its_mode),
		IN_SCRATCH(it_is_a_new_file_not_a_changed_one),
		IN_SCRATCH(a_symbolic_link_is_followed),
		IN_SCRATCH(a_link_to_nothing_yet_is_followed),
		IN_SCRATCH(root_keeps_the_owner),
		IN_SCRATCH(names_of_descriptors),
		IN_SCRATCH(a_descriptor_is_written_on),
		IN_SCRATCH(the_same_file),
		IN_SCRATCH(checking),
		IN_SCRATCH(the_longest_name),
		IN_SCRATCH(an_unwritable_directory),
		IN_SCRATCH(a_directory_that_vanished),
		IN_SCRATCH(a_name_that_is_a_directory),
		IN_SCRATCH(a_full_device),
		IN_SCRATCH(a_full_disk_leaves_the_old_file),
		IN_SCRATCH(a_pipe_is_written_to),
		IN_SCRATCH(a_reader_that_left),
		IN_SCRATCH(a_dash_is_standard_input_and_output),
		IN_SCRATCH(reading),
		IN_SCRATCH(reading_has_a_limit),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

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
#include "replace.h"
#include "scratch.h"

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

static void the_longest_name(void **state)
{
	(void)state;
	char name[256];

	(void)memset(name, 'n', 255);
	name[255] = '\0';
	put(name, "text");
	holds(name, "text");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_new_file),
		IN_SCRATCH(a_replaced_file_keeps_its_mode),
		IN_SCRATCH(it_is_a_new_file_not_a_changed_one),
		IN_SCRATCH(the_longest_name),
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

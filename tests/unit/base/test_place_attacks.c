/*
 * Places that somebody changes while we look: nobody leads us anywhere else.
 *
 * Longer than others: each attack is set up, tried and judged in one place.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "file.h"
#include "place.h"
#include "replace.h"
#include "scratch.h"

#define ATTACKER 1001

static void need_root(void)
{
	if (geteuid() == 0)
		return;
	print_message("needs root\n");
	skip();
}

static void find(struct place *place, const char *path)
{
	struct err err = {0};

	if (place_resolve(place, path, &err) < 0)
		fail_msg("%s", err_text(&err));
}

static int write_text(struct place *place, const char *text, struct err *err)
{
	return place_write(place, text, strlen(text), err);
}

/* ---- After it was found --------------------------------------------------------------------- */

static void a_file_that_came(void **state)
{
	(void)state;
	struct err err = {0};
	struct place place;

	find(&place, "new");
	put("new", "another's");
	fails(write_text(&place, "mine", &err), -EEXIST, &err,
	      "'new' was changed meanwhile: the name is now that of something else, which stays as "
	      "it is");
	holds("new", "another's");
	assert_int_equal(entries("."), 1);
	place_release(&place);
}

static void a_link_that_came(void **state)
{
	(void)state;
	struct place place, old;

	put("precious", "precious");
	put("old", "old");
	find(&place, "new");
	find(&old, "old");
	assert_int_equal(symlink("precious", "new"), 0);
	assert_int_equal(write_text(&place, "mine", NULL), -EEXIST);
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(symlink("precious", "old"), 0);
	assert_int_equal(write_text(&old, "mine", NULL), -EEXIST);
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(symlink("nothing", "old"), 0);
	assert_int_equal(write_text(&old, "mine", NULL), -EEXIST);
	holds("precious", "precious");
	assert_int_equal(entries("."), 3);
	place_release(&place);
	place_release(&old);
}

/* Also when it looks like the old one in all but what it is. */
static void another_file(void **state)
{
	(void)state;
	struct place place;

	put("old", "old");
	find(&place, "old");
	assert_int_equal(rename("old", "moved"), 0);
	put("old", "mad");
	assert_int_equal(write_text(&place, "mine", NULL), -EEXIST);
	holds("old", "mad");
	holds("moved", "old");
	/* A hard link to it is the same file. */
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(link("moved", "old"), 0);
	assert_int_equal(write_text(&place, "mine", NULL), 0);
	holds("old", "mine");
	holds("moved", "old");
	assert_int_equal(entries("."), 2);
	place_release(&place);
}

static void a_directory_or_a_pipe_that_came(void **state)
{
	(void)state;
	struct place place;

	put("old", "old");
	find(&place, "old");
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(mkdir("old", 0755), 0);
	assert_int_equal(write_text(&place, "mine", NULL), -EEXIST);
	assert_int_equal(rmdir("old"), 0);
	assert_int_equal(mkfifo("old", 0666), 0);
	assert_int_equal(write_text(&place, "mine", NULL), -EEXIST);
	assert_int_equal(entries("."), 1);
	place_release(&place);
}

static void another_content(void **state)
{
	(void)state;
	struct err err = {0};
	struct place place;

	put("old", "old");
	find(&place, "old");
	cleanup_close int fd = open("old", O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(write(fd, "er", 2), 2);
	fails(write_text(&place, "mine", &err), -ESTALE, &err,
	      "'old' was changed meanwhile: its content is another one now, which stays as it is");
	holds("old", "older");
	place_release(&place);
	/* What we wrote ourselves may be written again. */
	find(&place, "old");
	assert_int_equal(write_text(&place, "first", NULL), 0);
	assert_int_equal(truncate("old", 0), 0);
	assert_int_equal(write_text(&place, "second", NULL), 0);
	holds("old", "second");
	place_release(&place);
}

static void a_file_that_went(void **state)
{
	(void)state;
	struct place place;

	put("old", "old");
	find(&place, "old");
	assert_int_equal(unlink("old"), 0);
	assert_int_equal(write_text(&place, "new", NULL), 0);
	holds("old", "new");
	assert_int_equal(entries("."), 1);
	place_release(&place);
}

static void a_directory_that_was_exchanged(void **state)
{
	(void)state;
	struct place place, moved;
	struct stat st;

	assert_int_equal(mkdir("wd", 0755), 0);
	assert_int_equal(mkdir("other", 0755), 0);
	find(&place, "wd/out");
	find(&moved, "wd/more");
	assert_int_equal(rename("wd", "gone"), 0);
	assert_int_equal(symlink("other", "wd"), 0);
	assert_int_equal(write_text(&place, "text", NULL), 0);
	holds("gone/out", "text");
	assert_int_equal(entries("other"), 0);
	/* And it is said where. */
	cleanup_free char *now = place_name_now(&place);
	cleanup_free char *expected = xasprintf("%s/gone/out", scratch);
	assert_string_equal(now, expected);
	assert_int_equal(unlink("gone/out"), 0);
	assert_int_equal(rmdir("gone"), 0);
	assert_int_equal(write_text(&moved, "text", NULL), -ENOENT);
	assert_int_equal(stat("wd/more", &st), -1);
	place_release(&place);
	place_release(&moved);
}

/* ---- Before it was found: links of others --------------------------------------------------- */

static int try(const char *path, struct err *err)
{
	return file_replace(path, "mine", 4, err);
}

static void links_of_another_user(void **state)
{
	(void)state;
	struct err err = {0};

	need_root();
	assert_int_equal(mkdir("wd", 0755), 0);
	assert_int_equal(mkdir("rootonly", 0755), 0);
	assert_int_equal(mkdir("theirs", 0755), 0);
	assert_int_equal(chown("wd", ATTACKER, ATTACKER), 0);
	assert_int_equal(chown("theirs", ATTACKER, ATTACKER), 0);
	put("rootonly/conf", "precious");
	assert_int_equal(symlink("../rootonly/conf", "wd/conf"), 0);
	assert_int_equal(symlink("../rootonly/new", "wd/new"), 0);
	assert_int_equal(symlink("../rootonly", "wd/dir"), 0);
	assert_int_equal(symlink("../theirs", "wd/own"), 0);
	assert_int_equal(symlink("../theirs/x", "wd/x"), 0);
	const char *const links[] = {"wd/conf", "wd/new", "wd/dir", "wd/own", "wd/x"};
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		assert_int_equal(lchown(links[i], ATTACKER, ATTACKER), 0);
	assert_int_equal(try("wd/conf", NULL), -EPERM);
	assert_int_equal(try("wd/new", NULL), -EPERM);
	assert_int_equal(try("wd/dir/y", NULL), -EPERM);
	assert_int_equal(try("wd/dir/../rootonly/y", NULL), -EPERM);
	assert_int_equal(try("wd/own/../rootonly/y", NULL), -EPERM);
	fails(try("wd/dir/conf", &err), -EPERM, &err,
	      "'wd/dir/conf' leads through a symbolic link of another user (uid 1001), which is "
	      "not "
	      "followed: name what it leads to");
	assert_int_equal(entries("rootonly"), 1);
	holds("rootonly/conf", "precious");
	/* To his own directory he may lead us. */
	assert_int_equal(try("wd/own/y", NULL), 0);
	assert_int_equal(try("wd/x", NULL), 0);
	holds("theirs/y", "mine");
	holds("theirs/x", "mine");
}

static void links_that_nobody_else_can_have_put_there(void **state)
{
	(void)state;

	need_root();
	assert_int_equal(mkdir("there", 0755), 0);
	/* One of ours, wherever it is. */
	assert_int_equal(mkdir("wd", 0777), 0);
	assert_int_equal(chown("wd", ATTACKER, ATTACKER), 0);
	assert_int_equal(symlink("../there/a", "wd/a"), 0);
	put("wd/a", "followed");
	holds("there/a", "followed");
	/* One that was unpacked with its owner in a directory that only we can write in. */
	assert_int_equal(symlink("there/b", "b"), 0);
	assert_int_equal(lchown("b", ATTACKER, ATTACKER), 0);
	put("b", "followed");
	holds("there/b", "followed");
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(try("b", NULL), -EPERM);
	holds("there/b", "followed");
}

static void links_in_a_shared_directory(void **state)
{
	(void)state;
	struct err err = {0};

	need_root();
	assert_int_equal(mkdir("shared", 0755), 0);
	assert_int_equal(mkdir("theirs", 0755), 0);
	assert_int_equal(chown("theirs", ATTACKER, ATTACKER), 0);
	assert_int_equal(chmod("shared", 01777), 0);
	assert_int_equal(symlink("../theirs/x", "shared/x"), 0);
	assert_int_equal(lchown("shared/x", ATTACKER, ATTACKER), 0);
	fails(try("shared/x", &err), -EPERM, &err,
	      "'shared/x' leads through a symbolic link of another user, which is not followed in "
	      "a "
	      "directory that all can write to");
	assert_int_equal(entries("theirs"), 0);
	assert_int_equal(symlink("../theirs/y", "shared/y"), 0);
	put("shared/y", "followed");
	holds("theirs/y", "followed");
}

/* ---- Pipes and devices ---------------------------------------------------------------------- */

static void pipes_of_another_user(void **state)
{
	(void)state;
	struct err err = {0};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	need_root();
	assert_int_equal(mkfifo("fifo", 0666), 0);
	assert_int_equal(chown("fifo", ATTACKER, ATTACKER), 0);
	fails(try("fifo", &err), -EPERM, &err,
	      "'fifo' is a pipe of another user (uid 1001), which is not written to");
	/* Nobody writes to it: this would wait for ever. */
	fails(file_read("fifo", 100, &text, &err), -EPERM, &err,
	      "'fifo' is a pipe of another user (uid 1001), which is not waited for");
}

static void devices(void **state)
{
	(void)state;
	struct err err = {0};

	need_root();
	if (mknod("block", S_IFBLK | 0600, makedev(7, 250)) < 0 ||
	    mknod("zero", S_IFCHR | 0666, makedev(1, 5)) < 0 ||
	    mknod("port", S_IFCHR | 0666, makedev(1, 4)) < 0) {
		print_message("this kernel lacks mounts: device nodes cannot be made: %s\n",
			      strerror(errno));
		skip();
	}
	fails(try("block", &err), -EINVAL, &err,
	      "'block' is a block device, which would be overwritten");
	assert_int_equal(chown("port", ATTACKER, ATTACKER), 0);
	fails(try("port", &err), -EPERM, &err,
	      "'port' is a device of another user (uid 1001), which is not written to");
	/* In a container, root's devices may seem to be another's. */
	assert_int_equal(chown("zero", NOBODY, NOBODY), 0);
	put("zero", "nothing");
}

/* ---- While it is found ---------------------------------------------------------------------- */

static void swap(const char *a, const char *b)
{
	(void)renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

/* Exchanges files and directories for links to what is not his, as fast as can be. */
static pid_t start_attacker(bool drop)
{
	pid_t parent = getpid(), pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent ||
	    (drop && (setgroups(0, NULL) < 0 || setgid(ATTACKER) < 0 || setuid(ATTACKER) < 0)))
		_exit(1);
	if (symlink("../rootonly/conf", "wd/conf") < 0 ||
	    symlink("../rootonly/new", "wd/new") < 0 || symlink("../rootonly", "wd/link") < 0 ||
	    mkdir("wd/sub", 0777) < 0)
		_exit(1);
	for (;;) {
		swap("wd/out", "wd/conf");
		swap("wd/sub", "wd/link");
		swap("wd/out", "wd/new");
		(void)unlink("wd/fresh");
		(void)!symlink("../rootonly/new", "wd/fresh");
	}
}

static void make_battlefield(bool drop)
{
	assert_int_equal(mkdir("wd", 0777), 0);
	assert_int_equal(mkdir("rootonly", drop ? 0700 : 0755), 0);
	put("rootonly/conf", "precious");
	put("wd/out", "old");
	if (drop) {
		assert_int_equal(chown("wd", ATTACKER, ATTACKER), 0);
		assert_int_equal(chown("wd/out", ATTACKER, ATTACKER), 0);
		assert_int_equal(chmod("wd/out", 06777), 0);
	}
}

static void assert_unharmed(void)
{
	struct stat st;

	assert_int_equal(entries("rootonly"), 1);
	assert_int_equal(lstat("rootonly/conf", &st), 0);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_mode & 07777, 0644);
	holds("rootonly/conf", "precious");
}

static void end_attacker(pid_t pid)
{
	int status;

	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

#define ROUNDS 4000

/* Every look and every use of the names, again and again. */
static void a_race_against_another_user(void **state)
{
	(void)state;
	static const char *const names[] = {"wd/out", "wd/sub/conf", "wd/sub/new", "wd/fresh"};
	int written = 0, refused = 0;

	need_root();
	make_battlefield(true);
	pid_t attacker = start_attacker(true);
	for (int i = 0; i < ROUNDS || refused == 0; i++) {
		if (try(names[i % 4], NULL) == 0)
			written++;
		else
			refused++;
	}
	end_attacker(attacker);
	assert_unharmed();
	assert_true(written > 0);
}

/* The same user may lead us before we look, but not after that. */
static void a_race_after_it_was_found(void **state)
{
	(void)state;
	int written = 0, refused = 0;

	make_battlefield(false);
	for (int i = 0; i < 40; i++) {
		struct place places[3];

		find(&places[0], "wd/out");
		assert_int_equal(mkdir("wd/sub", 0777), 0);
		find(&places[1], "wd/sub/conf");
		find(&places[2], "wd/sub/new");
		assert_int_equal(rmdir("wd/sub"), 0);
		pid_t attacker = start_attacker(false);
		for (int j = 0; j < ROUNDS / 40; j++) {
			if (write_text(&places[j % 3], "mine", NULL) == 0)
				written++;
			else
				refused++;
		}
		end_attacker(attacker);
		for (int j = 0; j < 3; j++)
			place_release(&places[j]);
		assert_unharmed();
		assert_int_equal(system("rm -rf wd && mkdir -m 777 wd && echo old >wd/out"), 0);
	}
	assert_true(written + refused >= ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_file_that_came),
		IN_SCRATCH(a_link_that_came),
		IN_SCRATCH(another_file),
		IN_SCRATCH(a_directory_or_a_pipe_that_came),
		IN_SCRATCH(another_content),
		IN_SCRATCH(a_file_that_went),
		IN_SCRATCH(a_directory_that_was_exchanged),
		IN_SCRATCH(links_of_another_user),
		IN_SCRATCH(links_that_nobody_else_can_have_put_there),
		IN_SCRATCH(links_in_a_shared_directory),
		IN_SCRATCH(pipes_of_another_user),
		IN_SCRATCH(devices),
		IN_SCRATCH(a_race_against_another_user),
		IN_SCRATCH(a_race_after_it_was_found),
	};

	return cmocka_run_group_tests_name("place_attacks", tests, NULL, NULL);
}
